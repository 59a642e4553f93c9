"""Chapters about the operators' desk."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from icp_portal.handbook.chapters import Chapter, HandbookTask, of, of_tables
from icp_portal.handbook.pictures import HandbookPicture

OPERATOR = (_("operator"),)

RULES_AND_DATES = Chapter(
    "rules-and-dates",
    _("Rules and dates"),
    Party.MINISTRY,
    OPERATOR,
    (
        HandbookTask("overview", _("Start from the overview"), of("ministry_desk", "index", "app_list")),
        HandbookTask("rules", _("Rules"), of_tables("ministry_provincerule")),
        HandbookTask(
            "calendar",
            _("Calendar"),
            of("calendar", "years", "year", "edit"),
            HandbookPicture("operator-calendar", _("A month of the work calendar with days off and make-up days.")),
        ),
        HandbookTask("guide", _("Check the public guide"), of("guide_desk", "pages", "checked")),
    ),
)
ORGANISATIONS = Chapter(
    "organisations",
    _("Organisations and accounts"),
    Party.MINISTRY,
    OPERATOR,
    (
        HandbookTask(
            "providers",
            _("Access providers and their staff"),
            of_tables("providers_provider", "providers_staff", "providers_organisationchange"),
        ),
        HandbookTask(
            "bureaus",
            _("Bureaus and reviewers"),
            of_tables("bureaus_bureau", "bureaus_reviewer", "bureaus_officechange"),
        ),
        HandbookTask("accounts", _("Accounts"), of_tables("accounts_user", "accounts_apikey")),
    ),
)
REGISTER = Chapter(
    "register",
    _("Register and blacklist"),
    Party.MINISTRY,
    OPERATOR,
    (
        HandbookTask(
            "blacklist", _("Blacklist"), of_tables("ministry_blacklistedsubject", "ministry_blacklisteddomain")
        ),
        HandbookTask(
            "records",
            _("Search the register"),
            of_tables("ministry_subject", "ministry_website", "ministry_access", "ministry_numberseries"),
        ),
    ),
)
OPERATION = Chapter(
    "operation",
    _("Operation"),
    Party.MINISTRY,
    OPERATOR,
    (
        HandbookTask("status", _("View the state of the portal"), ("portal_status",)),
        HandbookTask(
            "mails",
            _("E-mails"),
            of("operators", "mails", "mail_search", "mails_resend", "mail", "mail_resend"),
            HandbookPicture(
                "operator-mails", _("The list of e-mails, with recipient, subject line, filing and status.")
            ),
        ),
        HandbookTask(
            "mail-texts",
            _("Word the portal's e-mails"),
            of("operators", "mail_texts", "mail_text", "mail_text_version"),
        ),
        HandbookTask(
            "retention", _("Change for how long data are kept"), of("operators", "retention", "retention_period")
        ),
        HandbookTask(
            "log",
            _("Audit log"),
            (*of("operators", "log", "log_search", "log_entry"), *of_tables("ministry_auditcheck")),
        ),
        HandbookTask("differences", _("Differences between copies"), of("operators", "differences", "difference")),
        HandbookTask("files", _("Check the stored files"), of_tables("filings_filecheck")),
        HandbookTask(
            "quarantine", _("Files in which malware was found"), of("operators", "quarantine", "quarantined_file")
        ),
    ),
)
OPERATORS = (RULES_AND_DATES, ORGANISATIONS, REGISTER, OPERATION)
