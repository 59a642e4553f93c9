"""The work that the schedule starts: each task does all of its parts, in order, and continues with the next batch."""

import pytest
from django.conf import settings

from filings import tasks
from filings.deadlines.batches import Run
from icp_portal.celery import app
from records import reminders
from records.tasks import remind_of_records

PARTS = {
    "bureaus.distribute": ["bureaus.distribution.put_back_of_those_who_left", "bureaus.distribution.give_out"],
    "bureaus.draw_rechecks": ["bureaus.rechecks.draw_all"],
    "bureaus.warn_of_missing_calendar": ["bureaus.morning_mail.warn_of_missing_calendar"],
    "bureaus.write_morning_mails": ["bureaus.morning_mail.write"],
    "filings.check_files": ["filings.evidence.file_checks.go_on"],
    "filings.clear": ["filings.deadlines.clearing.clear"],
    "filings.collect_mails": ["filings.mail.staff_mails.collect"],
    "filings.count_figures": ["filings.figures.monthly.count_next"],
    "filings.derive_due_dates": [
        "filings.deadlines.recalculation.derive_due_dates",
        "filings.deadlines.recalculation.tell_moved",
    ],
    "filings.erase_ended": ["filings.deadlines.erasing.erase_ended"],
    "filings.erase_looks": ["filings.deadlines.looks.erase_old"],
    "filings.lapse_drafts": ["filings.deadlines.sweeps.lapse_drafts"],
    "filings.lapse_waiting": ["filings.deadlines.waiting.lapse"],
    "filings.remind_hosts": ["filings.deadlines.sweeps.remind_hosts", "filings.appointments.reminders.remind"],
    "filings.rescan": ["filings.evidence.rescan.go_on"],
    "filings.sweep_codes": [
        "filings.verification.one_time_codes.owed",
        "filings.rules.mailboxes.owed",
        "filings.verification.one_time_codes.end_expired",
    ],
    "filings.sweep_readings": ["filings.reading.requests.due"],
    "filings.sweep_webhooks": ["filings.webhooks.sending.due"],
    "filings.tell_moved": ["filings.deadlines.recalculation.tell_moved"],
    "filings.tell_stranded": ["filings.services.transfers.tell_hosts"],
    "filings.warn_waiting": ["filings.deadlines.waiting.warn"],
    "filings.watch_deadlines": ["filings.deadlines.sweeps.watch_deadlines"],
    "icp_portal.tell_status": ["icp_portal.watch.morning.write"],
    "icp_portal.measure_pace": ["icp_portal.guide.pace.measure_country"],
    "interchange.erase_old": ["interchange.erasing.erase_old"],
    "interchange.sweep": ["interchange.checking.due", "interchange.authentication.forget_values"],
    "interchange.sweep_reports": ["interchange.reporting.running.due", "interchange.reporting.running.not_applied"],
    "ministry.check_audit": ["ministry.audit.seal", "ministry.audit.check"],
    "ministry.write_open_data": ["ministry.open_data.editions.write_due"],
    "ministry.seal_audit": ["ministry.audit.seal", "ministry.audit.keep_head"],
    "ministry.send_mails": ["ministry.mail.queue.send_due"],
    "ministry.sweep": [
        "ministry.tasks.owed_passwords",
        "ministry.passwords.recoveries.end_expired",
        "ministry.passwords.tries.clear",
    ],
    "providers.erase_imports": ["providers.imports.writing.erase_old"],
    "providers.measure_work": ["providers.measuring.measure_some"],
    "providers.resume_imports": ["providers.imports.writing.stalled"],
    "records.compare_copies": ["ministry.audit.seal", "records.comparison.running.run"],
    "records.end_adoptions": ["records.adoptions.end_lapsed"],
    "records.end_old_adoptions": ["records.adoptions.end_lapsed"],
    "records.remind_of_orders": ["records.orders.reminders.remind"],
    "records.remind_of_records": ["records.reminders.sweep"],
    "records.remind_of_spot_checks": ["records.spot_checks.remind"],
    "records.watch_cases": ["records.orders.cancellation_cases.watch"],
}
ONE_BY_ONE = {
    "filings.deliver_webhooks": "filings.webhooks.sending.deliver",
    "filings.read_picture": "filings.reading.requests.fulfil",
    "filings.send_code": "filings.verification.one_time_codes.send",
    "filings.send_mailbox_code": "filings.rules.mailboxes.send",
    "interchange.apply_file": "interchange.reporting.applying.apply",
    "interchange.check_upload": "interchange.checking.check",
    "interchange.report": "interchange.reporting.running.run",
    "ministry.answer_certificate_question": "ministry.public.certificate_questions.answer",
    "ministry.look_up_recovery": "ministry.passwords.recoveries.look_up",
    "ministry.send_password": "ministry.passwords.passwords.send",
    "ministry.tell_lock": "ministry.passwords.tries.tell_lock",
    "providers.check_import": "providers.imports.writing.check_some",
    "providers.write_import": "providers.imports.writing.write_some",
}
# Each with the call that works for a limited time.
IN_PIECES = [(tasks.lapse_drafts, "lapse_drafts"), (tasks.lapse_waiting, "lapse"), (tasks.erase_ended, "erase_ended")]

