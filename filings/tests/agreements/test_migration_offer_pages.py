"""The pages on which a website is offered to another host, at every party."""

import pytest
from django.urls import reverse
from django.utils import timezone

from desks.staff import filing_page
from filings.kinds import Kind
from filings.models import Filing, Offer, OfferEnd, OfferEnding
from filings.states import Status
from filings.tests.kinds.passing import Passing, page
from icp_portal.demo import invent, play
from icp_portal.tests.builders import BEIJING, GUANGDONG, case_at, chief, provider, sign_in, staff, user_of
from ministry.models import Website
from ministry.register import ends, entry_types, writer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def test_every_party_sees_where_the_website_went(client):
    passing = Passing()
    passing.approved()
    number_now = str(passing.there().number)

    assert number_now in page(sign_in(client, user_of(passing.giver.host)), "records:website", passing.website.pk)
    assert number_now in page(client, "records:offer", passing.website.pk)
    assert "已迁移到其他主办者" in page(client, "records:home")
    assert number_now in page(sign_in(client, user_of(passing.taker)), "filings:offer", passing.offer.pk)
    assert number_now in page(client, "records:home")
    read = page(sign_in(client, user_of(chief(GUANGDONG))), "bureau_desk:record", passing.left.pk)
    assert number_now in read


def test_both_desks_see_from_whom_it_comes(client):
    passing = Passing()
    filing = passing.with_bureau()
    old = str(passing.website.number)

    desks = ((passing.giver.staff, "provider_desk:verify"), (passing.giver.reviewer, "bureau_desk:review"))
    for actor, name in desks:
        read = page(sign_in(client, user_of(actor)), name, filing.pk)
        assert old in read
        assert "审核通过后原备案号作废" in read

    play.approve(filing, passing.giver.reviewer)

    for actor, name in desks:
        read = page(sign_in(client, user_of(actor)), name, filing.pk)
        assert old in read
        assert "审核通过后原备案号作废" not in read


def test_a_desk_reads_the_offer_with_one_more_query(django_assert_num_queries):
    passing = Passing()
    filing, left = passing.with_bureau(), passing.left

    with django_assert_num_queries(2):
        offer = filing_page.visible(passing.giver.staff, filing.pk).offer
        assert (offer.website.subject, hasattr(offer, "end")) == (left, False)


def test_the_offer_is_made_on_the_records_page(client):
    case = case_at(Status.FILED, province=GUANGDONG)
    website = Website.objects.get()
    url = reverse("records:offer", args=[website.pk])
    sign_in(client, user_of(case.host))
    typed = {"name": "示例接手公司", "cert_type": 1, "cert_number": invent.credit_code(77), "email": "B@Example.cn"}

    refused = client.post(url, {**typed, "cert_number": "91110105MA0000000X", "email": "nobody"}).content.decode()
    assert Offer.objects.count() == 0
    assert refused.count("data-error-summary") == 1
    assert "nobody" in refused, "what was typed stays"
    assert "请勾选此项后再继续" in refused, "it is the last website under this number"

    assert client.post(url, {**typed, "leaves_none": "on"}).status_code == 302
    made = Offer.objects.get()
    assert (made.email, made.website_id, made.by) == ("b@example.cn", website.pk, user_of(case.host))
    assert client.post(url, {**typed, "leaves_none": "on"}).status_code == 200, "a second click makes no second one"
    assert Offer.objects.count() == 1

    assert client.post(reverse("records:take_back_offer", args=[website.pk])).status_code == 302
    assert client.post(reverse("records:take_back_offer", args=[website.pk])).status_code == 302
    assert OfferEnd.objects.get().why == OfferEnding.TAKEN_BACK


def test_of_several_websites_no_empty_record_is_warned_of(client):
    case = case_at(Status.FILED, province=GUANGDONG, websites=2)
    website = Website.objects.get(sequence=1)
    sign_in(client, user_of(case.host))

    assert "leaves_none" not in page(client, "records:offer", website.pk)


def test_cancelled_websites_do_not_keep_a_record_from_being_empty(client):
    case = case_at(Status.FILED, province=GUANGDONG, websites=2)
    website = Website.objects.get(sequence=1)
    ends.cancel_website(Website.objects.get(sequence=2).pk, timezone.localdate())
    sign_in(client, user_of(case.host))

    assert "leaves_none" in page(client, "records:offer", website.pk)


def test_the_page_says_why_it_can_not_be_offered(client):
    case = case_at(Status.FILED, province=BEIJING)
    sign_in(client, user_of(case.host))
    read = page(client, "records:offer", Website.objects.get().pk)

    assert "P113" in read
    assert "发起迁移</button>" not in read


def test_the_taker_finds_it_begins_and_declines(client):
    passing = Passing()
    sign_in(client, user_of(passing.taker))
    url = reverse("filings:offer", args=[passing.offer.pk])

    assert url in page(client, "filings:home")
    typed = {
        "cert_type": passing.offer.cert_type,
        "cert_number": passing.offer.cert_number,
        "domain": passing.website.domain,
        "provider": passing.giver.provider.pk,
    }
    assert url in client.post(reverse("filings:look_up"), typed).content.decode()
    elsewhere = provider(provinces=[GUANGDONG])
    assert client.post(url, {"provider": elsewhere.pk}).status_code == 200, "it does not serve the website"
    assert not Filing.objects.filter(kind=Kind.MIGRATE_WEBSITE).exists()

    assert client.post(url, {"provider": passing.giver.provider.pk}).status_code == 302
    assert Filing.objects.filter(kind=Kind.MIGRATE_WEBSITE).count() == 1
    assert client.post(reverse("filings:decline_offer", args=[passing.offer.pk])).status_code == 302
    assert "您已选择不接收" in page(client, "filings:offer", passing.offer.pk)
    assert client.post(url, {"provider": passing.giver.provider.pk}).status_code == 200
    assert url not in page(client, "filings:home")


def test_an_offer_that_was_taken_up_waits_for_nobody(client):
    passing = Passing()
    sign_in(client, user_of(passing.taker))
    url = reverse("filings:offer", args=[passing.offer.pk])
    assert url in page(client, "filings:home")
    play.submit(passing.draft(), passing.taker)

    assert url not in page(client, "filings:home")
    assert "您已提交备案单" in page(client, "filings:offer", passing.offer.pk)


def test_the_receipt_of_another_provider_names_the_new_number(client):
    passing = Passing()
    elsewhere = provider(provinces=[GUANGDONG])
    entry = entry_types.AccessEntry(elsewhere.pk, [1], [1], ["192.31.196.77"])
    writer.enter_access(passing.website.pk, entry, timezone.localdate())
    passing.approved()

    read = page(sign_in(client, user_of(staff(elsewhere))), "provider_desk:notices")
    assert str(passing.there().number) in read
