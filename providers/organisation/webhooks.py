"""Addresses of a provider's own systems: add, change, pause, test, renew the secret, delete; send a message again.

Supervisors and administrators do so. A secret is returned when it is made and never again.
"""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import EndpointState, MessageState, WebhookEndpoint, WebhookMessage
from filings.webhooks import sending
from filings.webhooks.events import LABELS, SENT
from ministry.reference import english
from providers.models import Provider, StaffRole, What
from providers.organisation import records

MOST = 5  # addresses of one provider; our own choice
MOST_TESTS = 20  # test messages an hour of one provider; our own choice
LONGEST_ABOUT = 255  # characters of an address in the record of changes
MOST_AGAIN = 200  # messages sent again by hand, an hour and provider; our own choice
SECRET_BYTES = 32  # Standard Webhooks allows 24 to 64
BOTH_SIGN = timedelta(hours=24)  # how long the former secret signs too after a rotation; our own choice


class EndpointWritten(TypedDict):
    """What a supervisor writes of an address; ``events`` are names of ``filings.webhooks.events.SENT``."""

    url: str
    events: list[str]


def of(actor: Actor) -> QuerySet[WebhookEndpoint]:
    """Return the addresses of the actor's provider, without deleted ones."""
    return WebhookEndpoint.objects.visible_to(actor).order_by("pk")


def waiting(rows: Iterable[WebhookEndpoint]) -> dict[int, int]:
    """Return how many messages wait to be sent to each of the addresses that have any. One query."""
    found = WebhookMessage.objects.filter(state=MessageState.WAITING, endpoint__in=rows).order_by()
    return dict(found.values_list("endpoint").annotate(Count("pk")))


def add(actor: Actor, written: EndpointWritten) -> tuple[WebhookEndpoint, str]:
    """Add an address and return it with its secret."""
    with records.changing(actor, StaffRole.SUPERVISOR) as provider:
        rows = of(actor)
        if rows.count() >= MOST:
            raise MoveRefused(_("There are already %(count)d addresses. Delete one of them first.") % {"count": MOST})
        _refuse_known(rows, written["url"])
        secret = _new_secret()
        made = WebhookEndpoint.objects.create(provider=provider, secret=secret, **_in_order(written))
        records.record(provider, actor, What.WEBHOOK_MADE, about=_short(made), after=_words(made))
    return made, secret


def change(actor: Actor, endpoint_id: int, written: EndpointWritten, *, version: int) -> WebhookEndpoint:
    """Change the address or its events; raise MoveRefused if a colleague has changed it meanwhile."""
    with records.changing(actor, StaffRole.SUPERVISOR) as provider:
        found = _locked(actor, endpoint_id, version)
        _refuse_known(of(actor).exclude(pk=found.pk), written["url"])
        before = _words(found)
        found.url, found.events = written["url"], _in_order(written)["events"]
        if (after := _words(found)) != before:
            _save(found, provider, actor, before, after)
    return found


def set_paused(actor: Actor, endpoint_id: int, paused: bool, *, version: int) -> None:
    """Pause an address, or use it again, also after it was switched off. What happens meanwhile is not sent later."""
    state = EndpointState.PAUSED if paused else EndpointState.LIVE
    with records.changing(actor, StaffRole.SUPERVISOR) as provider:
        found = _locked(actor, endpoint_id, version)
        if found.state != state:
            before, found.state = found.state, state
            found.failures, found.failing_since, found.told_at = 0, None, None
            found.next_at = timezone.now()
            _save(found, provider, actor, _state_words(before), _state_words(state))


def rotate(actor: Actor, endpoint_id: int, *, version: int) -> tuple[WebhookEndpoint, str]:
    """Make a new secret and return it; the former one signs too for ``BOTH_SIGN``."""
    with records.changing(actor, StaffRole.SUPERVISOR) as provider:
        found = _locked(actor, endpoint_id, version)
        found.former_secret, found.former_until = found.secret, timezone.now() + BOTH_SIGN
        found.secret = secret = _new_secret()
        found.version += 1
        found.save()
        records.record(provider, actor, What.WEBHOOK_SECRET, about=_short(found))
    return found, secret


