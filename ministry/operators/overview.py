"""Start page of the operators' desk: links to their tasks, grouped and explained."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Task:
    """Something operators do: its page as a URL name, the page to add a row if there is one, and what it is for."""

    page: str
    label: Promise
    about: Promise
    add: str = ""

    @property
    def shown(self) -> dict[str, Any]:
        """Return it for the template."""
        return {
            "label": self.label,
            "about": self.about,
            "url": reverse(self.page),
            "add_url": reverse(self.add) if self.add else "",
        }


def _table(name: str, label: Promise, about: Promise, *, adds: bool = False) -> Task:
    return Task(f"ministry_desk:{name}_changelist", label, about, f"ministry_desk:{name}_add" if adds else "")


GROUPS: tuple[tuple[Promise, tuple[Task, ...]], ...] = (
    (
        _("Rules and dates"),
        (
            _table(
                "ministry_provincerule", _("Province rules"), _("What each province requires, and when."), adds=True
            ),
            Task("calendar:years", _("Work calendar"), _("Days off and make-up days, year by year.")),
            Task("guide_desk:pages", _("Filing guide"), _("Check the public guide against its sources.")),
        ),
    ),
    (
        _("Blacklist"),
        (
            _table("ministry_blacklistedsubject", _("Hosts"), _("Who may not file, and until when."), adds=True),
            _table("ministry_blacklisteddomain", _("Domains"), _("What may not be filed, and until when."), adds=True),
        ),
    ),
    (
        _("Organisations and accounts"),
        (
            _table("providers_provider", _("Access providers"), _("Licence, provinces, IP addresses."), adds=True),
            _table("providers_staff", _("Providers' staff"), _("Appoint a provider's administrators."), adds=True),
            _table(
                "providers_organisationchange",
                _("Changes at providers"),
                _("Who changed what in a provider's organisation."),
            ),
            _table("bureaus_bureau", _("Bureaus"), _("Addresses to which e-mails are sent."), adds=True),
            _table("bureaus_reviewer", _("Reviewers"), _("Appoint a bureau's reviewers and chiefs."), adds=True),
            _table("bureaus_officechange", _("Changes at bureaus"), _("Leave, covers, automatic assignment.")),
            _table("accounts_user", _("Accounts"), _("Add staff; suspend an account."), adds=True),
            _table("accounts_apikey", _("API keys"), _("The owner of a key, found by its beginning.")),
        ),
    ),
    (
        _("Register"),
        (
            _table(
                "ministry_subject", _("Hosts on record"), _("Including those whose filing password has yet to be sent.")
            ),
            _table("ministry_website", _("Websites and other services"), _("With their numbers and domains.")),
            _table("ministry_access", _("Accesses on record"), _("Which provider serves which website.")),
            _table("ministry_numberseries", _("Number series"), _("The last number of each province and year.")),
        ),
    ),
    (
        _("Operation"),
        (
            Task("portal_status", _("State of the portal"), _("What is in order, and what needs attention.")),
            Task("operators:mails", _("E-mails"), _("What was sent, what failed and why; send it again.")),
            Task("operators:mail_texts", _("Texts of e-mails"), _("What the portal's e-mails say; their versions.")),
            Task("operators:retention", _("Retention of data"), _("For how long data are kept; change a period.")),
            Task("operators:log", _("Audit log"), _("Who wrote what and when, by filing, person and day.")),
            Task(
                "operators:differences",
                _("Differences between copies"),
                _("Where provider, bureau, register and public query don't state the same."),
            ),
            Task("operators:quarantine", _("Quarantine"), _("Stored files in which malware was found; release one.")),
            _table("ministry_auditcheck", _("Checks of the audit log"), _("Results of the nightly verification.")),
            _table("filings_filecheck", _("Checks of the stored files"), _("Whether every file on record is there.")),
        ),
    ),
)


def groups() -> list[tuple[Promise, list[dict[str, Any]]]]:
    """Return the groups for the template."""
    return [(title, [task.shown for task in tasks]) for title, tasks in GROUPS]
