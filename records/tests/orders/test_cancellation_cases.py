"""Records in question: applied for, objected to, decided. Neither side learns who the other is."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from bureaus.models import Bureau
from filings import services
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.rules import checks
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.builders import GUANGDONG, Case, case_at, host, on_record, provider, reviewer, staff, user_of
from icp_portal.tests.queued_mails import mails
from ministry.calendar import workdays
from ministry.models import Subject, Website
from providers.models import Provider
from records.legal_grounds import Act, Scope
from records.models import CancellationCase, CaseState, Order
from records.orders import cancellation_cases, making, shell_cases
from records.orders.blocking import blocking
from records.tests.orders.cases_of_cancellation import decided, shell, time_is_over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


@pytest.fixture
def access_provider() -> Provider:
    return provider()


@pytest.fixture
def website(access_provider) -> Website:
    """Somebody else's website on record."""
    return on_record(access_provider)


def wanting(**facts: object) -> Case:
    """A complete draft with other facts: path, its dots as double underscores → value."""
    case = Case()
    values = {path.replace("__", "."): value for path, value in facts.items()}
    services.save_facts(case.filing.pk, case.host, values, version=None)
    return case.refresh()


def wanting_domain(website: Website) -> Case:
    return wanting(websites__0__domain=website.domain, websites__0__home_url=f"www.{website.domain}")


@pytest.fixture
def case(website) -> Case:
    """A host that wants to file the domain that is on record for somebody else."""
    case = wanting_domain(website)
    Email.objects.all().delete()
    return case


def pages(number: int = 1) -> list[documents.ScannedPage]:
    return documents.read([invent.card("PROOF", number)])


def applied(case: Case, key: str = "website-1") -> CancellationCase:
    return cancellation_cases.apply(case.filing.pk, case.host, key, "域名已归我方所有", pages())


# --- Applying -----------------------------------------------------------------------------------------------


def test_who_is_blocked_applies_and_the_other_side_is_told(case, website, access_provider, settings):
    assert "1005" in [finding.code for finding in checks.findings(case.filing)]
    claim = applied(case)

    today = timezone.localdate()
    answer_by = workdays.nth_working_day(today, settings.RELEASE_OBJECTION_DAYS)
    assert (claim.website_id, claim.bureau_id, claim.answer_by) == (website.pk, "110000", answer_by)
    assert claim.decide_by == workdays.nth_working_day(answer_by, settings.RELEASE_DECISION_DAYS)
    to = [address for address, _subject in mails()]
    assert to == [website.responsible_email, access_provider.contact_email, "b110000@example.cn"]


def test_the_bureau_lists_a_case_as_open_until_it_is_decided(case):
    claim = time_is_over(applied(case))
    client = Client()
    client.force_login(user_of(reviewer()))

    def listed() -> list[list[int]]:
        url = reverse("bureau_desk:cancellation_cases")
        views = [client.get(url, {"tab": tab}).context["rows"] for tab in ("open", "done")]
        return [[row["case"].pk for row in rows] for rows in views]

    assert listed() == [[claim.pk], []]
    decided(claim, reviewer(), cancels=False)
    assert listed() == [[], [claim.pk]]


def test_neither_side_reads_who_the_other_is(case, website, access_provider):
    claim = applied(case)
    cancellation_cases.object_as_provider(claim.pk, staff(access_provider), "客户仍在使用", pages(2))

    subject = website.subject
    applicant = Client()
    applicant.force_login(user_of(case.host))
    shown = applicant.get(reverse("filings:cancellation_case", args=[claim.pk])).content.decode()
    assert "1 page of proof" in shown
    for secret in (
        subject.name,
        subject.responsible_email,
        website.name,
        str(website.number),
        "客户仍在使用",
        access_provider.name,
    ):
        assert secret not in shown
    by_link = Client().get(reverse("record_case", args=[claim.token])).content.decode()
    assert "of proof" not in by_link
    at_desk = Client()
    at_desk.force_login(user_of(staff(access_provider)))
    seen = [by_link, at_desk.get(reverse("provider_desk:cancellation_case", args=[claim.pk])).content.decode()]
    told = [mail.message + mail.subject for mail in Email.objects.exclude(to__contains="b110000")]
    for secret in (case.filing.subject_name, user_of(case.host).email, "域名已归我方所有"):
        assert not [text for text in (*seen, *told) if secret in text]
    assert "客户仍在使用" in seen[1]
    assert "客户仍在使用" not in by_link


