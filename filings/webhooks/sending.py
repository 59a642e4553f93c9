"""Deliver messages: claim one, send it without any lock, store the result.

At least once: a worker that dies between sending and noting leaves the message due again after ``LEASE``, with the
same ``webhook-id``. An address gets one message at a time, and none for a while after a failure, so a slow or failing
system keeps at most one thread of the workers busy.
"""

import logging
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from filings.models import (
    AttemptOutcome,
    EndpointState,
    MessageState,
    WebhookAttempt,
    WebhookEndpoint,
    WebhookMessage,
)
from filings.webhooks import posting, supervisor_mails, targets, writing
from filings.webhooks.events import TEST
from filings.webhooks.posting import PostResult
from ministry.mail.allowed import NEVER
from ministry.mail.outbox import after_commit

logger = logging.getLogger(__name__)

# The waits of the schedule that Standard Webhooks 1.0.0 gives as an example; ten attempts in 75 hours and 35 minutes.
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
TRIES: Final = len(WAITS) + 1
DAYS_OF_TRIES: Final = round(sum(WAITS, timedelta()) / timedelta(days=1))
# The rest is our own choice.
JITTER: Final = 0.2  # each wait is up to a fifth longer, by chance
LONGEST_WAIT: Final = timedelta(days=1)  # that a response's Retry-After can ask for
RESTS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 60, 300)
)  # of an address after 1, 2, 3, … failures
FAILING_FOR: Final = timedelta(days=5)  # without a success until an address is switched off
TOLD_EVERY: Final = timedelta(days=1)  # the shortest time between two mails about the same address
LEASE: Final = timedelta(minutes=2)  # longer than any request with its look-up of the name
MOST_A_RUN, LONGEST_RUN = 50, 30.0  # messages, and seconds after which a run leaves the rest to the next one
SWEPT_AT_ONCE: Final = 500  # addresses


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed message, with all that is needed to send it."""

    message_id: int
    endpoint_id: int
    url: str
    secrets: tuple[str, ...]
    webhook_id: str
    body: str


def due() -> list[int]:
    """Return the addresses with messages due that nobody is sending. One query."""
    now = timezone.now()
    rows = WebhookMessage.objects.filter(
        state=MessageState.WAITING,
        due_at__lte=now,
        endpoint__state=EndpointState.LIVE,
        endpoint__next_at__lte=now,
        endpoint__busy_until__lte=now,
    )
    return sorted(rows.values_list("endpoint_id", flat=True).distinct()[:SWEPT_AT_ONCE])


def deliver(endpoint_id: int) -> bool:
    """Send the due messages of an address, one after the other; return whether another run should go on at once."""
    begun = time.monotonic()
    for _n in range(MOST_A_RUN):
        parcel = _claim(endpoint_id)
        if parcel is None or not _delivered(parcel):
            return False
        if time.monotonic() - begun > LONGEST_RUN:
            break
    return True


def _claim(endpoint_id: int) -> Parcel | None:
    """Claim the next due message of an address; None while another worker sends to it, or if nothing is due.

    On staging, hold back all of them where the host is not listed.
    """
    now = timezone.now()
    with transaction.atomic():
        free = WebhookEndpoint.objects.live().filter(pk=endpoint_id, next_at__lte=now, busy_until__lte=now)
        endpoint = free.select_for_update(skip_locked=True, no_key=True).first()
        if endpoint and targets.is_withheld(endpoint.url):
            _hold_back(endpoint, now)
            return None
        message = _next(endpoint, now) if endpoint else None
        if endpoint is None or message is None:
            return None
        endpoint.busy_until = message.due_at = now + LEASE
        endpoint.save(update_fields=["busy_until"])
        message.save(update_fields=["due_at"])
    former = endpoint.former_secret if endpoint.former_until and endpoint.former_until > now else None
    return Parcel(
        message.pk,
        endpoint.pk,
        endpoint.url,
        (endpoint.secret, former) if former else (endpoint.secret,),
        message.public_id,
        message.body,
    )


def _hold_back(endpoint: WebhookEndpoint, now: datetime) -> None:
    held = endpoint.messages.filter(state=MessageState.WAITING, due_at__lte=now).update(due_at=NEVER)
    if held:
        logger.warning("address %s: %s messages held back: its host is not in STAGING_HOSTS", endpoint.pk, held)


def is_held_back(message: WebhookMessage) -> bool:
    """Return whether a message waits for somebody to press “Send again”, because its host was not listed."""
    return message.state == MessageState.WAITING and message.due_at == NEVER


def _next(endpoint: WebhookEndpoint, now: datetime) -> WebhookMessage | None:
    """Return the next due message, locked; drop those about filings that are now another provider's."""
    waiting = endpoint.messages.filter(state=MessageState.WAITING, due_at__lte=now)
    elsewhere = waiting.filter(event__isnull=False).exclude(event__filing__provider=endpoint.provider_id)
    elsewhere.update(state=MessageState.DROPPED)
    return waiting.select_for_update(skip_locked=True, no_key=True).order_by("due_at", "pk").first()


