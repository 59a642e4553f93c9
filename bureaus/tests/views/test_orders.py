"""Orders, the counter and the blacklist, for reviewers and providers, over HTTP."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from icp_portal.demo import invent
from icp_portal.tests import page_parts
from icp_portal.tests.builders import GUANGDONG, blacklisted_domain, on_record, provider, reviewer_user, staff_user
from ministry import audit
from ministry.models import AuditEntry, BlacklistedDomain, Subject, Website
from ministry.reference.lookups import understand
from ministry.register import blacklist, public_search
from providers.models import Provider
from records.models import CounterLook, CounterReset, Order, OrderTask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


@pytest.fixture
def access_provider() -> Provider:
    return provider()


@pytest.fixture
def website(access_provider) -> Website:
    return on_record(access_provider)


@pytest.fixture
def desk() -> Client:
    return browser(reviewer_user())


def browser(member: User) -> Client:
    client = Client()
    client.force_login(member)
    client.get(reverse("desk"))
    return client


def address(act: str, scope: str, pk: int) -> str:
    return reverse("bureau_desk:order_new", args=[act, scope, pk])


def said(**changes: object) -> dict[str, object]:
    known = {
        "ground": "33-23",
        "document": "京通管令〔2026〕7号",
        "reason": "登记信息与证件不符",
        "pages": invent.card("ORDER", 1),
    }
    return known | changes


def errors(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    return {name: list(map(str, found)) for name, found in response.context["form"].errors.items()}


# --- Making an order ----------------------------------------------------------------------------------------


def test_a_reviewer_finds_a_record_and_cancels_it(desk, website):
    found = desk.get(reverse("bureau_desk:orders"), {"q": website.domain})
    record = reverse("bureau_desk:record", args=[website.subject_id])
    assert record in found.content.decode()
    assert address("cancel", "website", website.pk) in desk.get(record).content.decode()

    response = desk.post(address("cancel", "website", website.pk), said(typed=str(website.number)))

    order = Order.objects.get()
    assert response["Location"] == reverse("bureau_desk:order", args=[order.pk])
    website.refresh_from_db()
    assert (website.live, order.website_id) == (False, website.pk)
    page = desk.get(response["Location"]).content.decode()
    assert "1 receipt is missing" in page
    assert "京通管令〔2026〕7号" in page


@pytest.mark.parametrize("scope", ["subject", "website", "access"])
def test_the_form_names_the_providers_that_will_be_told_and_no_others(desk, website, access_provider, scope):
    on_record(provider())
    pk = {"subject": website.subject_id, "website": website.pk, "access": website.accesses.get().pk}[scope]

    effect = desk.get(address("cancel", scope, pk)).context["effect"]

    assert effect == {"websites": [website], "providers": [access_provider.name], "ended": 0}


@pytest.mark.parametrize("typed", ["", "京ICP备2026999999号", "yes"])
def test_a_cancellation_wants_the_number_of_the_very_record(desk, website, typed):
    response = desk.post(address("cancel", "subject", website.subject_id), said(typed=typed))
    assert list(errors(response)) == ["typed"]
    assert Order.objects.count() == 0


def test_the_form_pressed_twice_makes_one_order(desk, website):
    for _press in range(2):
        number = str(website.subject.number)
        response = desk.post(address("cancel", "subject", website.subject_id), said(typed=number))
    assert errors(response) == {"__all__": ["This record is no longer in force; somebody else may have acted first."]}
    assert Order.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"not a paper", b"%PDF-1.4 broken", b"PK\x03\x04 a zip"])
def test_a_file_that_is_no_paper_makes_no_order(desk, website, content):
    bad = SimpleUploadedFile("order.pdf", content, "application/pdf")
    response = desk.post(address("suspend", "website", website.pk), said(ground="33-27", pages=bad))
    assert list(errors(response)) == ["pages"]
    assert Order.objects.count() == 0


def test_a_ground_from_outside_the_table_is_no_choice(desk, website):
    for ground in ("33-27", "release", "shell", "my own"):
        response = desk.post(address("cancel", "website", website.pk), said(ground=ground, typed=str(website.number)))
        assert list(errors(response)) == ["ground"]


@pytest.mark.parametrize(
    ("act", "scope"), [("suspend", "access"), ("lift", "access"), ("burn", "subject"), ("cancel", "province")]
)
def test_there_is_no_page_for_an_order_the_law_does_not_know(desk, website, act, scope):
    assert desk.get(address(act, scope, website.accesses.get().pk)).status_code == 404


@pytest.mark.parametrize(("act", "buttons"), [("cancel", ["Issue the order"]), ("suspend", [])])
def test_only_an_order_that_cannot_be_undone_has_a_button_of_danger(desk, website, act, buttons):
    page = desk.get(address(act, "website", website.pk))

    assert page_parts.texts(page, "//button[contains(@class, 'btn-danger')]") == buttons


def test_for_another_province_there_is_no_record(website):
    stranger = browser(reviewer_user(GUANGDONG))
    assert stranger.get(reverse("bureau_desk:record", args=[website.subject_id])).status_code == 404
    found = stranger.get(reverse("bureau_desk:orders"), {"q": website.domain}).content.decode()
    assert website.subject.name not in found
    for act, scope, pk in (("cancel", "subject", website.subject_id), ("suspend", "website", website.pk)):
        response = stranger.post(address(act, scope, pk), said(typed=str(website.subject.number)))
        assert response.status_code == 404
    assert Order.objects.count() == 0


def test_a_suspended_website_is_said_to_be_so_in_public_without_a_reason(client, desk, website):
    desk.post(address("suspend", "website", website.pk), said(ground="33-27"))
    assert Order.objects.count() == 1
    page = client.get(reverse("query"), {"q": website.domain}).content.decode()
    assert "suspended" in page
    assert "登记信息与证件不符" not in page
    assert [row.website.pk for row in public_search.found(understand(website.domain))] == [website.pk]

    desk.post(address("lift", "website", website.pk), {**said(), "ground": ""})
    assert "suspended" not in client.get(reverse("query"), {"q": website.domain}).content.decode()


# --- The receipt --------------------------------------------------------------------------------------------


def ordered(desk: Client, website: Website) -> OrderTask:
    desk.post(address("cancel", "website", website.pk), said(typed=str(website.number)))
    return OrderTask.objects.get()


def test_the_provider_reads_order_and_paper_and_gives_the_receipt(desk, access_provider, website):
    task = ordered(desk, website)
    staff = browser(staff_user(access_provider))
    listed = staff.get(reverse("provider_desk:orders")).content.decode()
    page = reverse("provider_desk:order", args=[task.pk])
    assert page in listed
    shown = staff.get(page).content.decode()
    assert "192.31.196.7" in shown
    assert "登记信息与证件不符" not in shown
    scan = task.order.paper.pages.get()
    assert staff.get(reverse("provider_desk:order_page", args=[task.pk, scan.pk]))["Content-Type"] == "image/jpeg"

    now = timezone.localtime()
    assert staff.post(page, {"done_at": f"{now:%Y-%m-%dT%H:%M}", "note": "已断网"}).status_code == 302

    task.refresh_from_db()
    assert task.confirmed_at is not None
    assert "已断网" in desk.get(reverse("bureau_desk:order", args=[task.order_id])).content.decode()
    assert page not in staff.get(reverse("provider_desk:orders")).content.decode()


@pytest.mark.parametrize("done_at", ["", "yesterday", "2020-01-01T00:00", "2999-01-01T00:00"])
def test_a_receipt_says_a_time_that_can_be(desk, access_provider, website, done_at):
    task = ordered(desk, website)
    response = browser(staff_user(access_provider)).post(
        reverse("provider_desk:order", args=[task.pk]), {"done_at": done_at}
    )
    assert errors(response)
    task.refresh_from_db()
    assert task.confirmed_at is None


def test_a_provider_that_is_not_concerned_finds_neither_order_nor_paper(desk, website):
    task = ordered(desk, website)
    stranger = browser(staff_user(provider()))
    scan = task.order.paper.pages.get()
    assert stranger.get(reverse("provider_desk:order", args=[task.pk])).status_code == 404
    assert (
        stranger.post(reverse("provider_desk:order", args=[task.pk]), {"done_at": "2026-11-25T10:00"}).status_code
        == 404
    )
    assert stranger.get(reverse("provider_desk:order_page", args=[task.pk, scan.pk])).status_code == 404


def test_a_page_of_another_paper_is_not_shown_under_this_order(desk, access_provider, website):
    task, other = ordered(desk, website), on_record(access_provider)
    desk.post(address("cancel", "website", other.pk), said(typed=str(other.number)))
    foreign = Order.objects.exclude(pk=task.order_id).get().paper.pages.get()
    assert desk.get(reverse("bureau_desk:order_page", args=[task.order_id, foreign.pk])).status_code == 404


@pytest.mark.parametrize(("length", "wrong"), [(500, []), (501, ["reason"])])
def test_a_reason_has_no_more_characters_than_the_blacklist_holds(desk, website, length, wrong):
    typed = said(reason="长" * length, typed=str(website.number))
    response = desk.post(address("cancel", "website", website.pk), typed)
    assert (errors(response) if wrong else {}).keys() == set(wrong)
    assert Order.objects.count() == (not wrong)


# --- The counter --------------------------------------------------------------------------------------------


def test_at_the_counter_a_link_is_sent_to_a_new_address_with_proof_on_record(desk, website, access_provider):
    page = reverse("bureau_desk:reset", args=[website.subject_id])
    assert list(errors(desk.post(page, {"came": " "}))) == ["came", "proof", "pages"]

    typed = {"came": "李四", "proof": "营业执照原件", "pages": invent.card("PROOF", 2), "new_email": "New@Example.cn"}
    assert desk.post(page, typed).status_code == 302

    subject = Subject.objects.get(pk=website.subject_id)
    assert (subject.responsible_email, subject.password_wanted_at) == ("new@example.cn", None)
    assert "/recover/answer/" in Email.objects.get(to=["new@example.cn"]).message
    reset = CounterReset.objects.get()
    assert "李四" in desk.get(reverse("bureau_desk:reset_proof", args=[reset.pk])).content.decode()
    records = [
        reverse("bureau_desk:record", args=[pk]) for pk in (website.subject_id, on_record(access_provider).subject_id)
    ]
    assert [list(desk.get(record).context["resets"]) for record in records] == [[reset], []]


def test_each_look_at_the_proof_of_a_reset_is_on_record_and_read_on_its_page(desk, website):
    typed = {"came": "李四", "proof": "营业执照原件", "pages": invent.card("PROOF", 2)}
    desk.post(reverse("bureau_desk:reset", args=[website.subject_id]), typed)
    reset = CounterReset.objects.get()
    page = reverse("bureau_desk:reset_proof", args=[reset.pk])
    picture = reverse("bureau_desk:reset_page", args=[reset.pk, reset.paper.pages.get().pk])
    assert "Nobody has viewed it yet." in desk.get(page).content.decode()

    member = reviewer_user()
    assert browser(member).get(picture)["Content-Type"] == "image/jpeg"
    assert browser(reviewer_user(GUANGDONG)).get(picture).status_code == 404
    assert desk.get(reverse("bureau_desk:reset_page", args=[reset.pk, 0])).status_code == 404

    [look] = CounterLook.objects.all()
    assert (look.reset_id, look.user_id) == (reset.pk, member.pk)
    assert look.actor_name in desk.get(page).content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        look.delete()
    audit.seal()
    assert AuditEntry.objects.filter(shape__name="records_counterlook", row=look.pk).exists()


@pytest.mark.parametrize("email", ["no address", "a@b", "张三@example.cn"])
def test_at_the_counter_a_new_address_must_be_one(desk, website, email):
    typed = {"came": "李四", "proof": "营业执照", "pages": invent.card("PROOF", 2), "new_email": email}
    response = desk.post(reverse("bureau_desk:reset", args=[website.subject_id]), typed)
    assert list(errors(response)) == ["new_email"]


# --- The blacklist ------------------------------------------------------------------------------------------


def test_a_domain_is_entered_and_its_end_is_set_with_a_reason(desk):
    today = timezone.localdate()
    response = desk.post(
        reverse("bureau_desk:blacklist_new", args=["domains"]),
        {"domain": "Listed.CN", "reason": "违法信息", "source": "令〔2026〕1号", "since": today.isoformat()},
    )
    entry = BlacklistedDomain.objects.get()
    assert (entry.domain, entry.province, entry.until) == ("listed.cn", "110000", None)
    page = reverse("bureau_desk:blacklisted", args=["domains", entry.pk])
    assert response["Location"] == page

    until = today + timedelta(days=30)
    typed = {"until": until.isoformat(), "seen": blacklist.version(entry)}
    assert list(errors(desk.post(page, typed))) == ["why"]
    desk.post(page, typed | {"why": "整改完成"})
    entry.refresh_from_db()
    assert entry.until == until
    assert [change.why for change in entry.changes.all()] == ["令〔2026〕1号", "整改完成"]


@pytest.mark.parametrize("kind", ["domains", "subjects"])
def test_an_end_before_the_first_day_is_wrong_at_the_end(desk, kind):
    said = {"reason": "违法信息", "source": "令〔2026〕1号", "since": "2026-11-20", "until": "2026-11-19"}
    what = {"domain": "listed.cn", "name": "示例公司", "cert_type": 1, "number": invent.credit_code(77)}

    response = desk.post(reverse("bureau_desk:blacklist_new", args=[kind]), said | what)

    assert list(errors(response)) == ["until"]


def test_of_two_who_set_its_end_the_slower_is_told_and_keeps_what_was_typed(desk):
    entry = blacklisted_domain(province="110000")
    page = reverse("bureau_desk:blacklisted", args=["domains", entry.pk])
    shown = desk.get(page).context["form"]["seen"].value()
    colleague = reviewer_user()
    browser(colleague).post(page, {"until": "2099-01-31", "why": "先到", "seen": shown})

    late = desk.post(page, {"until": "2099-12-31", "why": "后到的理由", "seen": shown})

    text = late.content.decode()
    assert str(colleague) in text
    assert 'value="后到的理由"' in text
    assert [change.why for change in entry.changes.all()][1:] == ["先到"]
    desk.post(page, {"until": "2099-12-31", "why": "后到的理由", "seen": late.context["form"]["seen"].value()})
    assert [change.why for change in entry.changes.all()][1:] == ["先到", "后到的理由"]


def test_an_end_that_says_not_what_it_was_set_on_is_refused(desk):
    entry = blacklisted_domain(province="110000")

    desk.post(reverse("bureau_desk:blacklisted", args=["domains", entry.pk]), {"until": "2099-12-31", "why": "x"})

    assert entry.changes.count() == 1


def test_an_entry_of_another_bureau_is_not_there(desk):
    BlacklistedDomain.objects.create(domain="other.cn", province=GUANGDONG, reason="x", source="y", since="2026-01-01")
    BlacklistedDomain.objects.create(domain="ministrys.cn", reason="x", source="y", since="2026-01-01")
    assert "other.cn" not in desk.get(reverse("bureau_desk:blacklist", args=["domains"])).content.decode()
    for entry in BlacklistedDomain.objects.all():
        page = reverse("bureau_desk:blacklisted", args=["domains", entry.pk])
        assert desk.get(page).status_code == 404
        assert desk.post(page, {"until": "2026-12-01", "why": "x"}).status_code == 404


# --- What the pages cost ------------------------------------------------------------------------------------


def cost(client: Client, url: str, measure) -> int:
    with measure(100) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_lists_cost_the_same_with_many_rows(desk, access_provider, website, django_assert_max_num_queries):
    staff = browser(staff_user(access_provider))
    ordered(desk, website)
    pages = [(desk, reverse("bureau_desk:orders")), (staff, reverse("provider_desk:orders"))]
    few = [cost(client, url, django_assert_max_num_queries) for client, url in pages]
    for _more in range(3):
        other = on_record(access_provider)
        desk.post(address("suspend", "website", other.pk), said(ground="33-27"))
    many = [cost(client, url, django_assert_max_num_queries) for client, url in pages]
    assert (few, many) == ([4, 3], [4, 3])


def test_a_record_costs_the_same_with_many_websites(desk, access_provider, website, django_assert_max_num_queries):
    url = reverse("bureau_desk:record", args=[website.subject_id])
    few = cost(desk, url, django_assert_max_num_queries)
    for number in range(2, 5):
        copy = Website.objects.get(pk=website.pk)
        copy.pk, copy.sequence, copy.domain = None, number, f"sister-{number}.cn"
        copy.save(force_insert=True)
    assert (few, cost(desk, url, django_assert_max_num_queries)) == (7, 7)
