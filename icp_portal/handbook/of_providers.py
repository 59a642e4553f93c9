"""Chapters about an access provider's desk."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from icp_portal.handbook.chapters import Chapter, HandbookTask, of
from icp_portal.handbook.pictures import HandbookPicture
from providers.models import StaffRole

DESK = "provider_desk"
EVERYBODY, SUPERVISORS, ADMINISTRATORS = (
    tuple(role.label for role in StaffRole if role.covers(needed)) for needed in StaffRole
)
# The host's form at this desk.
FORM = (
    *(
        "home",
        "status",
        "overview",
        "papers",
        "reading",
        "use_read",
        "remove_picture",
        "add_website",
        "remove_website",
        "section",
        "save_page",
    ),
    *("handover", "handover_state", "mailbox", "correct", "unlock", "rounds", "check", "submit", "resume", "summary"),
    "evidence",
)

VERIFYING = Chapter(
    "verifying",
    _("Verify filings"),
    Party.PROVIDER,
    EVERYBODY,
    (
        HandbookTask(
            "queue",
            _("Find and claim a filing"),
            of(DESK, "index", "search", "look", "save_filter", "delete_filter", "bulk", "claim", "release"),
            HandbookPicture(
                "provider-queue", _("The provider's queue: tabs with counts, tools, and a table of filings.")
            ),
        ),
        HandbookTask("appointments", _("See who comes today"), of(DESK, "appointments", "appointment", "call_off_day")),
        HandbookTask(
            "verify",
            _("Verify a filing"),
            of(DESK, "verify", "evidence", "mails"),
            HandbookPicture(
                "provider-sheet",
                _("A block of the verification sheet: the data to compare above, the items to answer below."),
            ),
        ),
        HandbookTask(
            "photo",
            _("Take the face-to-face photo"),
            picture=HandbookPicture(
                "provider-photo", _("The part of the page for the photo, with the code word and the buttons.")
            ),
        ),
        HandbookTask(
            "sheets",
            _("Print sheets and file the signed copies"),
            of(DESK, "sheets", "blank_sheet", "sheet", "sheet_scan"),
        ),
        HandbookTask("codes", _("When responsible persons confirm with codes"), of(DESK, "resend_codes", "ask_again")),
        HandbookTask(
            "return",
            _("Return with remarks"),
            picture=HandbookPicture(
                "provider-remark", _("A remark with code, field, what was found and what is expected.")
            ),
        ),
        HandbookTask("wordings", _("Use standard wordings"), of(DESK, "wordings", "phrases", "phrase"), shared=True),
        HandbookTask("rounds", _("Compare rounds"), of(DESK, "rounds"), shared=True),
        HandbookTask("amend", _("Correct what the bureau has returned"), of(DESK, "amend")),
        HandbookTask(
            "question",
            _("Answer a question of the bureau"),
            of(DESK, "answer", "ask_host", "host_answer_page", "reply", "reply_page"),
            HandbookPicture("provider-answer", _("The bureau's question, and the form for the answer.")),
        ),
        HandbookTask("hold-or-close", _("Put a filing on hold, or close it"), of(DESK, "pause", "close")),
        HandbookTask("hand-over", _("Reassign to a colleague"), of(DESK, "hand_over"), shared=True),
        HandbookTask("notes", _("Write a note for colleagues"), shared=True),
        HandbookTask("filed", _("After the approval"), of(DESK, "password")),
        HandbookTask("case-file", _("Download the case file"), of(DESK, "case_file"), shared=True),
        HandbookTask("mails", _("Choose the e-mails you get"), of(DESK, "my_mails"), shared=True),
    ),
)
FILING_FOR_HOSTS = Chapter(
    "filing-for-hosts",
    _("File for hosts"),
    Party.PROVIDER,
    EVERYBODY,
    (
        HandbookTask(
            "mandate",
            _("Get a mandate"),
            of(DESK, "mandates", "mandate_ask", "mandate_paper", "mandate", "mandate_page"),
        ),
        HandbookTask("fill", _("Fill in a filing for a host"), (*of(DESK, "mandate_start"), *of("on_behalf", *FORM))),
        HandbookTask(
            "import",
            _("Import filings"),
            of(DESK, "imports", "import_template", "import", "import_faults"),
            HandbookPicture(
                "provider-import", _("What a checked file contains: rows, and the table of what is wrong.")
            ),
        ),
    ),
)
ORDERS_AND_FIGURES = Chapter(
    "orders-and-figures",
    _("Orders, notices and figures"),
    Party.PROVIDER,
    EVERYBODY,
    (
        HandbookTask(
            "orders",
            _("Carry out an order"),
            of(DESK, "orders", "order", "order_page"),
            HandbookPicture(
                "provider-order", _("An order: its number, its legal ground, and the websites it is about.")
            ),
        ),
        HandbookTask("cases", _("Object for a client"), of(DESK, "cancellation_cases", "cancellation_case")),
        HandbookTask("unfiled", _("Answer about a domain not on record"), of(DESK, "spot_questions", "spot_question")),
        HandbookTask("confirmations", _("Follow the yearly confirmation"), of(DESK, "confirmations")),
        HandbookTask("notices", _("Changes through other providers"), of(DESK, "notices", "notice_receipt")),
        HandbookTask("figures", _("Read the figures"), of(DESK, "figures", "figures_export")),
    ),
)
SUPERVISING = Chapter(
    "supervising",
    _("Distribute work"),
    Party.PROVIDER,
    SUPERVISORS,
    (
        HandbookTask("assign", _("Assign work")),
        HandbookTask("take-over", _("Take over a colleague's work"), of(DESK, "take_over")),
        HandbookTask(
            "own-systems",
            _("Connect your own systems"),
            (
                *of(DESK, "webhooks", "webhook_new", "webhook", "webhook_delete"),
                *of(DESK, "webhook_messages", "webhook_message", "webhook_again"),
            ),
        ),
        HandbookTask(
            "bureaus-systems",
            _("Report to a bureau's own system"),
            of(
                *("reporting", "listed", "new", "one", "reports", "report"),
                *("exchanges", "upload_message", "file_message", "apply_again"),
            ),
        ),
    ),
)
ADMINISTERING = Chapter(
    "administering",
    _("Run your provider's organisation"),
    Party.PROVIDER,
    ADMINISTRATORS,
    (
        HandbookTask("pages", _("Change your provider's pages"), of(DESK, "organisation", "organisation_edit")),
        HandbookTask("staff", _("Manage staff"), of(DESK, "staff", "invite", "member", "invitation")),
        HandbookTask("pool", _("Maintain the IP addresses"), of(DESK, "pool", "pool_add", "pool_remove")),
        HandbookTask(
            "announcements",
            _("Publish announcements"),
            of(DESK, "announcements", "announcement_new", "announcement"),
        ),
        HandbookTask(
            "places",
            _("Offer appointments"),
            (
                *of(DESK, "places", "place_new", "place", "place_hours", "place_hours_remove"),
                *of(DESK, "close_day", "open_day"),
            ),
        ),
        HandbookTask("record", _("See who changed what"), of(DESK, "organisation_record")),
    ),
)
PROVIDERS = (VERIFYING, FILING_FOR_HOSTS, ORDERS_AND_FIGURES, SUPERVISING, ADMINISTERING)