def _delivered(parcel: Parcel) -> bool:
    """Send a claimed message and note what came of it; return whether it was accepted."""
    at = timezone.now()
    answer = posting.post(parcel.url, parcel.body, parcel.webhook_id, parcel.secrets, at)
    _note(parcel, at, answer)
    return answer.outcome == AttemptOutcome.OK


def _note(parcel: Parcel, at: datetime, answer: PostResult) -> None:
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=parcel.endpoint_id)
        message = WebhookMessage.objects.select_for_update(no_key=True).get(pk=parcel.message_id)
        WebhookAttempt.objects.create(
            message=message,
            at=at,
            outcome=answer.outcome,
            status=answer.status,
            took=answer.took,
            excerpt=answer.excerpt,
        )
        message.tries += 1
        endpoint.busy_until = timezone.now()
        if answer.outcome == AttemptOutcome.OK:
            _succeed(endpoint, message)
        else:
            _fail(endpoint, message, answer)
        endpoint.save(update_fields=["state", "failures", "failing_since", "told_at", "next_at", "busy_until"])
        message.save(update_fields=["state", "tries", "due_at"])


def _succeed(endpoint: WebhookEndpoint, message: WebhookMessage) -> None:
    message.state = MessageState.SENT
    endpoint.failures, endpoint.failing_since, endpoint.told_at = 0, None, None


def _fail(endpoint: WebhookEndpoint, message: WebhookMessage, answer: PostResult) -> None:
    now = timezone.now()
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.next_at = now + RESTS[min(endpoint.failures, len(RESTS)) - 1]
    if message.tries < TRIES:
        message.due_at = now + _wait(message.tries, answer.retry_after)
    else:
        message.state = MessageState.GIVEN_UP
    if not endpoint.is_live:
        return
    if answer.status == posting.GONE:
        _switch_off(endpoint, message, EndpointState.GONE)
    elif now - endpoint.failing_since >= FAILING_FOR:
        _switch_off(endpoint, message, EndpointState.FAILING)
    elif message.state == MessageState.GIVEN_UP and (endpoint.told_at is None or now - endpoint.told_at >= TOLD_EVERY):
        endpoint.told_at = now
        supervisor_mails.tell("webhook_given_up", endpoint)


def _wait(tries: int, retry_after: int) -> timedelta:
    """Return how long to wait after so many attempts: by the schedule, or longer if the other side asks for it."""
    wait = WAITS[tries - 1] * (1 + random.uniform(0, JITTER))  # noqa: S311 — no secret
    return max(wait, min(timedelta(seconds=retry_after), LONGEST_WAIT))


def _switch_off(endpoint: WebhookEndpoint, message: WebhookMessage, state: EndpointState) -> None:
    """Stop sending to an address, give up what waits for it, and tell the provider's supervisors."""
    endpoint.state = state
    message.state = MessageState.GIVEN_UP
    endpoint.messages.filter(state=MessageState.WAITING).update(state=MessageState.GIVEN_UP)
    supervisor_mails.tell("webhook_off", endpoint)


def forget_former_secrets() -> int:
    """Delete the secrets that no longer sign anything; return how many."""
    rows = WebhookEndpoint.objects.filter(former_until__lte=timezone.now())
    return rows.update(former_secret=None, former_until=None)


def send_test(endpoint: WebhookEndpoint) -> WebhookMessage:
    """Queue a test message to an address, in the caller's transaction."""
    now = timezone.now()
    made: WebhookMessage = endpoint.messages.create(
        provider_id=endpoint.provider_id, webhook_id=uuid4(), type=TEST, body=writing.body_of_test(now), made_at=now
    )
    _soon(endpoint)
    return made


def send_again(message: WebhookMessage) -> None:
    """Queue a message once more, with its old identifier, in the caller's transaction; its tries are reset."""
    message.state, message.tries, message.due_at = MessageState.WAITING, 0, timezone.now()
    message.save(update_fields=["state", "tries", "due_at"])
    _soon(message.endpoint)


def _soon(endpoint: WebhookEndpoint) -> None:
    """End the pause of an address after failures: a person has asked for this message."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(next_at=timezone.now())
    after_commit(writing.TASK, endpoint.pk)
