"""The state of each area of the portal, for the page at /ministry/status/ and the mail of each morning."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from filings.evidence import malware
from filings.models import FileCheck, QuarantinedFile
from icp_portal import database_roles
from icp_portal.env import PRODUCTION
from icp_portal.watch import beats, certificate, measures
from ministry.calendar.work_calendar import missing_year
from ministry.mail import queue, texts
from ministry.models import AuditCheck, Backup

# All limits are our own choice.
A_DAY: Final = timedelta(hours=26).total_seconds()  # by which a nightly task has run again
AN_HOUR: Final = 3_600
AUDIT_PATIENCE: Final = 900  # seconds
FILES_AGE: Final = timedelta(days=2)  # since the last check of the stored files has ended
BACKUP_AGE: Final = timedelta(days=2)
CERTIFICATE_DAYS: Final = 21
SHOWN: Final = 5  # files in quarantine that are named
LITTLE_SPACE, NO_SPACE = 0.2, 0.1  # free share of a disk
FINE, LOOK, WRONG = "done", "attention", "wrong"  # tones of a pill
WORDS: Final = {FINE: gettext_lazy("in order"), LOOK: gettext_lazy("needs attention"), WRONG: gettext_lazy("fault")}


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of one area: a tone, a text, and the URL of the page where it is corrected, if there is one."""

    tone: str
    text: str
    url: str = ""

    @property
    def word(self) -> Promise:
        """Return the tone in words."""
        return WORDS[self.tone]


def _tasks() -> Condition:
    passed, allowed = measures.task_seconds(), beats.allowed()
    late = sorted(task for task, seconds in allowed.items() if passed[task] > seconds)
    if not late:
        return Condition(FINE, _("Every frequent task has run in time."))
    none_runs = {task for task, seconds in allowed.items() if seconds <= AN_HOUR} <= set(late)
    words = _("Not run in time: %(tasks)s. Are workers and beat running?")
    return Condition(WRONG if none_runs else LOOK, words % {"tasks": ", ".join(late)})


def _nightly() -> Condition:
    late = sorted(task for task, seconds in measures.task_seconds().items() if seconds > A_DAY)
    if not late:
        return Condition(FINE, _("No task that runs daily is known to be late."))
    return Condition(LOOK, _("Not succeeded for more than a day: %(tasks)s.") % {"tasks": ", ".join(late)})


def _mails() -> Condition:
    found = queue.undelivered()
    if not found:
        return Condition(FINE, _("None has failed or waits for more than an hour."))
    words = _("Failed: %(failed)d. Waiting for more than an hour: %(waiting)d, filing passwords: %(passwords)d.")
    values = {"failed": found.failed, "waiting": found.waiting, "passwords": found.passwords}
    return Condition(LOOK, words % values, reverse("operators:mails"))


def _mail_texts() -> Condition:
    found = texts.unusable()
    if not found:
        return Condition(FINE, _("Every published text is used."))
    words = _("Not used, the built-in text is sent instead: %(kinds)s.") % {"kinds": ", ".join(found)}
    return Condition(LOOK, words, reverse("operators:mail_texts"))


def _queues() -> Condition:
    old = sorted(name for name, seconds in measures.waiting_seconds().items() if seconds > AN_HOUR)
    if not old:
        return Condition(FINE, _("Nothing has waited for more than an hour."))
    return Condition(LOOK, _("Waiting for more than an hour: %(queues)s.") % {"queues": ", ".join(old)})


def _filings() -> Condition:
    count = int(measures.overdue()[""])
    if not count:
        return Condition(FINE, _("None is overdue at a bureau."))
    more = "+" if count == measures.MOST else ""
    return Condition(LOOK, _("Overdue at the bureaus: %(count)s.") % {"count": f"{count}{more}"})


