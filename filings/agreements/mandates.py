"""Create, grant, refuse and end mandates: a host lets a provider act on its behalf for a limited time.

Consent is given in the portal or on a signed paper. Only this module writes mandates. Each function is one transaction
with row lock, refusals in words, event and mails as rows. A mandate is never extended: a new one replaces it, and both
stay on record.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import languages
from accounts.models import Party, User
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.mail import notices
from filings.models import Filing, Mandate, MandateEvent, MandateState, MandateWay, OfficialPaper
from filings.states import Role

LENGTHS = (30, 90, 180)  # days a mandate may be given for; the last is the longest, on paper too
ANSWER_DAYS = 14
MOST_A_DAY = 200  # requests of one provider, one by one; an import is limited by its rows
MOST_TO_AN_ADDRESS = 5  # a day, whoever asks

S = MandateState


def ask(actor: Actor, email: str, name: str, days: int, *, counted: bool = True) -> Mandate:
    """Ask the host behind an address for its consent, by mail.

    ``email`` as ``accounts.mail.check_address`` returns it; ``counted``: whether it counts towards the daily limit of
    requests.
    """
    with transaction.atomic():
        refuse_length(days)
        _refuse_too_many(actor, email, from_provider=counted)
        _end_overdue(actor, email)
        made = _make(actor, email, name, MandateWay.INVITE, asked_days=days)
        _record(made, "ask", actor)
        notices.tell_of_mandate(made, "asked", "host")
    return made


def bring_paper(actor: Actor, email: str, name: str, until: date, paper: OfficialPaper) -> Mandate:
    """Create a mandate that the host has signed on paper; the host is notified by mail and can end it."""
    with transaction.atomic():
        refuse_last_day(until)
        _end_overdue(actor, email)
        made = _make(
            actor, email, name, MandateWay.PAPER, paper=paper, asked_days=0, granted_at=timezone.now(), until=until
        )
        _record(made, "paper", actor, _until_words(until))
        notices.tell_of_mandate(made, "paper", "host")
    return made


def current(actor: Actor, email: str) -> Mandate | None:
    """Return the provider's mandate that is requested or in force for an address, or None. One query."""
    return Mandate.objects.current().filter(provider_id=actor.employer_id, host_email=email).first()


def grant(mandate_id: int, actor: Actor, days: int) -> Mandate:
    """Grant a mandate for the days the host chooses; drafts prepared under it become the host's."""
    with _locked(mandate_id, actor) as mandate:
        refuse_length(days)
        _refuse_unless_answerable(mandate, actor)
        mandate.granted_at = timezone.now()
        mandate.until = timezone.localdate() + timedelta(days=days)
        mandate.save(update_fields=["granted_at", "until"])
        _record(mandate, "grant", actor, _until_words(mandate.until))
        _hand_over(mandate)
        notices.tell_of_mandate(mandate, "granted", "provider")
    return mandate


def refuse(mandate_id: int, actor: Actor) -> None:
    """Refuse a mandate; the host does not get the drafts prepared under it."""
    with _locked(mandate_id, actor) as mandate:
        _refuse_unless_answerable(mandate, actor)
        mandate.refused_at = timezone.now()
        mandate.save(update_fields=["refused_at"])
        _record(mandate, "refuse", actor)
        notices.tell_of_mandate(mandate, "refused", "provider")


def end(mandate_id: int, actor: Actor) -> None:
    """End a mandate at once, by either side; a provider can also withdraw an unanswered request."""
    with _locked(mandate_id, actor) as mandate:
        state = mandate.state()
        if not (state == S.IN_FORCE or (state == S.ASKED and actor.role == Role.PROVIDER)):
            raise MoveRefused(_over(mandate))
        mandate.ended_at = timezone.now()
        mandate.save(update_fields=["ended_at"])
        _record(mandate, "end" if state == S.IN_FORCE else "take_back", actor)
        if state == S.IN_FORCE:
            notices.tell_of_mandate(mandate, "ended", "provider" if actor.role == Role.HOST else "host")


def end_by_transfer(mandate: Mandate, actor: Actor) -> None:
    """End a mandate that is in force, because a filing under it was transferred to another provider."""
    locked = Mandate.objects.select_for_update(of=("self",), no_key=True).get(pk=mandate.pk)
    if locked.state() != S.IN_FORCE:
        return
    locked.ended_at = timezone.now()
    locked.save(update_fields=["ended_at"])
    _record(locked, "end", actor, languages.stored(lambda: _("A filing has moved to another access provider.")))


def claim(user: User) -> None:
    """Assign mandates that name a verified address, and filings under granted ones, to its user.

    Two queries when there are none.
    """
    if user.party != Party.HOST or not _has_proven(user):
        return
    with transaction.atomic():
        for mandate in Mandate.objects.select_for_update().filter(host=None, host_email=user.email):
            mandate.host = user
            mandate.save(update_fields=["host"])
            if mandate.granted_at:
                _hand_over(mandate)