def test_a_certificate_on_record_is_applied_for_too():
    website = on_record(provider())
    certificate = website.subject.certificates.get()
    case = wanting(subject__cert_number=certificate.number)
    assert [(one.key, one.code) for one in blocking(case.filing)] == [("subject", "1003")]

    claim = applied(case, "subject")
    decided(time_is_over(claim), case.reviewer, cancels=True)
    assert Subject.objects.get(pk=website.subject_id).live is False


def test_the_review_of_another_filing_names_no_case(case):
    applied(case)
    other = case_at(Status.WITH_BUREAU)
    client = Client()
    client.force_login(user_of(other.reviewer))
    assert client.get(reverse("bureau_desk:review", args=[other.filing.pk])).context["claim_id"] is None


def test_one_application_about_a_record_at_a_time(case, website):
    applied(case)
    with pytest.raises(MoveRefused, match="already dealing with this record"):
        applied(case)
    with pytest.raises(MoveRefused, match="already dealing with this record"):
        applied(wanting_domain(website))
    assert CancellationCase.objects.count() == 1


@pytest.mark.parametrize("key", ["subject", "website-2", "website--1", "1"])
def test_only_a_record_that_blocks_the_own_filing_is_applied_for(case, key):
    with pytest.raises(MoveRefused, match="does not block"):
        applied(case, key)


def test_nobody_applies_with_somebody_elses_filing(case):
    for stranger in (host(), staff(provider())):
        with pytest.raises(type(case.filing).DoesNotExist):
            cancellation_cases.apply(case.filing.pk, stranger, "website-1", "我的", pages())


def test_without_proof_there_is_no_application_over_http(case, website):
    client = Client()
    client.force_login(user_of(case.host))
    check = client.get(reverse("filings:check", args=[case.filing.pk])).content.decode()
    page = reverse("filings:apply_release", args=[case.filing.pk])
    assert page in check
    said = {"record": "website-1", "text": "我的域名"}
    for bad in ({}, {"pages": SimpleUploadedFile("proof.pdf", b"no paper")}):
        response = client.post(page, said | bad)
        assert list(response.context["form"].errors) == ["pages"]
    assert CancellationCase.objects.count() == 0

    assert client.post(page, said | {"pages": invent.card("PROOF", 1)}).status_code == 302
    assert CancellationCase.objects.get().website_id == website.pk


def test_a_filing_that_came_back_because_of_a_record_leads_to_the_application():
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    remark = services.RemarkDraft("websites.0.domain", "1005", "域名已备案", "请处理原备案")
    services.send_back(case.filing.pk, case.staff, version=None, remarks=[remark])
    client = Client()
    client.force_login(user_of(case.host))
    for page in ("filings:correct", "filings:status"):
        shown = client.get(reverse(page, args=[case.filing.pk])).content.decode()
        assert reverse("filings:apply_release", args=[case.filing.pk]) in shown


# --- The other side -----------------------------------------------------------------------------------------


def test_the_holder_objects_by_the_link_in_its_mail(case):
    claim = applied(case)
    page = reverse("record_case", args=[claim.token])
    assert page in Email.objects.order_by("pk").first().message
    said = {"name": "张三 法务", "text": "域名仍归我方", "pages": invent.card("HOLDER", 3)}
    assert Client().post(page, said).status_code == 302

    claim.refresh_from_db()
    assert claim.objected_at is not None
    event = claim.events.get(name="object")
    assert (event.actor_name, event.text, event.paper.pages.count()) == ("张三 法务", "域名仍归我方", 1)
    assert mails()[-2:] == [
        (user_of(case.host).email, f"{claim.website.domain}: the other side has objected"),
        ("b110000@example.cn", f"{claim.number}: objection received"),
    ]


