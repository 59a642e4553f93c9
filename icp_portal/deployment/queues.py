"""The queues of the broker and which tasks are in each, so that workers can be started by queue."""

from typing import Final

MAIL, DOCUMENTS, READING, WEBHOOKS, SWEEPS = "mail", "documents", "reading", "webhooks", "sweeps"
_TASKS: Final = {
    # Short, and awaited by people: mails, codes, passwords
    MAIL: (
        *("ministry.send_mails", "ministry.send_password", "ministry.look_up_recovery", "ministry.tell_lock"),
        *("ministry.answer_certificate_question", "filings.send_code", "filings.send_mailbox_code"),
    ),
    # Whole files: minutes of work, much memory
    DOCUMENTS: (
        *("interchange.check_upload", "interchange.apply_file"),
        *("providers.check_import", "providers.write_import", "ministry.write_open_data"),
    ),
    # Seconds of a processor, and a model in memory
    READING: ("filings.read_picture",),
    # Waits for systems of providers and bureaus
    WEBHOOKS: ("filings.deliver_webhooks", "interchange.report"),
}
# All other tasks are in SWEEPS, the default queue.
ROUTES: Final = {task: {"queue": queue} for queue, tasks in _TASKS.items() for task in tasks}
NAMES: Final = (MAIL, DOCUMENTS, READING, WEBHOOKS, SWEEPS)
