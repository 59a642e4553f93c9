"""Make orders and store the providers' receipts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import languages
from accounts.models import User
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.evidence.scans import ScannedPage
from filings.models import Filing
from filings.moves.moving import record
from filings.rules import ownership
from filings.states import Role, Status
from ministry.models import (
    Access,
    BlacklistedDomain,
    BlacklistedSubject,
    Subject,
    SubjectCertificate,
    Website,
)
from ministry.register import blacklist, ends
from ministry.register.entry_types import RegisterConflict
from records.legal_grounds import BY_CODE, Act, Scope, may_order
from records.models import Order, OrderEvent, OrderTask
from records.orders import ending, mails


@dataclass(frozen=True, slots=True)
class OrderTarget:
    """The register row an order is about: a subject, one of its websites, or one access of a website."""

    subject: Subject
    website: Website | None = None
    access: Access | None = None

    @property
    def scope(self) -> Scope:
        """Return the scope."""
        if self.access:
            return Scope.ACCESS
        return Scope.WEBSITE if self.website else Scope.SUBJECT

    @property
    def keys(self) -> tuple[int, int | None, int | None]:
        """Return the primary keys of subject, website and access, None where not part of the target."""
        website, access = (row.pk if row else None for row in (self.website, self.access))
        return self.subject.pk, website, access

    @property
    def suspended_on(self) -> date | None:
        """Return since when the website, or else the subject, is suspended; None if it is not."""
        return self.website.suspended_on if self.website else self.subject.suspended_on

    @property
    def live(self) -> bool:
        """Return whether the target is in force."""
        return (self.access or self.website or self.subject).live


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """A reviewer's input for an order: ground, number of the paper, reason (shown to the host), the paper's pages.

    ``is_listed``: also put subject or domain on the blacklist, up to ``listed_until`` if given.
    """

    act: Act
    document: str
    reason: str
    ground: str = ""
    pages: Sequence[ScannedPage] = ()
    is_listed: bool = False
    listed_until: date | None = None


def target_of(actor: Actor, scope: Scope, pk: int) -> OrderTarget:
    """Return the target with this primary key in the reviewer's province; raise Subject.DoesNotExist otherwise."""
    if actor.role != Role.BUREAU or not actor.bureau_id:
        raise Subject.DoesNotExist
    under = {"province": actor.bureau_id}
    if scope == Scope.SUBJECT:
        return OrderTarget(Subject.objects.get(pk=pk, **under))
    accesses = Access.objects.select_related("website__subject", "provider")
    access = accesses.filter(pk=pk).first() if scope == Scope.ACCESS else None
    websites = Website.objects.select_related("subject").filter(subject__province=actor.bureau_id)
    website = (
        websites.filter(pk=access.website_id if access else pk).first() if scope != Scope.ACCESS or access else None
    )
    if website is None:
        raise Subject.DoesNotExist
    return OrderTarget(website.subject, website, access)


def make(actor: Actor, scope: Scope, pk: int, draft: OrderDraft) -> Order:
    """Make the order: change the register, give every provider concerned its task, notify the host.

    A cancellation ends the filings under way about the cancelled record.

    Raises Subject.DoesNotExist for records of other provinces, MoveRefused when it can't be done (any more).
    """
    with transaction.atomic():
        target = target_of(actor, scope, pk)
        under_way = ending.lock(*target.keys) if draft.act == Act.CANCEL else []
        target = _locked(target)
        _refuse(target, draft)
        accesses = _change(target, draft.act)
        order = _written(actor, target, draft)
        ending.end(under_way, order)
        _give_tasks(order, accesses)
        if draft.is_listed:
            _list(actor, order, draft)
        OrderEvent.objects.create(order=order, name="make", **_who(actor))
        _enter_in_filings(order, actor, [access.provider_id for access in accesses])
        mails.tell_of_order(order)
    return order