def may_show_paper(mandate: Mandate, actor: Actor) -> bool:
    """Return whether the actor may view the signed paper; hosts can't if it covers other hosts too."""
    if mandate.paper_id is None:
        return False
    if actor.role == Role.PROVIDER:
        return True
    others = Mandate.objects.filter(paper=mandate.paper_id).exclude(host_id=mandate.host_id)
    return not others.exists()


def longest() -> date:
    """Return the latest last day of a mandate given today."""
    return timezone.localdate() + timedelta(days=LENGTHS[-1])


def refuse_length(days: int | None) -> None:
    """Raise MoveRefused unless the length is one of ``LENGTHS``."""
    if days not in LENGTHS:
        raise MoveRefused(_("Choose one of the durations offered."))


def refuse_last_day(until: date | None) -> None:
    """Raise MoveRefused for a last day in the past or after ``longest``."""
    if until is None or not timezone.localdate() <= until <= longest():
        raise MoveRefused(
            _("A mandate lasts from today until %(longest)s at the latest.") % {"longest": date_format(longest())}
        )


# --- Inside -----------------------------------------------------------------------------------------------


@contextmanager
def _locked(mandate_id: int, actor: Actor) -> Iterator[Mandate]:
    """Yield the mandate under a row lock; raise Mandate.DoesNotExist if the actor may not see it."""
    with transaction.atomic():
        rows = Mandate.objects.visible_to(actor).select_related("provider", "host")
        yield rows.select_for_update(of=("self",), no_key=True).get(pk=mandate_id)


def _make(actor: Actor, email: str, name: str, way: MandateWay, **fields: object) -> Mandate:
    """Create a mandate; MoveRefused if the provider already has an open one with this host."""
    host = User.objects.filter(email=email, party=Party.HOST).first()
    answer_by = timezone.localdate() + timedelta(days=ANSWER_DAYS)
    try:
        with transaction.atomic():
            return Mandate.objects.create(
                provider_id=actor.employer_id,
                host=host if host and _has_proven(host) else None,
                host_email=email,
                host_name=name,
                way=way,
                asked_by_id=actor.person_id,
                answer_by=answer_by,
                **fields,
            )
    except IntegrityError as error:
        raise MoveRefused(
            _("You already have a mandate from %(email)s, or have asked for one.") % {"email": email}
        ) from error


def _has_proven(user: User) -> bool:
    return bool(EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists())


def _end_overdue(actor: Actor, email: str) -> None:
    """End the provider's expired or unanswered mandates for this address, so that a new one can be created."""
    rows = Mandate.objects.open().filter(provider_id=actor.employer_id, host_email=email)
    for mandate in rows.select_for_update():
        if mandate.state() in (S.UNANSWERED, S.EXPIRED):
            mandate.ended_at = timezone.now()
            mandate.save(update_fields=["ended_at"])
            _record(mandate, "end", actor, languages.stored(lambda: _("It had expired.")))


def _hand_over(mandate: Mandate) -> None:
    """Assign filings prepared under the mandate to its host; their version does not change."""
    Filing.objects.filter(host=None, mandate=mandate).update(host=mandate.host)


def _refuse_unless_answerable(mandate: Mandate, actor: Actor) -> None:
    if actor.role != Role.HOST:
        raise MoveRefused(_("Only the host can answer."))
    if mandate.state() != S.ASKED:
        raise MoveRefused(_over(mandate))


def _over(mandate: Mandate) -> str:
    return _("This mandate is “%(state)s”, so this can't be done.") % {"state": mandate.state().label}


def _refuse_too_many(actor: Actor, email: str, *, from_provider: bool) -> None:
    today = Mandate.objects.filter(way=MandateWay.INVITE, asked_at__gt=timezone.now() - timedelta(days=1))
    if today.filter(host_email=email).count() >= MOST_TO_AN_ADDRESS:
        raise MoveRefused(_("This address has already been asked several times today. Contact its owner directly."))
    if from_provider and today.filter(provider_id=actor.employer_id).count() >= MOST_A_DAY:
        raise MoveRefused(_("You have asked %(count)d hosts today. Continue tomorrow.") % {"count": MOST_A_DAY})


def _until_words(until: date) -> str:
    return languages.stored(lambda: _("until %(date)s") % {"date": date_format(until)})


def _record(mandate: Mandate, name: str, actor: Actor, note: str = "") -> None:
    MandateEvent.objects.create(
        mandate=mandate,
        name=name,
        role=actor.role,
        user_id=actor.user_id,
        actor_name=actor.name,
        note=note,
        note_english=getattr(note, "english", ""),
    )
