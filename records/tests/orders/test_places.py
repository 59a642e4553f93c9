"""Who is blocked by somebody else's open filing claims its place with proof; that side is heard, the bureau decides."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from bureaus import rechecks
from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.figures import bureau_time, monthly
from filings.models import Reservation
from filings.rules import checks
from filings.states import OPEN, Status
from icp_portal.demo import invent
from icp_portal.tests.builders import (
    BEIJING,
    GUANGDONG,
    Case,
    blocked_by,
    case_at,
    host,
    provider,
    reviewer,
    sign_in,
    staff,
    user_of,
)
from records.models import CancellationCase, CaseState, case_id_of
from records.orders import cancellation_cases
from records.orders.blocking import blocking
from records.tests.orders.claims import claimed, decided, owner_of, pages, time_is_over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def stranger_at(status: Status, **fields) -> Case:
    """Somebody else's filing with another's certificate and domain."""
    return case_at(status, **fields)


def mails() -> list[str]:
    return [mail.to[0] for mail in Email.objects.order_by("pk")]


def linked(page: str) -> set[int | None]:
    """The claims that a page links to; each page signs its links with its own time."""
    return {case_id_of(token) for token in re.findall(r'href="/cases/([^/"]+)/"', page)}


def page_of(actor, name: str, *args) -> str:
    return sign_in(Client(), user_of(actor)).get(reverse(name, args=args)).content.decode()


# --- Claiming -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", OPEN)
def test_who_is_blocked_is_led_to_the_claim_and_the_other_side_is_told(client, status):
    blocker = stranger_at(status)
    case = owner_of(blocker)
    blocked = [finding for finding in checks.findings(case.filing) if finding.blocks]
    assert {"P110", "1039"} <= {finding.code for finding in blocked}
    with blocked_by("1039", "P110"):
        services.submit(case.filing.pk, case.host, version=None)

    sign_in(client, user_of(case.host))
    claim = reverse("filings:apply_release", args=[case.filing.pk])
    assert claim in client.get(reverse("filings:check", args=[case.filing.pk])).content.decode()
    assert "另一份正在办理的备案单使用您的证件（北京市通信管理局，P110）" in client.get(claim).content.decode()
    said = {"record": "filing", "text": "证件为我单位所有", "pages": invent.card("PROOF", 1)}
    response = client.post(claim, said)

    cancellation_case = CancellationCase.objects.get()
    assert response["Location"] == reverse("filings:cancellation_case", args=[cancellation_case.pk])
    assert (cancellation_case.blocking_filing_id, cancellation_case.bureau_id, cancellation_case.domain) == (
        blocker.filing.pk,
        BEIJING,
        "",
    )
    assert mails() == [user_of(blocker.host).email, blocker.provider.contact_email, f"b{BEIJING}@example.cn"]


def test_a_domain_is_claimed_too_by_the_bureau_of_the_other_filings_province():
    blocker = stranger_at(Status.WITH_PROVIDER, province=GUANGDONG)
    case = Case()
    domain = blocker.filing.domain
    values = {"websites.0.domain": domain, "websites.0.home_url": f"www.{domain}"}
    services.save_facts(case.filing.pk, case.host, values, version=None)
    assert [(one.key, one.code, one.what) for one in blocking(case.refresh().filing)] == [("filing-1", "1039", domain)]

    cancellation_case = claimed(case, "filing-1")

    assert (cancellation_case.bureau_id, cancellation_case.domain) == (GUANGDONG, domain)
    with pytest.raises(CancellationCase.DoesNotExist):
        decided(time_is_over(cancellation_case), upheld=True, province=BEIJING)
    reviewer(GUANGDONG)
    decided(cancellation_case, upheld=True, province=GUANGDONG)
    services.submit(case.filing.pk, case.host, version=None)


def test_without_papers_there_is_no_claim(client):
    case = owner_of(stranger_at(Status.WITH_PROVIDER))
    sign_in(client, user_of(case.host))
    claim = reverse("filings:apply_release", args=[case.filing.pk])
    for bad in ({}, {"pages": SimpleUploadedFile("proof.pdf", b"no paper")}):
        response = client.post(claim, {"record": "filing", "text": "我的"} | bad)
        assert list(response.context["form"].errors) == ["pages"]
        assert "我的" in response.content.decode()
    assert not CancellationCase.objects.exists()


def test_ones_own_other_filing_is_not_claimed():
    blocker = stranger_at(Status.WITH_PROVIDER)
    again = Case(owner=blocker.host, invented=blocker.number)
    assert blocking(again.filing) == []
    with pytest.raises(MoveRefused, match="不再与您的备案单冲突"):
        claimed(again)


def test_a_strangers_claim_does_not_keep_the_owner_from_its_own():
    blocker = stranger_at(Status.WITH_PROVIDER)
    claimed(owner_of(blocker))
    case = owner_of(blocker)
    claimed(case)
    with pytest.raises(MoveRefused, match="您已就此提出申请"):
        claimed(case)
    assert CancellationCase.objects.filter(blocking_filing=blocker.filing).count() == 2


# --- Both sides ---------------------------------------------------------------------------------------------


def test_neither_side_reads_who_the_other_is():
    blocker = stranger_at(Status.WITH_PROVIDER)
    case = owner_of(blocker)
    services.save_facts(case.filing.pk, case.host, {"subject.name": "真正所有者有限公司"}, version=None)
    cancellation_case = claimed(case)
    cancellation_cases.object_as_holder(cancellation_case.pk, "占用方某人", "证件是我方的", pages(2))
    cancellation_cases.object_as_provider(cancellation_case.pk, blocker.staff, "客户确有授权", pages(3))

    applicant = page_of(case.host, "filings:cancellation_case", cancellation_case.pk)
    told = "".join(mail.subject + mail.message for mail in Email.objects.filter(to__contains=user_of(case.host).email))
    for secret in (blocker.filing.subject_name, blocker.provider.name, "占用方某人", "证件是我方的", "客户确有授权"):
        assert secret not in applicant + told
    assert f"/{blocker.filing.pk}/" not in applicant + told

    by_link = Client().get(reverse("record_case", args=[cancellation_case.token])).content.decode()
    at_desk = page_of(blocker.staff, "provider_desk:cancellation_case", cancellation_case.pk)
    others = Email.objects.exclude(to__contains=user_of(case.host).email).exclude(to__contains=f"b{BEIJING}")
    told = "".join(mail.subject + mail.message for mail in others)
    for secret in ("真正所有者有限公司", user_of(case.host).email, "证件为我单位所有", case.provider.name):
        assert secret not in by_link + at_desk + told

    decides = page_of(reviewer(), "bureau_desk:cancellation_case", cancellation_case.pk)
    for said in ("证件为我单位所有", "证件是我方的", "客户确有授权", "真正所有者有限公司"):
        assert said in decides


def test_the_other_host_answers_from_its_own_page_or_by_the_link_in_its_mail(client):
    blocker = stranger_at(Status.RETURNED_TO_HOST)
    cancellation_case = claimed(owner_of(blocker))
    by_mail = Email.objects.filter(to__contains=user_of(blocker.host).email).get().message
    links = [
        re.search(r"/cases/[^/\s]+/", text).group()
        for text in (by_mail, page_of(blocker.host, "filings:status", blocker.filing.pk))
    ]
    assert client.get(links[0]).status_code == 200
    link = links[1]

    shown = client.get(link).content.decode()
    assert f"他人主张您的备案单 {blocker.filing.pk} 的证件或域名" in shown
    said = {"name": "某人", "text": "证件是我方的", "pages": invent.card("PROOF", 2)}
    assert client.post(link, said).status_code == 302
    cancellation_case.refresh_from_db()
    assert cancellation_case.objected_at is not None
    assert cancellation_case.is_ripe()


def test_a_host_sees_every_claim_to_its_filing_and_which_of_them_it_has_answered():
    blocker = stranger_at(Status.WITH_PROVIDER)
    first, second = (claimed(owner_of(blocker)) for _n in range(2))
    cancellation_cases.object_as_holder(first.pk, "某人", "证件是我方的", pages(2))

    page = page_of(blocker.host, "filings:status", blocker.filing.pk)

    assert linked(page) == {first.pk, second.pk}
    assert (page.count("您已于"), page.count("补充答复"), page.count("您逾期未答复的，通信管理局可能终止此备案单")) == (
        1,
        1,
        1,
    )
    time_is_over(second)
    page = page_of(blocker.host, "filings:status", blocker.filing.pk)
    assert ("答复期限已于" in page, linked(page)) == (True, {first.pk})


def test_who_decides_about_the_other_filing_sees_that_it_is_claimed():
    blocker = stranger_at(Status.WITH_BUREAU)
    cancellation_case = claimed(owner_of(blocker))
    link = reverse("bureau_desk:cancellation_case", args=[cancellation_case.pk])
    assert link in page_of(blocker.reviewer, "bureau_desk:review", blocker.filing.pk)
    assert link in page_of(blocker.reviewer, "bureau_desk:cancellation_cases")
    assert reverse("provider_desk:cancellation_case", args=[cancellation_case.pk]) in page_of(
        blocker.staff, "provider_desk:cancellation_cases"
    )


def test_strangers_find_no_claim():
    blocker = stranger_at(Status.WITH_PROVIDER)
    case = owner_of(blocker)
    cancellation_case = claimed(case)
    for actor, name in (
        (host(), "filings:cancellation_case"),
        (blocker.host, "filings:cancellation_case"),
        (staff(provider()), "provider_desk:cancellation_case"),
        (case.staff, "provider_desk:cancellation_case"),
        (reviewer(GUANGDONG), "bureau_desk:cancellation_case"),
    ):
        client, url = sign_in(Client(), user_of(actor)), reverse(name, args=[cancellation_case.pk])
        assert (client.get(url).status_code, client.post(url, {}).status_code) == (404, 404)


# --- Deciding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", OPEN)
def test_upheld_the_other_filing_ends_and_its_place_is_free(client, status):
    blocker = stranger_at(status)
    case = owner_of(blocker)
    cancellation_case = claimed(case)
    sign_in(client, user_of(reviewer()))
    desk = reverse("bureau_desk:cancellation_case", args=[cancellation_case.pk])
    early = client.post(desk, {"decision": "cancel", "reason": "证明材料充分"})
    assert CancellationCase.objects.get().state == CaseState.OPEN, early.content.decode()
    time_is_over(cancellation_case)
    Email.objects.all().delete()

    assert client.post(desk, {"decision": "cancel", "reason": "证明材料充分"}).status_code == 302

    filing, cancellation_case = blocker.refresh().filing, CancellationCase.objects.get()
    assert (filing.status, filing.events.last().name, filing.events.last().note) == (
        Status.CLOSED,
        "displace",
        "证明材料充分",
    )
    assert (cancellation_case.state, cancellation_case.reason, cancellation_case.order) == (
        CaseState.FREED,
        "证明材料充分",
        None,
    )
    assert not Reservation.objects.exists()
    assert mails() == [user_of(blocker.host).email, blocker.provider.contact_email, user_of(case.host).email]
    assert all("证明材料充分" in mail.message for mail in Email.objects.all())
    services.submit(case.filing.pk, case.host, version=None)
    assert "对方的备案单已终止" in page_of(case.host, "filings:cancellation_case", cancellation_case.pk)
    assert not filing.person_checks.waiting().exists()


def test_rejected_the_filing_goes_on_and_all_are_told_why():
    blocker = stranger_at(Status.WITH_PROVIDER)
    case = owner_of(blocker)
    cancellation_case = time_is_over(claimed(case))
    Email.objects.all().delete()

    decided(cancellation_case, upheld=False)

    assert CancellationCase.objects.get().state == CaseState.KEPT
    assert blocker.refresh().filing.status == Status.WITH_PROVIDER
    assert sorted(mails()) == sorted(
        [user_of(case.host).email, user_of(blocker.host).email, blocker.provider.contact_email]
    )
    shown = page_of(case.host, "filings:cancellation_case", cancellation_case.pk)
    assert "备案单保留" in shown
    assert "证明材料充分" in shown


@pytest.mark.parametrize(("upheld", "to_applicant", "to_others"), [(True, "done", "wrong"), (False, "wrong", "done")])
def test_an_outcome_has_the_tone_of_what_it_means_to_the_reader(upheld, to_applicant, to_others):
    case = owner_of(stranger_at(Status.WITH_PROVIDER))
    cancellation_case = time_is_over(claimed(case))
    decided(cancellation_case, upheld=upheld)

    def tone(actor: Actor, name: str) -> str:
        client = Client()
        sign_in(client, user_of(actor))
        return client.get(reverse(name, args=[cancellation_case.pk])).context["pill"].tone

    assert tone(case.host, "filings:cancellation_case") == to_applicant
    assert tone(case.reviewer, "bureau_desk:cancellation_case") == to_others


def test_no_decision_before_the_other_side_has_answered_or_its_time_is_over():
    cancellation_case = claimed(owner_of(stranger_at(Status.WITH_PROVIDER)))
    with pytest.raises(MoveRefused, match="对方"):
        decided(cancellation_case, upheld=True)


def test_a_filing_that_was_ended_is_no_decision_of_the_bureau_about_it():
    blocker = stranger_at(Status.WITH_BUREAU)
    decided(time_is_over(claimed(owner_of(blocker))), upheld=True)
    monthly.count(timezone.localdate().replace(day=1))
    assert bureau_time.of_bureau(BEIJING).decided == 0
    assert rechecks._undrawn(BEIJING, timezone.localdate() + timedelta(days=1)) == []


def test_the_case_file_of_the_filing_shows_the_claim_and_not_whose_it_is():
    blocker = stranger_at(Status.WITH_BUREAU)
    case = owner_of(blocker)
    services.save_facts(case.filing.pk, case.host, {"subject.name": "真正所有者有限公司"}, version=None)
    claimed(case)
    for actor, name in ((blocker.reviewer, "bureau_desk:case_file"), (blocker.staff, "provider_desk:case_file")):
        for form in ("pdf", "zip"):
            url = reverse(name, args=[blocker.filing.pk, form])
            assert sign_in(Client(), user_of(actor)).get(url).status_code == 200


# --- What ends by itself ------------------------------------------------------------------------------------


ENDS = {
    "approve": (lambda case: case.approve(), CaseState.KEPT, "已经审核通过"),
    "withdraw": (lambda case: case.return_to_provider().withdraw(), CaseState.FREED, "不再被占用"),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_claim_ends_by_itself_when_the_other_filing_has_ended(end):
    blocker = stranger_at(Status.WITH_BUREAU)
    case = owner_of(blocker)
    cancellation_case = time_is_over(claimed(case))
    act, state, words = ENDS[end]
    act(blocker)
    Email.objects.all().delete()

    with pytest.raises(MoveRefused, match="此备案单"):
        decided(cancellation_case, upheld=True)
    assert (cancellation_cases.sweep(), cancellation_cases.sweep()) == (1, 0)

    cancellation_case.refresh_from_db()
    assert (cancellation_case.state, cancellation_case.events.last().name) == (state, "over")
    assert words in cancellation_case.reason
    assert words in page_of(case.host, "filings:cancellation_case", cancellation_case.pk)
    assert user_of(case.host).email in mails()


def test_a_claim_ends_with_the_filing_that_was_blocked():
    blocker = stranger_at(Status.WITH_PROVIDER)
    case = owner_of(blocker)
    claimed(case)
    case.withdraw()
    assert cancellation_cases.sweep() == 1
    assert CancellationCase.objects.get().state == CaseState.WITHDRAWN
    assert blocker.refresh().filing.status == Status.WITH_PROVIDER


def test_the_applicant_takes_its_claim_back(client):
    case = owner_of(stranger_at(Status.WITH_PROVIDER))
    cancellation_case = claimed(case)
    sign_in(client, user_of(case.host))
    client.post(reverse("filings:cancellation_case", args=[cancellation_case.pk]), {"withdraw": "1"})
    assert CancellationCase.objects.get().state == CaseState.WITHDRAWN
    assert Client().get(reverse("record_case", args=[cancellation_case.token])).status_code == 410


def test_the_bureau_is_reminded_of_a_claim_that_waits():
    cancellation_case = time_is_over(claimed(owner_of(stranger_at(Status.WITH_PROVIDER))))
    Email.objects.all().delete()
    assert (cancellation_cases.remind(), cancellation_cases.remind()) == (1, 0)
    assert Email.objects.get().subject == f"备案单 {cancellation_case.blocking_filing_id}：证件、域名主张可以作出决定"