def confirm(task_id: int, actor: Actor, done_at: datetime, note: str = "") -> OrderTask:
    """Store a provider's receipt: when access was cut off or restored.

    Raises OrderTask.DoesNotExist if the actor may not see the task.
    """
    with transaction.atomic():
        rows = OrderTask.objects.visible_to(actor).select_related("order__website__subject", "order__subject")
        task = rows.select_for_update(of=("self",), no_key=True).get(pk=task_id)
        if actor.role != Role.PROVIDER:
            raise MoveRefused(_("Only the provider can submit the receipt."))
        if task.confirmed_at is not None:
            raise MoveRefused(
                _("%(name)s has already submitted the receipt, on %(at)s.")
                % {
                    "name": task.confirmed_by,
                    "at": date_format(timezone.localtime(task.confirmed_at), "DATETIME_FORMAT"),
                }
            )
        if not task.made_at.replace(second=0, microsecond=0) <= done_at <= timezone.now():
            raise MoveRefused(_("Enter a time between the order and now."))
        task.done_at, task.confirmed_at, task.confirmed_by = done_at, timezone.now(), actor.name
        task.save(update_fields=["done_at", "confirmed_at", "confirmed_by"])
        moment = date_format(timezone.localtime(done_at), "DATETIME_FORMAT")
        note = f"{moment} {note}".strip()
        OrderEvent.objects.create(order=task.order, task=task, name="confirm", note=note, **_who(actor))
    return task


def about(filing: Filing, actor: Actor) -> list[Order]:
    """Return the orders about this filing's record that its host may read, newest first.

    Not those about other websites of the subject, which may be another account's. Empty once the record has left the
    host's account.
    """
    if filing.host_id not in ownership.hosts_of(filing.subject_id or 0):
        return []
    rows = Order.objects.visible_to(actor).filter(subject=filing.subject_id or 0).order_by("-pk")
    rows = rows.select_related("subject", "website__subject", "access__provider")
    return [order for order in rows if ownership.is_about(filing, order.website)]


# --- Inside -----------------------------------------------------------------------------------------------


def _locked(target: OrderTarget) -> OrderTarget:
    """Lock the subject until the caller commits and return the reloaded target."""
    subject = Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=target.subject.pk)
    if target.website is None:
        return OrderTarget(subject)
    website = Website.objects.select_related("subject").get(pk=target.website.pk)
    access = Access.objects.select_related("provider").get(pk=target.access.pk) if target.access else None
    return OrderTarget(subject, website, access)


def _refuse(target: OrderTarget, draft: OrderDraft) -> None:
    """Raise MoveRefused for orders without legal ground or paper, and for those already carried out."""
    ground = BY_CODE.get(draft.ground)
    if draft.act != Act.LIFT and (ground is None or (draft.act, target.scope) not in ground.carries):
        raise MoveRefused(_("Choose a ground that applies to this order."))
    if draft.act == Act.LIFT and not may_order(Act.LIFT, target.scope):
        raise MoveRefused(_("Choose a ground that applies to this order."))
    if not draft.pages and (ground is None or ground.chosen):
        raise MoveRefused(_("An order needs its signed document."))
    if not target.live:
        raise MoveRefused(_("This record is no longer in force; somebody else may have acted first."))
    if draft.is_listed and target.website and not target.website.is_website:
        raise MoveRefused(
            _(
                "This service has no domain that could be blacklisted. Cancel the whole record, or add it to "
                "the blacklist by hand."
            )
        )
    if draft.act == Act.SUSPEND and target.suspended_on:
        raise MoveRefused(_("This record is already suspended; somebody else may have acted first."))
    if draft.act == Act.LIFT and not target.suspended_on:
        raise MoveRefused(_("This record is not suspended; somebody else may have acted first."))
    if draft.act == Act.LIFT and target.website and target.subject.suspended_on:
        raise MoveRefused(_("The whole record is suspended. End that suspension first."))