def _audit() -> Condition:
    url = reverse("ministry_desk:ministry_auditcheck_changelist")
    check = AuditCheck.objects.first()
    if check and check.fault:
        return Condition(WRONG, check.fault, url)
    if measures.waiting_seconds()["audit"] > AUDIT_PATIENCE:
        said = _("Rows have waited to enter it for more than %(minutes)d minutes.") % {"minutes": AUDIT_PATIENCE // 60}
        return Condition(WRONG, said, url)
    if check is None or timezone.now() - check.at > timedelta(seconds=A_DAY):
        return Condition(LOOK, _("It was not checked in the last day."), url)
    return Condition(FINE, _("Last checked on %(at)s, without a fault.") % {"at": _at(check.at)}, url)


def _files() -> Condition:
    url = reverse("ministry_desk:filings_filecheck_changelist")
    check = FileCheck.objects.exclude(ended_at=None).order_by("-day").first()
    missing = measures.missing_files()
    if missing or (check and check.fault):
        return Condition(WRONG, (check and check.fault) or _("Missing: %(count)d.") % {"count": missing}, url)
    if check is None or check.ended_at is None:
        return Condition(LOOK, _("They have not been checked yet."), url)
    if timezone.now() - check.ended_at > FILES_AGE:
        return Condition(LOOK, _("No check has ended since %(at)s.") % {"at": _at(check.ended_at)}, url)
    return Condition(FINE, _("Last checked on %(at)s, without a fault.") % {"at": _at(check.ended_at)}, url)


def _scanner() -> Condition:
    if found := list(QuarantinedFile.objects.filter(released_at=None).order_by("pk")[:SHOWN]):
        words = _("Malware was found in stored files, which are in quarantine: %(files)s.")
        return Condition(WRONG, words % {"files": ", ".join(map(str, found))}, reverse("operators:quarantine"))
    if not malware.is_set():
        return Condition(FINE, _("No scanner is set; uploads are decoded in child processes only."))
    try:
        malware.ping()
    except malware.NotScanned as error:
        return Condition(WRONG, _("It does not answer, so no upload is accepted: %(error)s") % {"error": error})
    return Condition(FINE, _("It answers."))


def _backup() -> Condition:
    last = Backup.last_at()
    if last is None:
        is_needed = PRODUCTION or bool(settings.BACKUP_RECIPIENTS)
        return Condition(LOOK, _("None has been made yet.")) if is_needed else Condition(FINE, _("Not set up here."))
    if timezone.now() - last > BACKUP_AGE:
        return Condition(LOOK, _("None has been made since %(at)s.") % {"at": _at(last)})
    return Condition(FINE, _("Last made on %(at)s.") % {"at": _at(last)})


def _calendar() -> Condition:
    year = missing_year(timezone.localdate())
    if year is None:
        return Condition(FINE, _("The notices of all years that are needed are entered."))
    words = _("The notice of %(year)d is missing.") % {"year": year}
    return Condition(LOOK, words, reverse("calendar:edit", args=[year]))


def _keys() -> Condition:
    if (count := len(settings.FIELD_KEYS)) == 1:
        return Condition(FINE, _("One key encrypts and decrypts."))
    return Condition(LOOK, _("%(count)d keys: after manage.py reseal remove the old ones.") % {"count": count})


def _certificate() -> Condition:
    try:
        days = certificate.days_left()
    except OSError as error:
        return Condition(WRONG, _("It can't be verified: %(error)s") % {"error": error})
    if days is None:
        return Condition(FINE, _("The portal runs without TLS here."))
    return Condition(FINE if days > CERTIFICATE_DAYS else LOOK, _("Valid for another %(days)d days.") % {"days": days})


def _disk() -> Condition:
    free = min(measures.disk_free().values(), default=1.0)
    tone = WRONG if free < NO_SPACE else LOOK if free < LITTLE_SPACE else FINE
    return Condition(tone, _("At least %(share)d %% are free.") % {"share": int(100 * free)})


def _role() -> Condition:
    errors = database_roles.check_role(databases=["default"]) if PRODUCTION else []
    if not errors:
        return Condition(FINE, _("The portal's role owns no table."))
    return Condition(LOOK, " ".join(error.msg for error in errors))


AREAS: Final[tuple[tuple[Promise, Callable[[], Condition]], ...]] = (
    (gettext_lazy("Background work"), _tasks),
    (gettext_lazy("Nightly work"), _nightly),
    (gettext_lazy("E-mails"), _mails),
    (gettext_lazy("Texts of e-mails"), _mail_texts),
    (gettext_lazy("Waiting work"), _queues),
    (gettext_lazy("Filings"), _filings),
    (gettext_lazy("Audit log"), _audit),
    (gettext_lazy("Stored files"), _files),
    (gettext_lazy("Malware scanner"), _scanner),
    (gettext_lazy("Backup"), _backup),
    (gettext_lazy("Work calendar"), _calendar),
    (gettext_lazy("Keys of personal data"), _keys),
    (gettext_lazy("Certificate of the website"), _certificate),
    (gettext_lazy("Disk"), _disk),
    (gettext_lazy("Database role"), _role),
)


def conditions() -> list[tuple[Promise, Condition]]:
    """Return each area with its condition; what can't be read is a fault."""
    return [(area, _read(condition)) for area, condition in AREAS]


def _read(condition: Callable[[], Condition]) -> Condition:
    try:
        return condition()
    except measures.FAILURES as error:
        return Condition(WRONG, _("It can't be read: %(error)s") % {"error": type(error).__name__})


def _at(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show how each area is."""
    return render(request, "ministry/status.html", {"conditions": conditions()})
