"""The pages of the host's form at the provider's desk, and what its lists cost."""

import re
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from filings.agreements import mandates
from filings.fields import attachments
from filings.models import Event, Filing, Look, Mandate
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import BEIJING, client_of, provider, staff
from icp_portal.tests.hostile import fields_of
from providers.models import Staff, StaffRole
from providers.tests.views.behalf import Behalf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


# --- The pages ------------------------------------------------------------------------------------------


def test_the_form_leads_from_the_mandate_to_submission_without_leaving_the_desk():
    behalf = Behalf()
    client = behalf.browser()
    start = client.post(reverse("provider_desk:mandate_start", args=[behalf.mandate.pk]))
    begun = Filing.objects.exclude(pk=behalf.filing.pk).get()
    assert start["Location"] == reverse("on_behalf:overview", args=[begun.pk])
    behalf.filing = begun
    basics = client.post(
        behalf.url("section", "basics"), {"nature": "4", "province": BEIJING, "version": str(begun.version)}
    )
    assert basics["Location"] == behalf.url("section", "subject")

    begun.refresh_from_db()
    behalf.fill()
    for name, args in (("overview", ()), ("section", ("subject",)), ("papers", ()), ("check", ()), ("status", ())):
        page = client.get(behalf.url(name, *args)).content.decode()
        assert "You are filling this in for 示例公司" in page
        assert f'"/filings/{begun.pk}/' not in page, name
        assert "Withdraw" not in page

    sent = client.post(behalf.url("submit"), {"version": str(Filing.objects.get(pk=begun.pk).version)})
    assert sent["Location"] == behalf.url("status")
    assert Filing.objects.get(pk=begun.pk).status == Status.WITH_PROVIDER


def saved(client: Client, behalf: Behalf, **typed: str) -> HttpResponse:
    """Save a page while it is filled in, at the URL its form names."""
    page = client.get(behalf.url("section", "subject")).content.decode()
    assert f'data-autosave="{behalf.url("save_page", "subject")}"' in page
    return client.post(behalf.url("save_page", "subject"), fields_of(page) | typed)


def test_a_page_is_kept_while_it_is_filled_in_and_the_record_says_for_whom():
    behalf = Behalf().fill()
    client = behalf.browser()

    answer = saved(client, behalf, name="改名有限公司")

    assert answer.status_code == 200
    assert answer.json()["version"] == behalf_version(behalf)
    assert Filing.objects.get(pk=behalf.filing.pk).get("subject.name") == "改名有限公司"
    last = Event.objects.filter(filing=behalf.filing).order_by("-pk")[0]
    assert (last.name, last.user_id, last.on_behalf_of) == ("fill", behalf.member.user_id, "示例公司")


def test_keeping_a_page_is_refused_as_programs_read_it():
    behalf = Behalf().fill()
    client, stranger = behalf.browser(), client_of(staff(provider()))
    page = client.get(behalf.url("section", "subject")).content.decode()
    typed = fields_of(page) | {"name": "改了"}
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(pk=behalf.member.user_id))
    before = Filing.objects.values().get(pk=behalf.filing.pk)

    assert stranger.post(behalf.url("save_page", "subject"), typed).status_code == 404
    assert strict.post(behalf.url("save_page", "subject"), typed).json()["code"] == "csrf"
    stale = client.post(behalf.url("save_page", "subject"), typed | {"version": "1", "seen": ""})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed")
    assert {finding["url"] for finding in stale.json()["saved"]} <= {
        behalf.url("section", "subject") + "?check#id_name"
    }
    mandates.end(behalf.mandate.pk, behalf.owner)
    assert client.post(behalf.url("save_page", "subject"), typed).status_code == 403
    assert Filing.objects.values().get(pk=behalf.filing.pk) == before


def phone_of(behalf: Behalf) -> str:
    """Return the URL in the QR code that the staff's page of the pictures makes."""
    client = behalf.browser()
    assert "Take it with your phone" in client.get(behalf.url("papers")).content.decode()
    page = client.post(behalf.url("handover"), {"path": "papers.responsible_front"}).content.decode()
    assert f'"/filings/{behalf.filing.pk}/' not in page
    return unescape(re.search(r'class="code">http://testserver(/filings/phone/[\w-]+/)<', page)[1])


def test_a_phone_takes_a_picture_in_the_hosts_place():
    behalf = Behalf().fill()
    address = phone_of(behalf)
    before = Look.objects.count()
    events = Event.objects.filter(filing=behalf.filing, name="fill")
    filled = events.count()

    assert Client().post(address, {"picture": invent.card("PHONE", 7)}).status_code == 302

    picture = behalf.filing.evidence.get(path="papers.responsible_front", replaced_at=None)
    assert (picture.uploaded_by_id, picture.handover.staff_id) == (behalf.member.user_id, behalf.member.user_id)
    last = events.latest("pk")
    assert (events.count(), last.on_behalf_of) == (filled + 1, "示例公司")
    assert last.note == str(attachments.label("papers.responsible_front"))
    state = behalf.browser().get(behalf.url("handover_state", picture.handover.pk) + "?part").content.decode()
    assert behalf.url("evidence", picture.pk) in state
    assert Look.objects.count() == before  # the page asks by itself every few seconds
    assert Client().get(address).status_code == 404  # it was good for one picture