def _change(target: OrderTarget, act: Act) -> list[Access]:
    """Change the register; return the accesses concerned."""
    today = timezone.localdate()
    key = (target.access or target.website or target.subject).pk
    changes: dict[tuple[Act, Scope], Callable[[], list[Access]]] = {
        (Act.CANCEL, Scope.SUBJECT): lambda: ends.cancel_subject(key, today),
        (Act.CANCEL, Scope.WEBSITE): lambda: ends.cancel_website(key, today),
        (Act.CANCEL, Scope.ACCESS): lambda: ends.cancel_access(key, today),
        (Act.SUSPEND, Scope.SUBJECT): lambda: ends.suspend_subject(key, today),
        (Act.SUSPEND, Scope.WEBSITE): lambda: ends.suspend_website(key, today),
        (Act.LIFT, Scope.SUBJECT): lambda: ends.resume_subject(key),
        (Act.LIFT, Scope.WEBSITE): lambda: ends.resume_website(key),
    }
    try:
        return changes[act, target.scope]()
    except RegisterConflict as conflict:  # pragma: no cover — judged under the same lock above
        raise MoveRefused(_("This record is no longer in force; somebody else may have acted first.")) from conflict


def _written(actor: Actor, target: OrderTarget, draft: OrderDraft) -> Order:
    return Order.objects.create(
        bureau_id=actor.bureau_id,
        act=draft.act,
        scope=target.scope,
        subject=target.subject,
        website=target.website,
        access=target.access,
        ground=draft.ground,
        document=draft.document,
        reason=draft.reason,
        paper=documents.store(draft.pages, actor.person_id) if draft.pages else None,
        on=timezone.localdate(),
        made_by_id=actor.person_id,
        actor_name=actor.name,
    )


def _give_tasks(order: Order, accesses: Iterable[Access]) -> None:
    """Create one task per provider with all its accesses concerned."""
    by_provider: dict[int, list[int]] = {}
    for access in accesses:
        by_provider.setdefault(access.provider_id, []).append(access.pk)
    OrderTask.objects.bulk_create(
        OrderTask(order=order, provider_id=provider_id, access_ids=ids) for provider_id, ids in by_provider.items()
    )


def _list(actor: Actor, order: Order, draft: OrderDraft) -> None:
    """Put the cancelled record on the blacklist, with the order's reason and paper number."""
    columns = {"reason": draft.reason, "source": order.document, "since": order.on, "until": draft.listed_until}
    by = User.objects.get(pk=actor.person_id)
    if order.website:
        for domain in order.website.all_domains:
            blacklist.enter(BlacklistedDomain(domain=domain, province=actor.bureau_id, **columns), by)
        return
    certificates = _distinct(order.subject)
    if not certificates:
        raise MoveRefused(_("No certificate of this subject is on record; add it to the blacklist by hand."))
    for certificate in certificates:
        named = {"name": order.subject.name, "cert_type": certificate.cert_type, "number": certificate.number}
        blacklist.enter(BlacklistedSubject(province=actor.bureau_id, **named, **columns), by)


def _distinct(subject: Subject) -> list[SubjectCertificate]:
    """Return the subject's certificates to blacklist, newest first; only one of several with the same unit digest.

    A licence number has no unit digest, so it is listed as well: the unit could file again with it.
    """
    found: dict[tuple[int, str], SubjectCertificate] = {}
    for certificate in subject.certificates.order_by("-pk"):
        key = (0, certificate.unit_digest) if certificate.unit_digest else (certificate.cert_type, certificate.digest)
        found.setdefault(key, certificate)
    return list(found.values())


def _enter_in_filings(order: Order, actor: Actor, providers: Sequence[int]) -> None:
    """Record the order as event of the filings that created the record, for host, bureau and providers concerned."""
    rows = Filing.objects.filter(subject=order.subject_id, status=Status.FILED)
    if providers:
        rows = rows.filter(provider_id__in=providers)
    note = languages.stored(lambda: f"{order.number} {order.get_act_display()} {order.document}")
    for filing in rows.order_by("pk"):
        if ownership.is_about(filing, order.website):
            record(filing, "order", actor, note=note)


def _who(actor: Actor) -> dict[str, object]:
    return {"role": actor.role, "user_id": actor.user_id, "actor_name": actor.name}
