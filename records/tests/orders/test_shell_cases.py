"""Shells: published for a week, then cancelled, and only what is still one."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from bureaus import morning_mail
from icp_portal.tests.builders import GUANGDONG, chief, on_record, provider, reviewer, user_of
from icp_portal.tests.queued_mails import mails
from ministry.models import Access, Subject, Website
from ministry.register import ends
from providers.models import Provider
from records.legal_grounds import Scope
from records.models import CancellationCase, CaseState, Order
from records.orders import cancellation_cases, shell_cases
from records.tests.orders.cases_of_cancellation import decided, shell, time_is_over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


@pytest.fixture
def access_provider() -> Provider:
    return provider()


def test_a_shell_is_published_for_a_week_and_then_cancelled(access_provider):
    website, member = shell(access_provider), reviewer()
    assert list(shell_cases.websites("110000")) == [website]
    [cancellation_case] = shell_cases.publish(member, Scope.WEBSITE, [website.pk])
    assert cancellation_case.answer_by == timezone.localdate() + timedelta(days=7)
    shown = Client().get(reverse("record_case", args=[cancellation_case.token])).content.decode()
    assert "<strong>Published as a shell</strong>" in shown
    assert [to for to, _subject in mails()] == [website.responsible_email, access_provider.contact_email]
    public = Client().get(reverse("shells")).content.decode()
    assert str(website.number) in public
    assert website.responsible_email not in public

    assert shell_cases.cancel_unobjected(member, "公示期满", "京通管空〔2026〕1号") == (0, 0)
    time_is_over(cancellation_case)
    assert shell_cases.cancel_unobjected(member, "公示期满", "京通管空〔2026〕1号") == (1, 0)
    website.refresh_from_db()
    assert (website.live, Order.objects.get().ground) == (False, "shell")
    assert str(website.number) not in Client().get(reverse("shells")).content.decode()


def test_what_has_run_out_is_put_before_the_chief_and_nothing_is_cancelled_by_itself(access_provider, time_machine):
    time_machine.move_to("2026-07-02 09:00 +0800")  # a Thursday
    head, member, elsewhere = chief(), reviewer(), chief(GUANGDONG)
    silent, heard, foreign = shell(access_provider), shell(access_provider), shell(access_provider, GUANGDONG)
    [_one, objected] = shell_cases.publish(member, Scope.WEBSITE, [silent.pk, heard.pk])
    shell_cases.publish(reviewer(GUANGDONG), Scope.WEBSITE, [foreign.pk])
    cancellation_cases.object_as_holder(objected.pk, "某人", "网站仍在使用", [])
    time_machine.move_to("2026-07-09 08:30 +0800")  # the last day of the publication
    Email.objects.all().delete()
    assert (cancellation_cases.sweep(), morning_mail.write()) == (0, 0)

    time_machine.move_to("2026-07-10 08:30 +0800")
    assert cancellation_cases.sweep() == 0
    assert cancellation_cases.remind() == 1  # what was objected to is decided one by one
    Email.objects.all().delete()
    assert morning_mail.write() == 2
    told = {mail.to[0]: mail.message for mail in Email.objects.all()}
    assert told.keys() == {user_of(head).email, user_of(elsewhere).email}  # nothing is open: no mail to others
    for message in told.values():
        assert "One shell was published without objection" in message
        assert reverse("bureau_desk:shells") in message

    for actor, status, shown in ((head, 200, True), (member, 404, False)):
        client = Client()
        client.force_login(user_of(actor))
        board = client.get(reverse("bureau_desk:board"))
        assert (board.status_code, "One shell was published" in board.content.decode()) == (status, shown)
    assert Website.objects.filter(live=True).count() == 3
    assert Order.objects.count() == 0

    shell_cases.cancel_unobjected(member, "公示期满", "京通管空〔2026〕1号")
    time_machine.move_to("2026-07-13 08:30 +0800")
    Email.objects.all().delete()
    assert morning_mail.write() == 1
    assert [to for to, _subject in mails()] == [user_of(elsewhere).email]


def test_where_no_chief_is_there_every_reviewer_hears_of_shells(access_provider, time_machine):
    time_machine.move_to("2026-07-02 09:00 +0800")
    member = reviewer()
    shell_cases.publish(member, Scope.WEBSITE, [shell(access_provider).pk])
    time_machine.move_to("2026-07-10 08:30 +0800")
    Email.objects.all().delete()

    assert morning_mail.write() == 1
    assert [to for to, _subject in mails()] == [user_of(member).email]


def test_a_subject_without_a_website_is_a_shell(access_provider):
    website, member = on_record(access_provider), reviewer()
    ends.cancel_website(website.pk, timezone.localdate())
    assert [subject.pk for subject in shell_cases.subjects("110000")] == [website.subject_id]
    [cancellation_case] = shell_cases.publish(member, Scope.SUBJECT, [website.subject_id])
    decided(time_is_over(cancellation_case), member, cancels=True)
    assert Subject.objects.get(pk=website.subject_id).live is False


@pytest.mark.parametrize("listed", ["websites", "subjects"])
def test_the_page_of_shells_says_that_there_are_more_than_it_lists(access_provider, monkeypatch, listed):
    monkeypatch.setattr("bureaus.views.cancellation_cases.LISTED", 1)
    client = Client()
    client.force_login(user_of(reviewer()))
    for has_more in (False, True):
        website = shell(access_provider)
        if listed == "subjects":
            ends.cancel_website(website.pk, timezone.localdate())
        page = client.get(reverse("bureau_desk:shells"))
        assert (len(page.context[listed]), page.context["more"]) == (1, has_more)


def test_what_was_objected_to_is_not_cancelled_with_the_others(access_provider):
    website, member = shell(access_provider), reviewer()
    [cancellation_case] = shell_cases.publish(member, Scope.WEBSITE, [website.pk])
    cancellation_cases.object_as_holder(cancellation_case.pk, "张三", "正在更换接入商", [])
    time_is_over(cancellation_case)
    assert shell_cases.cancel_unobjected(member, "公示期满", "1号") == (0, 0)
    assert decided(cancellation_case, member, cancels=False).state == CaseState.KEPT


def test_a_shell_that_is_none_any_more_stays(access_provider):
    website, member = shell(access_provider), reviewer()
    [cancellation_case] = shell_cases.publish(member, Scope.WEBSITE, [website.pk])
    Access.objects.create(website=website, provider=provider(), ways=[1], places=[1], ip_ranges=["192.31.196.9"])
    time_is_over(cancellation_case)
    assert shell_cases.cancel_unobjected(member, "公示期满", "1号") == (0, 1)
    assert (cancellation_cases.sweep(), cancellation_cases.sweep()) == (1, 0)
    cancellation_case.refresh_from_db()
    assert cancellation_case.state == CaseState.KEPT


def test_a_bureau_publishes_its_own_shells_alone(access_provider):
    own, other, alive = shell(access_provider), shell(access_provider, GUANGDONG), on_record(access_provider)
    made = shell_cases.publish(reviewer(), Scope.WEBSITE, [own.pk, other.pk, alive.pk])
    assert [cancellation_case.website_id for cancellation_case in made] == [own.pk]
    assert shell_cases.publish(reviewer(), Scope.WEBSITE, [own.pk]) == []  # pressed twice


def test_the_page_of_shells_publishes_and_cancels(access_provider):
    website, member = shell(access_provider), reviewer()
    client, page = Client(), reverse("bureau_desk:shells")
    client.force_login(user_of(member))
    assert website.domain in client.get(page).content.decode()
    assert client.post(page, {"publish": "websites", "chosen": [website.pk, "x", "-1", "9" * 40]}).status_code == 302
    time_is_over(CancellationCase.objects.get())
    assert client.post(page, {"cancel": "1", "document": ""}).status_code == 200
    assert client.post(page, {"cancel": "1", "document": "京通管空〔2026〕1号"}).status_code == 302
    website.refresh_from_db()
    assert website.live is False