def delete(actor: Actor, endpoint_id: int, *, version: int) -> None:
    """Delete an address with its secret: nothing is sent there any more. The messages stay in the list for a while."""
    with records.changing(actor, StaffRole.SUPERVISOR) as provider:
        found = _locked(actor, endpoint_id, version)
        records.record(provider, actor, What.WEBHOOK_DELETED, about=_short(found), before=_words(found))
        found.state, found.secret, found.former_secret, found.former_until = EndpointState.DELETED, "", None, None
        found.version += 1
        found.save()
        found.messages.filter(state=MessageState.WAITING).update(state=MessageState.GIVEN_UP)


def test(actor: Actor, endpoint_id: int) -> WebhookMessage:
    """Send a test message to an address; raise MoveRefused unless it is in use."""
    with records.changing(actor, StaffRole.SUPERVISOR) as provider:
        found = of(actor).get(pk=endpoint_id)
        _refuse_unused(found)
        tests = WebhookMessage.objects.filter(provider=provider, event=None, made_at__gt=_an_hour_ago())
        if tests.count() >= MOST_TESTS:
            raise MoveRefused(
                _("You have sent %(count)d test messages within an hour. Wait a while.") % {"count": MOST_TESTS}
            )
        return sending.send_test(found)


def send_again(actor: Actor, message_id: int) -> WebhookMessage:
    """Send a message again with its old identifier, or now in place of later after it has failed.

    Raise WebhookMessage.DoesNotExist for another provider's, MoveRefused for one that is about to be sent.
    """
    with records.changing(actor, StaffRole.SUPERVISOR) as provider:
        found = messages_of(actor).select_for_update(of=("self",), no_key=True).get(pk=message_id)
        if is_due(found):
            raise MoveRefused(_("This message is already waiting to be sent."))
        _refuse_unused(found.endpoint)
        if found.event_id and not _is_own(found):
            raise MoveRefused(_("The filing is no longer with you, so messages about it are not sent to you."))
        again = provider.changes.filter(what=What.WEBHOOK_AGAIN, at__gt=_an_hour_ago())
        if again.count() >= MOST_AGAIN:
            raise MoveRefused(
                _("You have sent %(count)d messages again within an hour. Wait a while.") % {"count": MOST_AGAIN}
            )
        sending.send_again(found)
        records.record(provider, actor, What.WEBHOOK_AGAIN, about=found.public_id)
    return found


def is_due(message: WebhookMessage) -> bool:
    """Return whether a message is sent without anybody's doing: the next attempt is not put off after a failure."""
    return message.state == MessageState.WAITING and message.due_at <= timezone.now()


def messages_of(actor: Actor) -> QuerySet[WebhookMessage]:
    """Return the messages of the actor's provider with their addresses, those of deleted addresses too."""
    rows: QuerySet[WebhookMessage] = WebhookMessage.objects.visible_to(actor).select_related("endpoint")
    return rows


def _an_hour_ago() -> datetime:
    return timezone.now() - timedelta(hours=1)


def _is_own(message: WebhookMessage) -> bool:
    return WebhookMessage.objects.filter(pk=message.pk, event__filing__provider=message.provider_id).exists()


def _refuse_unused(endpoint: WebhookEndpoint) -> None:
    if not endpoint.is_live:
        raise MoveRefused(_("This address is not in use, so nothing is sent to it."))


def _locked(actor: Actor, endpoint_id: int, version: int) -> WebhookEndpoint:
    """Return the address under a lock; raise WebhookEndpoint.DoesNotExist for another provider's or a deleted one."""
    found = of(actor).select_for_update(no_key=True).get(pk=endpoint_id)
    if found.version != version:
        raise MoveRefused(
            _(
                "A colleague has changed this address in the meantime. What you typed has been kept; "
                "compare and save it again."
            )
        )
    return found


def _refuse_known(others: QuerySet[WebhookEndpoint], url: str) -> None:
    if others.filter(url=url).exists():
        raise MoveRefused(_("This address has already been added. Change its events instead."))


def _save(found: WebhookEndpoint, provider: Provider, actor: Actor, before: str, after: str) -> None:
    found.version += 1
    found.save()
    records.record(provider, actor, What.WEBHOOK, about=_short(found), before=before, after=after)


def _new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def _in_order(written: EndpointWritten) -> EndpointWritten:
    return EndpointWritten(url=written["url"], events=[name for name in SENT if name in written["events"]])


def _short(found: WebhookEndpoint) -> str:
    return found.url[:LONGEST_ABOUT]


def _state_words(state: str) -> str:
    return str(EndpointState(state).label)


def _words(found: WebhookEndpoint) -> str:
    """Return an address with its events as text, for the record."""
    return f"{found.url}\n{english.joined(LABELS[name] for name in found.events)}"
