"""Actions of desks that don't move a filing: order a new password, log access to personal data and case files."""

from datetime import UTC, datetime, timedelta

from django.db.models import Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.links import link_to
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.mail import notices
from filings.models import Entrance, Event, Export, Filing, Look
from filings.moves.moving import locked, record
from filings.rules import mailboxes
from filings.states import CLAIMS, Role, Status
from ministry.models import Access, Subject
from ministry.passwords import elsewhere, passwords

PASSWORD_EVERY = timedelta(days=1)
FACTS = "facts"  # what a look at the full data is called


def order_password(filing_id: int, actor: Actor) -> None:
    """Send a new filing password to the e-mail on record, at most once a day; the provider never sees it.

    Locks the subject's row too: another provider of the same subject may ask at the same moment.
    """
    with locked(filing_id, actor) as filing:
        if actor.role != Role.PROVIDER or filing.subject_id is None:
            raise MoveRefused(_("There is no filing password until the filing has been approved."))
        rows = Subject.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=filing.subject_id)
        if (subject := rows.first()) is None:
            raise MoveRefused(_("A filing password is being sent. Try again in a minute."))
        if refusal := _password_refusal(filing, subject):
            raise MoveRefused(refusal)
        passwords.want(subject.pk)
        notices.tell(record(filing, "password", actor))


def _password_refusal(filing: Filing, subject: Subject) -> str:
    accesses = Access.objects.filter(website__subject=subject, provider=filing.provider_id, live=True)
    if not subject.live or not accesses.exists():
        return _("You no longer serve this host.")
    if refusal := elsewhere.no_new_one(subject.province):
        return refusal
    if _is_unverified(subject):
        return _(
            "The e-mail address on record was reported by your system and nobody has verified it. The site host asks "
            "for a password at %(url)s; a link to confirm is sent to that address first."
        ) % {"url": link_to("ministry:recover_password")}
    if subject.password_wanted_at is not None:
        return _("A filing password is already being sent to the host.")
    asked = Event.objects.filter(filing__subject=subject, name="password", at__gt=timezone.now() - PASSWORD_EVERY)
    if asked.exists():
        return _(
            "A filing password was requested within the last %(hours)d hours. The host finds it in the "
            "mailbox on record."
        ) % {"hours": int(PASSWORD_EVERY.total_seconds()) // 3600}
    return ""


def _is_unverified(subject: Subject) -> bool:
    """Return whether a reported filing has changed the address on record since a password was last sent there.

    The owner of such an address gets a password by the link that confirms a recovery. One query.
    """
    since = subject.password_sent_at or datetime.min.replace(tzinfo=UTC)
    rows = Filing.objects.filter(subject=subject, entrance=Entrance.SYSTEM, status=Status.FILED, decided_at__gt=since)
    return any(mailboxes.new(filing) for filing in rows)


def record_look(filing: Filing, actor: Actor, what: str) -> None:
    """Record that staff viewed masked data or a picture. Not recorded for hosts, who view their own papers."""
    if actor.user_id is not None and (actor.role != Role.HOST or actor.is_on_behalf):
        role = Role.PROVIDER if actor.is_on_behalf else actor.role
        Look.objects.create(filing=filing, user_id=actor.user_id, role=role, what=what)


def has_looked(filing: Filing, actor: Actor) -> bool:
    """Return whether the actor's look at the filing's full data is on record since its claim began. One query."""
    begun = filing.events.filter(name__in=CLAIMS).order_by("-pk").values("at")[:1]
    since = Coalesce(Subquery(begun), Value(datetime.min.replace(tzinfo=UTC)))
    return Look.objects.filter(filing=filing, user=actor.user_id, what=FACTS, at__gte=since).exists()


def export_case_file(filing: Filing, actor: Actor, what: str) -> None:
    """Record the export of a case file; ``what`` names its format and its digest."""
    Export.objects.create(
        user_id=actor.person_id, role=actor.role, query=f"case file {what}", count=1, filing_ids=[filing.pk]
    )