@pytest.mark.parametrize("how", ["mandate ended", "staff suspended", "staff moved to another provider"])
def test_the_phone_is_out_with_its_maker(how):
    behalf = Behalf().fill()
    address = phone_of(behalf)
    match how:
        case "mandate ended":
            mandates.end(behalf.mandate.pk, behalf.owner)
        case "staff suspended":
            Staff.objects.filter(user=behalf.member.user_id).update(suspended_at=timezone.now())
        case _:
            Staff.objects.filter(user=behalf.member.user_id).update(provider=provider())
    before = behalf.filing.evidence.count()

    assert Client().post(address, {"picture": invent.card("PHONE", 7)}).status_code == 404
    assert behalf.filing.evidence.count() == before


def test_the_page_of_what_came_back_stays_at_the_desk():
    behalf = Behalf().fill().submit()
    play.send_back(behalf.filing, staff(behalf.access_provider))
    client = behalf.browser()

    page = client.get(behalf.url("correct")).content.decode()

    assert f'"/filings/{behalf.filing.pk}/' not in page
    assert client.get(behalf.url("resume"))["Location"] == behalf.url("correct")
    assert client.post(behalf.url("unlock"), {"version": behalf_version(behalf)})["Location"] == behalf.url("overview")


def behalf_version(behalf: Behalf) -> int:
    return Filing.objects.get(pk=behalf.filing.pk).version


def test_each_look_is_on_record():
    behalf = Behalf()
    behalf.browser().get(behalf.url("check"))

    assert list(Look.objects.values_list("user_id", "role", "what")) == [(behalf.member.user_id, "provider", "check")]


def test_a_mandate_that_ends_while_the_form_is_open_is_answered_in_words_and_nothing_is_saved():
    behalf = Behalf().fill()
    client = behalf.browser()
    client.get(behalf.url("section", "subject"))
    mandates.end(behalf.mandate.pk, behalf.owner)
    before = Filing.objects.values().get()

    response = client.post(behalf.url("section", "subject"), {"name": "改了", "version": str(before["version"])})

    assert response.status_code == 403
    assert "The mandate of 示例公司 is not in force" in response.content.decode()
    assert "改了" not in response.content.decode()
    assert Filing.objects.values().get() == before


def test_staff_of_another_provider_get_404_everywhere():
    behalf = Behalf().fill()
    client = client_of(staff(provider(), StaffRole.ADMINISTRATOR))
    urls = [behalf.url("status"), behalf.url("check"), behalf.url("section", "subject"), behalf.url("summary")]
    urls.append(reverse("provider_desk:mandate", args=[behalf.mandate.pk]))

    assert {client.get(url).status_code for url in urls} == {404}
    assert client.post(behalf.url("submit"), {"version": "1"}).status_code == 404
    assert client.post(reverse("provider_desk:mandate", args=[behalf.mandate.pk])).status_code == 404
    assert client.post(reverse("provider_desk:mandate_start", args=[behalf.mandate.pk])).status_code == 404
    assert "No mandate of this host" in client.get(reverse("provider_desk:mandates") + "?q=示例公司").content.decode()
    assert "示例公司" not in client.get(reverse("provider_desk:mandates")).content.decode()
    assert "示例公司" not in client.get(reverse("on_behalf:home")).content.decode()


def test_suspended_staff_are_out_at_once():
    behalf = Behalf()
    client = behalf.browser()
    Staff.objects.filter(user=behalf.member.user_id).update(suspended_at=timezone.now())

    assert client.get(behalf.url("status")).status_code in (302, 404)


def test_a_host_is_asked_and_a_paper_is_brought_on_pages():
    member = staff(provider())
    client = client_of(member)
    asked = client.post(
        reverse("provider_desk:mandate_ask"), {"name": "甲公司", "email": "A@Example.cn", "days": "30"}, follow=True
    )
    assert "Waiting for the host" in asked.content.decode()
    assert (
        client.post(reverse("provider_desk:mandate_ask"), {"name": "甲公司", "email": "a@example.cn", "days": "30"})
        .context["form"]
        .errors
    )

    said = {"name": "乙公司", "email": "b@example.cn", "until": mandates.longest().isoformat()}
    assert client.post(reverse("provider_desk:mandate_paper"), said).context["form"].errors
    brought = client.post(
        reverse("provider_desk:mandate_paper"), said | {"pages": invent.card("MANDATE", 1)}, follow=True
    )
    assert [str(one) for one in brought.context["messages"]] == ["Recorded. The host is notified at b@example.cn."]
    assert "You can act for this host" in brought.content.decode()
    assert sorted(Mandate.objects.values_list("host_email", flat=True)) == ["a@example.cn", "b@example.cn"]

    page = Mandate.objects.get(host_email="b@example.cn")
    picture = reverse("provider_desk:mandate_page", args=[page.pk, page.paper.pages.get().pk])
    assert client.get(picture)["Content-Type"] == "image/jpeg"
    assert client_of(staff(provider())).get(picture).status_code == 404
    ended = client.post(reverse("provider_desk:mandate", args=[page.pk]), follow=True)
    assert "The mandate has ended." in ended.content.decode()


# --- What the lists cost --------------------------------------------------------------------------------


def test_lists_cost_the_same_with_one_row_and_with_many(django_assert_num_queries):
    behalf = Behalf()
    client = behalf.browser()
    client.get(reverse("provider_desk:mandates"))
    with django_assert_num_queries(3):
        client.get(reverse("provider_desk:mandates"))
    with django_assert_num_queries(3):
        client.get(reverse("on_behalf:home"))
    for _more in range(4):
        Behalf(access_provider=behalf.access_provider)

    with django_assert_num_queries(3):
        client.get(reverse("provider_desk:mandates"))
    with django_assert_num_queries(3):
        client.get(reverse("on_behalf:home"))