def test_the_holders_link_ends_with_the_time_for_objections_and_says_whom_to_turn_to(case):
    claim = applied(case)
    page = reverse("record_case", args=[claim.token])
    Bureau.objects.filter(pk=claim.bureau_id).update(contact_phone="010-12345678")
    CancellationCase.objects.filter(pk=claim.pk).update(answer_by=timezone.localdate())
    assert Client().get(page).status_code == 200

    time_is_over(claim)
    gone = Client().get(page)
    late = Client().post(page, {"name": "张三", "text": "来晚了的异议"})

    assert [gone.status_code, late.status_code] == [410, 410]
    shown = gone.content.decode()
    assert claim.bureau.name in shown
    assert "010-12345678" in shown
    assert "来晚了的异议" in late.content.decode()
    assert not claim.events.filter(name="object").exists()
    for secret in (str(claim.number), claim.subject.name, claim.website.domain):
        assert secret not in shown


@pytest.mark.parametrize("cancels", [True, False])
def test_the_holders_link_ends_with_the_decision(case, cancels):
    claim = applied(case)
    page = reverse("record_case", args=[claim.token])
    cancellation_cases.object_as_holder(claim.pk, "张三", "仍在使用", [])
    decided(claim, case.reviewer, cancels=cancels)

    gone = Client().get(page)

    assert gone.status_code == 410
    assert claim.bureau.name in gone.content.decode()


def test_the_holders_link_ends_when_the_application_is_taken_back(case):
    claim = applied(case)
    cancellation_cases.withdraw(claim.pk, case.host)

    assert Client().get(reverse("record_case", args=[claim.token])).status_code == 410


@pytest.mark.parametrize("token", ["1", "abc", "MQ:1vNoSuch:signature", "shell"])
def test_a_link_nobody_has_sent_opens_nothing(case, token):
    applied(case)
    assert Client().get(reverse("record_case", args=[token])).status_code == 404


def test_when_the_time_is_over_nobody_speaks_any_more(case, access_provider):
    claim = time_is_over(applied(case))
    with pytest.raises(MoveRefused, match="ended on"):
        cancellation_cases.object_as_holder(claim.pk, "张三", "我的", [])
    with pytest.raises(MoveRefused, match="ended on"):
        cancellation_cases.object_as_provider(claim.pk, staff(access_provider), "我的", [])
    with pytest.raises(MoveRefused, match="ended on"):
        cancellation_cases.add_proof(claim.pk, case.host, "我的", [])


def test_strangers_find_no_case(case):
    claim = applied(case)
    for stranger in (host(), staff(provider()), staff(case.provider), reviewer(GUANGDONG)):
        with pytest.raises(CancellationCase.DoesNotExist):
            cancellation_cases.withdraw(claim.pk, stranger)
        with pytest.raises(CancellationCase.DoesNotExist):
            cancellation_cases.object_as_provider(claim.pk, stranger, "我的", [])
        with pytest.raises(CancellationCase.DoesNotExist):
            decided(claim, stranger, cancels=True)


# --- The decision -------------------------------------------------------------------------------------------


def test_the_bureau_waits_for_the_other_side(case, access_provider):
    claim = applied(case)
    with pytest.raises(MoveRefused, match="may object until"):
        decided(claim, case.reviewer, cancels=True)
    cancellation_cases.object_as_provider(claim.pk, staff(access_provider), "客户仍在使用", [])
    assert decided(claim, case.reviewer, cancels=False).state == CaseState.KEPT


def test_a_released_domain_can_be_filed(case, website):
    claim = time_is_over(applied(case))
    decided(claim, case.reviewer, cancels=True)

    website.refresh_from_db()
    order = Order.objects.get()
    assert (website.live, order.ground, order.cancellation_case) == (False, "release", claim)
    assert case.submit().verify().approve().filing.subject.websites.get().domain == website.domain
    assert (user_of(case.host).email, f"{website.domain}: record cancelled") in mails()


