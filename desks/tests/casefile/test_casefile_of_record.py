"""The case file after the decision: orders and cases about the record, as each desk may read them."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from desks.tests.casefile.casefiles_fetched import fetched, text, unblanked
from filings import services
from filings.evidence import documents
from filings.states import Status
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import GUANGDONG, Case, case_at, client_of, host, number, reviewer, sister_of, user_of
from ministry import audit
from ministry.models import Access, Website
from ministry.register import ends
from records.legal_grounds import Act, Scope
from records.models import CancellationCase, Order, OrderTask
from records.orders import cancellation_cases, making, shell_cases
from records.orders.making import OrderDraft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def pages(number: int = 1) -> list[documents.ScannedPage]:
    return documents.read([invent.card("PROOF", number)])


def website_of(case: Case) -> Website:
    return Website.objects.get(subject=case.filing.subject_id, domain=case.filing.domain)


def ordered(case: Case, document: str = "京通管令〔2026〕7号", reason: str = "登记信息与证件不符") -> Order:
    said = OrderDraft(Act.SUSPEND, document, reason, ground="33-27", pages=pages())
    return making.make(case.reviewer, Scope.WEBSITE, website_of(case).pk, said)


def applied(holder: Case) -> CancellationCase:
    """Let another host apply for the release of the holder's domain, and the holder's provider object."""
    case = Case()
    domain = holder.filing.domain
    facts = {"websites.0.domain": domain, "websites.0.home_url": f"www.{domain}"}
    services.save_facts(case.filing.pk, case.host, facts, version=None)
    cancellation_case = cancellation_cases.apply(case.filing.pk, case.host, "website-1", "域名已归我方所有", pages(2))
    cancellation_cases.object_as_provider(cancellation_case.pk, holder.staff, "客户仍在使用", pages(3))
    return cancellation_case


def index_of(actor: Any, case: Case, desk: str = "bureau_desk") -> tuple[dict[str, Any], set[str]]:
    with zipfile.ZipFile(BytesIO(fetched(actor, case, "zip", desk))) as packed:
        return json.loads(packed.read("index.json")), set(packed.namelist())


def test_the_bureaus_file_says_what_was_ordered_on_what_ground_and_each_receipt():
    case = case_at(Status.FILED)
    order = ordered(case)
    before = text(fetched(case.reviewer, case))
    making.confirm(OrderTask.objects.get(order=order).pk, case.staff, timezone.now(), "机房已断网")
    read = text(fetched(case.reviewer, case))

    for said in ("京通管令〔2026〕7号", "登记信息与证件不符", "Order 33 Art. 27", order.actor_name):
        assert unblanked(said) in read
    assert unblanked(f"Receipt of {case.provider}outstanding") in before
    assert unblanked(f"receipt by {case.staff.name}") in read
    assert "机房已断网" in read
    index, names = index_of(case.reviewer, case)
    assert f"orders/{order.pk}-p1.jpg" in names
    assert {"records_order", "records_orderevent", "filings_officialpage"} <= {row["table"] for row in index["rows"]}
    assert all(row["is_as_sealed"] for row in index["rows"])


def test_the_providers_file_holds_order_and_receipt_but_neither_reason_nor_who_ordered():
    case = case_at(Status.FILED)
    order = ordered(case)
    read = text(fetched(case.staff, case, desk="provider_desk"))

    assert unblanked("京通管令〔2026〕7号") in read
    assert "登记信息与证件不符" not in read
    part = read.split(unblanked("Orders about the record"))[1].split(unblanked("Access log of"))[0]
    assert unblanked(order.actor_name) not in part
    assert f"orders/{order.pk}-p1.jpg" in index_of(case.staff, case, "provider_desk")[1]


def test_what_was_ordered_about_a_sister_website_is_in_its_own_file_alone():
    case = case_at(Status.FILED)
    sister = sister_of(case)
    order = ordered(sister, reason="另一网站的事由")

    assert "另一网站的事由" not in text(fetched(case.reviewer, case))
    assert f"orders/{order.pk}-p1.jpg" not in index_of(case.staff, case, "provider_desk")[1]
    assert "另一网站的事由" in text(fetched(sister.reviewer, sister))
    whole = OrderDraft(Act.SUSPEND, "京通管令〔2026〕9号", "整体暂停的事由", ground="33-27", pages=pages())
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id or 0, whole)
    for one in (case, sister):
        assert "整体暂停的事由" in text(fetched(one.reviewer, one))


def test_both_sides_of_a_case_are_in_the_bureaus_file_and_the_look_at_their_proof_on_record():
    case = case_at(Status.FILED)
    cancellation_case = applied(case)
    read = text(fetched(case.reviewer, case))

    for said in ("域名已归我方所有", "客户仍在使用", case.staff.name):
        assert unblanked(said) in read
    assert cancellation_case.events.filter(name="look", user=case.reviewer.user_id).count() == 1
    index, names = index_of(case.reviewer, case)
    assert len([name for name in names if name.startswith(f"cases/{cancellation_case.pk}-")]) == 2
    assert [one["case"] for one in index["cases"]] == [cancellation_case.pk]
    cancellation_cases.decide(cancellation_case.pk, case.reviewer, cancels=False, reason="网站仍在使用", document="")
    assert unblanked("网站仍在使用") in text(fetched(case.reviewer, case))


def test_the_providers_file_holds_its_own_words_and_nothing_of_the_applicant():
    case = case_at(Status.FILED)
    cancellation_case = applied(case)
    read = text(fetched(case.staff, case, desk="provider_desk"))

    assert "客户仍在使用" in read
    assert "域名已归我方所有" not in read
    assert unblanked(cancellation_case.filing.subject_name) not in read
    assert len([name for name in index_of(case.staff, case, "provider_desk")[1] if name.startswith("cases/")]) == 1
    assert not cancellation_case.events.filter(name="look").exists()


def test_neither_order_nor_case_of_another_province_or_subject_comes_in():
    case, other = case_at(Status.FILED), case_at(Status.FILED)
    ordered(other, reason="别家的事由")
    applied(other)

    read = text(fetched(case.reviewer, case))
    assert "别家的事由" not in read
    assert "域名已归我方所有" not in read
    for stranger in (reviewer(GUANGDONG), case.staff):
        desk = "bureau_desk" if stranger.bureau_id else "provider_desk"
        url = reverse(f"{desk}:case_file", args=[other.filing.pk, "pdf"])
        assert client_of(stranger).get(url).status_code == 404


def test_a_shell_and_its_cancellation_are_in_the_file():
    case = case_at(Status.FILED)
    ends.cancel_access(Access.objects.get().pk, timezone.localdate())
    [cancellation_case] = shell_cases.publish(case.reviewer, Scope.WEBSITE, [website_of(case).pk])
    CancellationCase.objects.filter(pk=cancellation_case.pk).update(answer_by=timezone.localdate() - timedelta(days=1))
    shell_cases.cancel_unobjected(case.reviewer, "公示期满无异议", "京通管注〔2026〕3号")

    read = text(fetched(case.reviewer, case))
    for said in ("公示期满无异议", "京通管注〔2026〕3号", "The case: shell"):
        assert unblanked(said) in read


def test_what_the_host_of_a_migrated_website_agreed_to_is_in_the_file():
    """A migration changes another host's record, so the file shows that host's consent."""
    giver, taker = case_at(Status.FILED, province=GUANGDONG), host()
    website = Website.objects.get()
    made = play_kinds.offer(giver.host, website.pk, taker, number())
    filing = play_kinds.taken_over(taker, made, giver.provider.pk, number())
    play.submit(filing, taker)
    play.verify(filing, giver.staff)
    play.approve(filing, giver.reviewer)
    case = giver
    case.filing = filing

    for actor, desk in ((giver.reviewer, "bureau_desk"), (giver.staff, "provider_desk")):
        read = text(fetched(actor, case, "pdf", desk))
        assert unblanked(f"{website.number} · {website.described} · {website.subject.name}") in read
        assert unblanked(made.name) in read
        assert user_of(giver.host).email not in read
        index, _names = index_of(actor, case, desk)
        assert {"filings_offer", "filings_offerend"} <= {row["table"] for row in index["rows"]}
        assert all(row["is_as_sealed"] for row in index["rows"])


def test_it_costs_the_same_with_many_orders_and_cases(django_assert_max_num_queries):
    def cost() -> int:
        fetched(case.reviewer, case)
        audit.seal()
        with django_assert_max_num_queries(1000) as captured:
            fetched(case.reviewer, case)
        return len(captured)

    case = case_at(Status.FILED)
    ordered(case)
    applied(case)
    few = cost()
    for nth in range(3):
        lift = OrderDraft(Act.LIFT, f"京通管令〔2026〕{nth}号", "整改完成", pages=pages())
        making.make(case.reviewer, Scope.WEBSITE, website_of(case).pk, lift)
        ordered(case)
    assert cost() == few
