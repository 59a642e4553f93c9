"""Orders and cases when two come at once: of two alike one wins, and nothing is left in force under a dead record."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Party
from filings import services
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.kinds import Kind
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import Case, blacklisted_domain, on_record, provider, reviewer, staff, user
from icp_portal.tests.racing import Gate, one_then_the_other, won, words
from ministry.models import Access, BlacklistedDomain, Subject, Website
from ministry.register import blacklist, entry_types, writer
from ministry.register.entry_types import RegisterConflict
from records import after_approval
from records.legal_grounds import Act, Scope
from records.models import CancellationCase, Order, OrderTask
from records.orders import cancellation_cases, mails, making
from records.orders.making import OrderDraft

pytestmark = pytest.mark.usefixtures("transactional_db")


def cancelling(website: Website, member: Any) -> Callable[[], Order]:
    said = OrderDraft(Act.CANCEL, "令1号", "虚假", "33-23", documents.read([invent.card("ORDER", 1)]))
    return lambda: making.make(member, Scope.SUBJECT, website.subject_id, said)


def entering(website: Website, of: Any) -> Callable[[], None]:
    """What the approval of a further website does to the register, under its subject."""
    subject = website.subject
    entry = entry_types.WebsiteEntry(
        name="示例二站",
        domain="second-of-race.cn",
        home_url="www.second-of-race.cn",
        services=[1],
        languages=[1],
        responsible_name=subject.responsible_name,
        responsible_mobile=subject.responsible_mobile,
        responsible_email=subject.responsible_email,
    )
    access = entry_types.AccessEntry(provider_id=of.pk, ways=[1], places=[1], ip_ranges=["192.31.196.8"])

    def enter() -> None:
        try:
            with transaction.atomic():
                writer.enter_website(subject.pk, entry, access, timezone.localdate())
        except RegisterConflict as conflict:
            raise MoveRefused(str(conflict.code)) from conflict

    return enter


def test_of_two_reviewers_one_cancels(monkeypatch):
    website = on_record(provider())
    gate = Gate(monkeypatch, mails, "tell_of_order")
    one, other = one_then_the_other(gate, cancelling(website, reviewer()), cancelling(website, reviewer()))
    assert won(one, other) == [True, False]
    assert "somebody else may have acted first" in words(other) or "可能已由他人处理" in words(other)
    assert (Order.objects.count(), OrderTask.objects.count()) == (1, 1)


def test_a_website_that_is_approved_during_the_order_is_refused(monkeypatch):
    access_provider = provider()
    website = on_record(access_provider)
    gate = Gate(monkeypatch, mails, "tell_of_order")
    order, approval = one_then_the_other(gate, cancelling(website, reviewer()), entering(website, access_provider))
    assert won(order, approval) == [True, False]
    assert words(approval) == "1049"
    assert not Website.objects.filter(live=True).exists()


def test_a_website_that_is_approved_before_the_order_ends_with_its_subject(monkeypatch):
    access_provider = provider()
    website = on_record(access_provider)
    gate = Gate(monkeypatch, writer, "enter_contacts")
    approval, order = one_then_the_other(gate, entering(website, access_provider), cancelling(website, reviewer()))
    assert won(approval, order) == [True, True]
    assert list(Website.objects.order_by("sequence").values_list("live", flat=True)) == [False, False]
    assert not Access.objects.filter(live=True).exists()
    assert OrderTask.objects.get().access_ids == list(Access.objects.order_by("pk").values_list("pk", flat=True))


def test_a_filing_with_the_certificate_is_not_approved_beside_the_order_and_is_after_it(monkeypatch):
    second = Case().submit().verify()
    website = on_record(provider(), cert_number=second.filing.get("subject.cert_number"))
    services.claim(second.filing.pk, second.reviewer)
    gate = Gate(monkeypatch, mails, "tell_of_order")
    order, approval = one_then_the_other(
        gate,
        cancelling(website, second.reviewer),
        lambda: services.approve(second.filing.pk, second.reviewer, version=None),
    )
    assert won(order, approval) == [True, False]
    assert "1003" in words(approval)

    services.approve(second.filing.pk, second.reviewer, version=None)
    assert list(Subject.objects.order_by("pk").values_list("live", "serial")) == [(False, 1), (True, 2)]


def test_of_two_receipts_one_counts(monkeypatch):
    access_provider = provider()
    order = cancelling(on_record(access_provider), reviewer())()
    task = order.tasks.get()
    gate = Gate(monkeypatch, making, "_who")

    def confirming() -> OrderTask:
        return making.confirm(task.pk, staff(access_provider), timezone.now())

    one, other = one_then_the_other(gate, confirming, confirming)
    assert won(one, other) == [True, False]
    assert order.events.filter(name="confirm").count() == 1


def test_of_two_applications_for_one_record_one_is_taken(monkeypatch):
    website = on_record(provider())
    cases = [Case(), Case()]
    for case in cases:
        values = {"websites.0.domain": website.domain, "websites.0.home_url": f"www.{website.domain}"}
        services.save_facts(case.filing.pk, case.host, values, version=None)
    proof = documents.read([invent.card("PROOF", 1)])
    gate = Gate(monkeypatch, mails, "tell_of_application")

    def applying(case: Case) -> Callable[[], CancellationCase]:
        return lambda: cancellation_cases.apply(case.filing.pk, case.host, "website-1", "我的域名", proof)

    one, other = one_then_the_other(gate, applying(cases[0]), applying(cases[1]))
    assert won(one, other) == [True, False]
    assert CancellationCase.objects.count() == 1


def test_an_objection_that_comes_during_the_decision_is_told_that_it_is_late(monkeypatch):
    website, member = on_record(provider()), reviewer()
    case = Case()
    values = {"websites.0.domain": website.domain, "websites.0.home_url": f"www.{website.domain}"}
    services.save_facts(case.filing.pk, case.host, values, version=None)
    cancellation_case = cancellation_cases.apply(
        case.filing.pk, case.host, "website-1", "我的", documents.read([invent.card("PROOF", 1)])
    )
    cancellation_cases.object_as_holder(cancellation_case.pk, "张三", "我的", [])
    gate = Gate(monkeypatch, mails, "tell_of_decision")

    decision, objection = one_then_the_other(
        gate,
        lambda: cancellation_cases.decide(
            cancellation_case.pk, member, cancels=True, reason="证明充分", document="注1号"
        ),
        lambda: cancellation_cases.object_as_holder(cancellation_case.pk, "张三", "再补充", []),
    )
    assert won(decision, objection) == [True, False]
    assert cancellation_case.events.filter(name="object").count() == 1


def test_of_two_who_set_the_end_of_an_entry_the_slower_is_refused(monkeypatch):
    entry, seen = (listed := blacklisted_domain()), blacklist.version(listed)
    gate = Gate(monkeypatch, blacklist, "_record")

    def ending(year: int) -> Callable[[], None]:
        def end() -> None:
            try:
                blacklist.end(entry, date(year, 12, 31), by=user(Party.MINISTRY), why=str(year), seen=seen)
            except ValidationError as refusal:
                raise MoveRefused(" ".join(refusal.messages)) from refusal

        return end

    one, other = one_then_the_other(gate, ending(2098), ending(2099))
    assert won(one, other) == [True, False]
    assert BlacklistedDomain.objects.get().until == date(2098, 12, 31)
    assert [change.why for change in entry.changes.all()][1:] == ["2098"]


def changing() -> tuple[Case, Filing]:
    """A website on record, and a change of it that its bureau is deciding."""
    case = Case().to(Status.FILED)
    target = play_kinds.target_of(case.filing)
    name = {"websites.0.name": f"{case.filing.get('subject.name')}新站"}
    change = play_kinds.complete_draft(case.host, Kind.CHANGE_WEBSITE, target, case.provider.pk, case.number, **name)
    play.submit(change, case.host)
    play.verify(change, case.staff)
    services.claim(change.pk, case.reviewer)
    return case, change


def test_a_filing_about_the_record_is_not_approved_beside_the_order(monkeypatch):
    case, change = changing()
    gate = Gate(monkeypatch, mails, "tell_of_order")
    order, approval = one_then_the_other(
        gate,
        cancelling(Website.objects.get(), reviewer()),
        lambda: services.approve(change.pk, case.reviewer, version=None),
    )
    assert won(order, approval) == [True, False]
    change.refresh_from_db()
    assert (change.status, change.reservations.count()) == (Status.CLOSED, 0)
    assert not Website.objects.get().live


def test_a_filing_that_is_approved_before_the_order_stays_approved_and_its_record_ends(monkeypatch):
    case, change = changing()
    gate = Gate(monkeypatch, after_approval, "take_up")
    approval, order = one_then_the_other(
        gate,
        lambda: services.approve(change.pk, case.reviewer, version=None),
        cancelling(Website.objects.get(), reviewer()),
    )
    assert won(approval, order) == [True, True]
    change.refresh_from_db()
    website = Website.objects.get()
    assert (change.status, website.live, website.name) == (Status.FILED, False, change.get("websites.0.name"))