RESULTS = {"records.remind_of_records": reminders.SweepRun(0)}


@pytest.fixture(autouse=True)
def _loaded():
    app.loader.import_default_modules()


def test_everything_that_is_scheduled_is_known_here():
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == set(PARTS)
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert ours == {*PARTS, *ONE_BY_ONE}


@pytest.mark.django_db
@pytest.mark.parametrize("name", PARTS)
def test_a_scheduled_task_does_each_of_its_parts_in_order(name, monkeypatch):
    done, result = [], Run(0) if app.tasks[name] in dict(IN_PIECES) else RESULTS.get(name, ())
    for part in PARTS[name]:
        monkeypatch.setattr(part, lambda *_given, part=part: done.append(part) or result)

    app.tasks[name]()

    assert done == PARTS[name]


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_a_queued_task_is_about_what_was_queued(name, monkeypatch):
    done = []
    monkeypatch.setattr(ONE_BY_ONE[name], done.append)

    app.tasks[name](7)

    assert done == [7]


@pytest.mark.parametrize(("task", "part"), IN_PIECES)
@pytest.mark.parametrize(
    ("run", "queued"), [(Run(3, 9), [9]), (Run(0, 9), [9]), (Run(100_000, 200_000), [200_000]), (Run(3), [])]
)
def test_a_run_continues_after_the_last_and_the_next_is_queued_until_nothing_is_left(
    task, part, run, queued, monkeypatch
):
    began, found = [], []
    module = {"lapse_drafts": tasks.sweeps, "lapse": tasks.waiting, "erase_ended": tasks.erasing}[part]
    monkeypatch.setattr(module, part, lambda after: began.append(after) or run)
    monkeypatch.setattr(task, "delay", found.append)

    task()
    task(7)

    assert began == [0, 7]
    assert found == queued * 2


def test_reminders_continue_where_a_run_stopped_and_the_next_is_queued_until_nothing_is_left(monkeypatch):
    rest, began, found = [reminders.SweepRun(5, reminders.SweepPlace(2, 9)), reminders.SweepRun(0)], [], []
    monkeypatch.setattr(reminders, "sweep", lambda place: began.append(place) or rest.pop(0))
    monkeypatch.setattr(remind_of_records, "delay", lambda *place: found.append(place))

    remind_of_records()
    remind_of_records(2, 9)

    assert began == [reminders.SweepPlace(), reminders.SweepPlace(2, 9)]
    assert found == [(2, 9)]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("providers.check_import", "providers.imports.writing.check_some"),
        ("providers.write_import", "providers.imports.writing.write_some"),
        ("filings.deliver_webhooks", "filings.webhooks.sending.deliver"),
    ],
)
def test_work_is_continued_until_it_is_done(name, part, monkeypatch):
    rest, found = [True, False], []
    monkeypatch.setattr(part, lambda _key: rest.pop(0))
    monkeypatch.setattr(app.tasks[name], "delay", found.append)

    app.tasks[name](7)
    app.tasks[name](7)

    assert found == [7]


@pytest.mark.django_db
def test_what_is_owed_is_queued_again(monkeypatch):
    found = []
    monkeypatch.setattr("filings.verification.one_time_codes.owed", lambda: [1, 2])
    monkeypatch.setattr("filings.rules.mailboxes.owed", lambda: [3])
    monkeypatch.setattr("filings.reading.requests.due", lambda: [4])
    monkeypatch.setattr("filings.webhooks.sending.due", lambda: [8])
    monkeypatch.setattr("ministry.tasks.owed_passwords", lambda: [5])
    monkeypatch.setattr("interchange.checking.due", lambda: [9])
    monkeypatch.setattr("interchange.reporting.running.due", lambda: [10])
    monkeypatch.setattr("interchange.reporting.running.not_applied", lambda: [11])
    monkeypatch.setattr("providers.imports.writing.stalled", lambda: [(6, "checking"), (7, "writing")])
    monkeypatch.setattr("filings.evidence.file_checks.go_on", lambda: True)
    for name in (*ONE_BY_ONE, "filings.check_files"):
        monkeypatch.setattr(
            app.tasks[name], "apply_async", lambda given=(), *_rest, name=name, **_more: found.append((name, *given))
        )

    for name in ("sweep_codes", "sweep_readings", "sweep_webhooks", "check_files"):
        app.tasks[f"filings.{name}"]()
    app.tasks["interchange.sweep"]()
    app.tasks["interchange.sweep_reports"]()
    app.tasks["ministry.sweep"]()
    app.tasks["providers.resume_imports"]()

    assert found == [
        ("filings.send_code", 1),
        ("filings.send_code", 2),
        ("filings.send_mailbox_code", 3),
        ("filings.read_picture", 4),
        ("filings.deliver_webhooks", 8),
        ("filings.check_files",),
        ("interchange.check_upload", 9),
        ("interchange.report", 10),
        ("interchange.apply_file", 11),
        ("ministry.send_password", 5),
        ("providers.check_import", 6),
        ("providers.write_import", 7),
    ]
