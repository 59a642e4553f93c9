"""Chapters about a bureau's desk."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from bureaus.models import ReviewerRole
from icp_portal.handbook.chapters import Chapter, HandbookTask, of
from icp_portal.handbook.pictures import HandbookPicture

DESK = "bureau_desk"
REVIEWERS = (ReviewerRole.REVIEWER.label, ReviewerRole.CHIEF.label)

REVIEWING = Chapter(
    "reviewing",
    _("Review filings"),
    Party.BUREAU,
    REVIEWERS,
    (
        HandbookTask(
            "queue",
            _("Find and claim a filing"),
            of(DESK, "index", "search", "look", "save_filter", "delete_filter", "claim", "release"),
            HandbookPicture("bureau-queue", _("The bureau's queue: tabs with counts, tools, and a table by due date.")),
        ),
        HandbookTask(
            "review",
            _("Review a filing"),
            of(DESK, "review", "evidence", "shared_traits", "sheets", "sheet", "sheet_scan"),
            HandbookPicture(
                "bureau-review",
                _("The review page: what the portal points out and the data on the left, the documents on the right."),
            ),
        ),
        HandbookTask(
            "approve",
            _("Approve"),
            of(DESK, "mails"),
            HandbookPicture(
                "bureau-approval", _("The effects of an approval: number, subject, websites, e-mails, password.")
            ),
        ),
        HandbookTask("return", _("Return with remarks")),
        HandbookTask("wordings", _("Use standard wordings"), of(DESK, "wordings", "phrases", "phrase"), shared=True),
        HandbookTask("split", _("Approve some websites, return others")),
        HandbookTask("second-reviewer", _("Second reviewer")),
        HandbookTask("question", _("Ask the provider a question"), of(DESK, "questions", "reply", "reply_page")),
        HandbookTask("rounds", _("Compare rounds"), of(DESK, "rounds"), shared=True),
        HandbookTask("deadline", _("Meet the time limit")),
        HandbookTask("hand-over", _("Reassign to a colleague"), of(DESK, "hand_over"), shared=True),
        HandbookTask("notes", _("Write a note for colleagues"), shared=True),
        HandbookTask("transfer", _("Move a filing to another provider"), of(DESK, "transfer")),
        HandbookTask("case-file", _("Download the case file"), of(DESK, "case_file"), shared=True),
        HandbookTask("mails", _("Choose the e-mails you get"), of(DESK, "my_mails"), shared=True),
    ),
)
RECORDS_AND_ORDERS = Chapter(
    "records-and-orders",
    _("Records and orders"),
    Party.BUREAU,
    REVIEWERS,
    (
        HandbookTask("record", _("Look up a record"), of(DESK, "record")),
        HandbookTask(
            "orders", _("Issue an order"), of(DESK, "orders", "order_new", "order", "order_page", "penalties")
        ),
        HandbookTask(
            "counter", _("Reset a filing password at the counter"), of(DESK, "reset", "reset_proof", "reset_page")
        ),
        HandbookTask("blacklist", _("Manage the blacklist"), of(DESK, "blacklist", "blacklist_new", "blacklisted")),
        HandbookTask("cases", _("Decide a case"), of(DESK, "matters", "matter", "matter_page")),
        HandbookTask("shells", _("Clean up empty shells"), of(DESK, "shells")),
        HandbookTask("spot-checks", _("Spot checks"), of(DESK, "spot_checks", "spot_check")),
        HandbookTask("confirmations", _("Yearly confirmation"), of(DESK, "confirmations")),
    ),
)
SUPERVISING_PROVIDERS = Chapter(
    "supervising-providers",
    _("Supervision"),
    Party.BUREAU,
    REVIEWERS,
    (
        HandbookTask("quality-checks", _("Quality checks"), of(DESK, "rechecks", "recheck", "recheck_evidence")),
        HandbookTask("providers", _("Monitor access providers"), of(DESK, "providers", "provider")),
        HandbookTask("bulletins", _("Bulletins"), of(DESK, "bulletins", "bulletin", "bulletin_file")),
    ),
)
HEADING_A_BUREAU = Chapter(
    "heading-a-bureau",
    _("Lead a bureau's desk"),
    Party.BUREAU,
    (ReviewerRole.CHIEF.label,),
    (
        HandbookTask("assign", _("Assign work"), of(DESK, "assign")),
        HandbookTask("take-over", _("Take over an absent colleague's work"), of(DESK, "take_over")),
        HandbookTask(
            "leave",
            _("Leave, covers and automatic assignment"),
            of(DESK, "office", "end_absence", "by_load"),
            HandbookPicture(
                "bureau-office", _("The reviewers of a bureau: who is present, who is on leave, who covers.")
            ),
        ),
        HandbookTask(
            "board",
            _("Read the board"),
            of(DESK, "board", "board_export"),
            HandbookPicture("bureau-board", _("A chart of the filings by the working days since their receipt.")),
        ),
        HandbookTask("rules", _("Set the rules of the bureau"), of(DESK, "rules")),
        HandbookTask(
            "announcements",
            _("Publish announcements"),
            of(DESK, "announcements", "announcement_new", "announcement", "announcement_withdraw"),
        ),
        HandbookTask(
            "connections",
            _("Connect a provider's system"),
            of("connections", "listed", "new", "one", "secrets", "close", "uploads", "downloads"),
        ),
        HandbookTask("consistency", _("Decide consistently"), of(DESK, "consistency")),
    ),
)
BUREAUS = (REVIEWING, RECORDS_AND_ORDERS, SUPERVISING_PROVIDERS, HEADING_A_BUREAU)