def test_a_refused_release_leaves_the_record_and_tells_both_sides(case, website, access_provider):
    claim = time_is_over(applied(case))
    Email.objects.all().delete()
    decided(claim, case.reviewer, cancels=False)

    website.refresh_from_db()
    assert (website.live, Order.objects.count()) == (True, 0)
    assert {to for to, _subject in mails()} == {
        user_of(case.host).email,
        website.responsible_email,
        access_provider.contact_email,
    }
    with pytest.raises(MoveRefused, match="record stays"):
        decided(claim, case.reviewer, cancels=True)


def test_an_application_can_be_taken_back(case, website):
    claim = applied(case)
    cancellation_cases.withdraw(claim.pk, case.host)
    claim.refresh_from_db()
    assert claim.state == CaseState.WITHDRAWN
    applied(case)  # and made again


def test_of_a_record_that_is_gone_nothing_is_left_to_decide(case, website):
    claim = applied(case)
    said = making.OrderDraft(Act.CANCEL, "令1号", "虚假", "33-23", pages())
    making.make(case.reviewer, Scope.WEBSITE, website.pk, said)
    assert (cancellation_cases.sweep(), cancellation_cases.sweep()) == (1, 0)
    claim.refresh_from_db()
    assert claim.state == CaseState.CANCELLED


def test_the_bureau_is_reminded_once_when_it_can_decide_and_its_chief_once_when_it_is_late(case):
    claim = applied(case)
    assert cancellation_cases.remind() == 0
    time_is_over(claim)
    Email.objects.all().delete()
    assert (cancellation_cases.remind(), cancellation_cases.remind()) == (1, 0)
    CancellationCase.objects.update(decide_by=date(2026, 1, 5))
    assert (cancellation_cases.remind(), cancellation_cases.remind()) == (1, 0)
    assert [to for to, _subject in mails()] == ["b110000@example.cn", "c110000@example.cn"]


def test_a_reviewers_look_at_the_proof_is_on_record(case):
    claim = applied(case)
    event = claim.events.get(name="open")
    client = Client()
    client.force_login(user_of(case.reviewer))
    url = reverse("bureau_desk:cancellation_case_page", args=[claim.pk, event.pk, event.paper.pages.get().pk])
    assert client.get(url)["Content-Type"] == "image/jpeg"
    assert claim.events.filter(name="look").count() == 1


# --- What the pages cost ------------------------------------------------------------------------------------


def cost(who: object, url: str, measure) -> int:
    client = Client()
    if who is not None:
        client.force_login(user_of(who))
        client.get(reverse("desk"))
    with measure(100) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_lists_cost_the_same_with_many_rows(access_provider, django_assert_max_num_queries):
    member, clerk = reviewer(), staff(access_provider)
    pages = [
        (member, reverse("bureau_desk:cancellation_cases")),
        (clerk, reverse("provider_desk:cancellation_cases")),
        (None, reverse("shells")),
        (member, reverse("bureau_desk:shells")),
    ]
    shell_cases.publish(member, Scope.WEBSITE, [shell(access_provider).pk])
    few = [cost(who, url, django_assert_max_num_queries) for who, url in pages]
    shell_cases.publish(member, Scope.WEBSITE, [shell(access_provider).pk for _more in range(3)])
    many = [cost(who, url, django_assert_max_num_queries) for who, url in pages]
    assert (few, many) == ([3, 3, 1, 6], [3, 3, 1, 6])


def test_the_room_costs_the_same_however_much_is_said(case, access_provider, django_assert_max_num_queries):
    claim = applied(case)
    cancellation_cases.object_as_provider(claim.pk, staff(access_provider), "客户仍在使用", pages(2))
    url = reverse("bureau_desk:cancellation_case", args=[claim.pk])
    few = cost(case.reviewer, url, django_assert_max_num_queries)
    for number in range(3, 6):
        cancellation_cases.add_proof(claim.pk, case.host, "补充", pages(number))
    assert (few, cost(case.reviewer, url, django_assert_max_num_queries)) == (7, 7)
