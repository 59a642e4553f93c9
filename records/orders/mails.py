"""Write the mails about orders and cases."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.links import link_to
from accounts.mail import split_addresses
from filings import facts
from filings.mail import notices, recipients
from ministry.models import Access
from ministry.reference import english
from ministry.reference.domains import display_domain
from records import addresses
from records.models import CancellationCase, CaseKind, CaseState, CounterReset, Order, OrderTask

# Template about a record → template about an open filing. Their names, and the placeholders named by ``matter``, are in
# the texts that operators have published (``ministry.mail.texts``): they stay.
OF_PLACES = {
    "release_holder": "place_holder",
    "release_provider": "place_provider",
    "release_bureau": "place_bureau",
    "objection_applicant": "place_answer_applicant",
    "matter_applicant": "place_decided_applicant",
    "matter_holder": "place_decided_holder",
    "matter_provider": "place_decided_provider",
    "matter_reminder_bureau": "place_reminder_bureau",
}
# What the decision means for the applicant of a case about a record, and about an open filing.
OUTCOMES = {
    CaseState.CANCELLED: _(
        "The record has been cancelled and no longer blocks your filing. Check your filing again and submit it."
    ),
    CaseState.KEPT: _("The record stays, so your filing is still blocked."),
    CaseState.WITHDRAWN: _("Your application has been withdrawn; the record stays."),
}
OUTCOMES_OF_PLACES = {
    CaseState.FREED: _("The other filing has ended and no longer blocks yours. Check your filing again and submit it."),
    CaseState.KEPT: _("The other filing stays, so yours is still blocked."),
    CaseState.WITHDRAWN: _("Your application has ended; nothing changes."),
}


def tell_of_order(order: Order) -> None:
    """Notify the host of the order with reason and contact, and each provider of its task."""
    context = {"order": order, "number": order.number, "bureau": order.bureau, "ground": order.legal_ground}
    for address in addresses.of_record(order.subject, order.website):
        notices.write("order_host", address, context)
    for task in order.tasks.select_related("provider"):
        notices.write("order_provider", task.provider.contact_email, context | {"url": _page("order", task.pk)})


def remind(tasks: Sequence[OrderTask]) -> None:
    """Remind a provider of all missing receipts, in one mail."""
    context = {"tasks": tasks, "count": len(tasks), "url": _page("orders")}
    notices.write("order_reminder_provider", tasks[0].provider.contact_email, context)


def tell_of_new_email(reset: CounterReset) -> None:
    """Notify the old address that it was replaced, without the new one."""
    for address in split_addresses(reset.old_email):
        notices.write("counter_old_host", address, {"reset": reset, "number": reset.subject.number})


def tell_of_application(case: CancellationCase) -> None:
    """Notify the holder and its providers of an application, and the bureau that it has to decide."""
    _tell_holder(case, "release_holder")
    _tell_providers(case, "release_provider")
    _write(case, "release_bureau", _bureau(case))


def tell_of_publication(case: CancellationCase) -> None:
    """Notify the holder and its last providers that the record is published as a shell."""
    _tell_holder(case, "shell_holder")
    _tell_providers(case, "shell_provider")


def tell_of_objection(case: CancellationCase) -> None:
    """Notify applicant and bureau that the other side has objected, without the text."""
    if case.applicant:
        _write(case, "objection_applicant", case.applicant.email)
    _write(case, "objection_bureau", _bureau(case))


def tell_of_decision(case: CancellationCase) -> None:
    """Notify both sides of the decision with its reason.

    The other side gets no mail here if the order or the ended filing has its own mails.
    """
    if case.applicant:
        outcome = (OUTCOMES_OF_PLACES if case.blocking_filing_id else OUTCOMES)[CaseState(case.state)]
        _write(case, "matter_applicant", case.applicant.email, outcome=outcome)
    if case.state not in (CaseState.CANCELLED, CaseState.FREED):
        _tell_holder(case, "matter_holder")
        _tell_providers(case, "matter_provider")


def remind_of_case(case: CancellationCase, *, late: bool) -> None:
    """Remind the bureau of a case, or its chief if it is overdue."""
    to = (case.bureau.chief_email or _bureau(case)) if late else _bureau(case)
    _write(case, "matter_reminder_bureau", to, late=late)


def _tell_holder(case: CancellationCase, template: str) -> None:
    for address in _addresses_of(case):
        _write(case, template, address)


def _addresses_of(case: CancellationCase) -> list[str]:
    """Return the addresses of the other side: the record's holder, or the host of the blocking filing."""
    if case.subject is not None:
        return addresses.of_record(case.subject, case.website)
    blocking_filing: Any = case.blocking_filing
    return [address for address in recipients.of_host(blocking_filing) if address]


def _tell_providers(case: CancellationCase, template: str) -> None:
    task = Access.objects.filter(provider__in=case.provider_ids).values_list("provider__contact_email", flat=True)
    found = {case.blocking_filing.provider.contact_email} if case.blocking_filing else set(task)
    for address in sorted(found):
        _write(case, template, address)


def _write(case: CancellationCase, template: str, to: str, **context: Any) -> None:
    name = OF_PLACES.get(template, template) if case.kind == CaseKind.PLACE else template
    notices.write(name, to, {**_context(case), **context})


def _bureau(case: CancellationCase) -> str:
    """Return the bureau's address, or that of a ministry operator if it has none."""
    return case.bureau.contact_email or next(iter(recipients.operators()), settings.DEFAULT_FROM_EMAIL)


def _context(case: CancellationCase) -> dict[str, Any]:
    return {
        "matter": case,
        "number": case.number,
        "domain": _in_question(case),
        "bureau": case.bureau,
        "holder_url": link_to("record_case", case.token),
        "applicant_url": link_to("filings:cancellation_case", case.pk),
        "provider_url": link_to("provider_desk:cancellation_case", case.pk),
        "bureau_url": link_to("bureau_desk:cancellation_case", case.pk),
    }


def _in_question(case: CancellationCase) -> str:
    """Return the domain or name in question; if there are several domains, those in the applicant's filing."""
    if case.website is None:
        return case.shown_domain
    filed = facts.domains_of(case.filing.facts) if case.filing else []
    met = [domain for domain in case.website.all_domains if domain in filed]
    return english.joined(map(display_domain, met)) or case.website.shown_domain


def _page(name: str, *args: Any) -> str:
    return link_to(f"provider_desk:{name}", *args)
