"""Mandates: asked for, given, refused, on paper, run out, ended; and what happens to what was begun by them."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Party, User
from filings import actors, services
from filings.actors import Actor
from filings.agreements import mandates
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.models import Filing, Mandate, MandateState, MandateWay
from icp_portal.demo import invent
from icp_portal.tests.builders import host, provider, staff, user
from icp_portal.tests.queued_mails import mails

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
S = MandateState


def email_of(actor: Actor) -> str:
    return User.objects.get(pk=actor.user_id).email


def asked(member: Actor, owner: Actor, days: int = 90) -> Mandate:
    return mandates.ask(member, email_of(owner), "示例公司", days)


def granted(member: Actor, owner: Actor, days: int = 90) -> Mandate:
    return mandates.grant(asked(member, owner).pk, owner, days)


def on_paper(member: Actor, email: str, until: date | None = None) -> Mandate:
    paper = documents.accept([invent.card("MANDATE", 1)], member.person_id)
    return mandates.bring_paper(member, email, "示例公司", until or mandates.longest(), paper)


def standing_in(member: Actor) -> Actor:
    return actors.on_behalf(member, "示例接入")


# --- Asking and answering -------------------------------------------------------------------------------


def test_a_host_is_asked_by_mail_and_consents_for_as_long_as_it_chooses():
    access_provider = provider(name="示例接入")
    member, owner = staff(access_provider), host()
    mandate = asked(member, owner)
    assert (mandate.state(), mandate.way) == (S.ASKED, MandateWay.INVITE)

    mandates.grant(mandate.pk, owner, 30)

    mandate.refresh_from_db()
    assert (mandate.state(), mandate.until) == (S.IN_FORCE, timezone.localdate() + timedelta(days=30))
    assert [(e.name, e.role, e.actor_name) for e in mandate.events.all()] == [
        ("ask", "provider", member.name),
        ("grant", "host", owner.name),
    ]
    assert mails() == [
        (email_of(owner), "示例接入 asks for your consent to file for you"),
        (access_provider.contact_email, "“示例公司” consents: you can file for this host"),
    ]


def test_a_refused_mandate_allows_nothing_and_can_not_be_given_any_more():
    member, owner = staff(provider()), host()
    mandate = asked(member, owner)
    mandates.refuse(mandate.pk, owner)

    with pytest.raises(MoveRefused, match="refused by the host"):
        mandates.grant(mandate.pk, owner, 30)
    with pytest.raises(MoveRefused, match="not in force"):
        services.start_on_behalf(mandate.pk, standing_in(member))
    assert asked(member, owner).state() == S.ASKED  # another one may be asked for


def test_a_request_that_nobody_answers_runs_out():
    member, owner = staff(provider()), host()
    mandate = asked(member, owner)
    Mandate.objects.update(answer_by=timezone.localdate() - timedelta(days=1))

    mandate.refresh_from_db()
    assert mandate.state() == S.UNANSWERED
    with pytest.raises(MoveRefused, match="not answered in time"):
        mandates.grant(mandate.pk, owner, 30)
    assert asked(member, owner).pk != mandate.pk


def test_a_new_request_ends_the_old_one_and_none_of_another_host_or_provider():
    member, owner = staff(provider()), host()
    old, of_another_host = asked(member, owner), asked(member, host())
    of_another_provider = asked(staff(provider()), owner)
    Mandate.objects.update(answer_by=timezone.localdate() - timedelta(days=1))

    new = asked(member, owner)

    assert list(Mandate.objects.exclude(ended_at=None)) == [old]
    assert set(Mandate.objects.filter(ended_at=None)) == {of_another_host, of_another_provider, new}


@pytest.mark.parametrize(("after", "states"), [(0, (S.ASKED, S.IN_FORCE)), (1, (S.UNANSWERED, S.EXPIRED))])
def test_a_request_can_be_answered_and_a_mandate_used_until_its_last_day_is_over(after, states):
    member = staff(provider())
    waiting, given = asked(member, host()), granted(member, host(), 30)
    assert waiting.answer_by == timezone.localdate() + timedelta(days=mandates.ANSWER_DAYS)

    assert waiting.state(waiting.answer_by + timedelta(days=after)) == states[0]
    assert given.state(given.until + timedelta(days=after)) == states[1]


def test_a_length_that_is_not_offered_is_refused():
    member, owner = staff(provider()), host()

    with pytest.raises(MoveRefused, match="one of the durations"):
        asked(member, owner, days=3650)
    with pytest.raises(MoveRefused, match="one of the durations"):
        mandates.grant(asked(member, owner).pk, owner, 181)


def test_a_host_is_not_asked_twice_and_not_too_often():
    access_provider, owner = provider(), host()
    first = asked(staff(access_provider), owner)
    with pytest.raises(MoveRefused, match="already"):
        asked(staff(access_provider), owner)

    for _try in range(mandates.MOST_TO_AN_ADDRESS - 1):
        asked(staff(provider()), owner)
    mandates.end(first.pk, staff(access_provider))
    with pytest.raises(MoveRefused, match="several times today"):
        asked(staff(access_provider), owner)


def test_strangers_can_not_answer_or_end():
    member, owner = staff(provider()), host()
    mandate = asked(member, owner)

    for stranger in (host(), staff(provider()), standing_in(member)):
        for act in (
            lambda who: mandates.grant(mandate.pk, who, 30),
            lambda who: mandates.refuse(mandate.pk, who),
            lambda who: mandates.end(mandate.pk, who),
        ):
            with pytest.raises(Mandate.DoesNotExist):
                act(stranger)
    # nor does the provider consent in the host's place
    with pytest.raises(MoveRefused, match="Only the host"):
        mandates.grant(mandate.pk, member, 30)
    with pytest.raises(MoveRefused, match="Only the host"):
        mandates.refuse(mandate.pk, member)


# --- On paper -------------------------------------------------------------------------------------------


def test_a_signed_paper_is_in_force_at_once_and_the_host_is_told_and_can_end_it():
    access_provider = provider(name="示例接入")
    member, owner = staff(access_provider), host()
    mandate = on_paper(member, email_of(owner))

    assert (mandate.state(), mandate.host_id) == (S.IN_FORCE, owner.user_id)
    assert mails() == [(email_of(owner), "示例接入 has recorded your signed mandate")]

    mandates.end(mandate.pk, owner)

    mandate.refresh_from_db()
    assert mandate.state() == S.ENDED
    assert [e.name for e in mandate.events.all()] == ["paper", "end"]
    assert mails()[1:] == [(access_provider.contact_email, "“示例公司” has ended your mandate")]


def test_the_host_is_told_when_the_provider_ends_a_mandate_and_not_of_a_request_taken_back():
    member, owner, other = staff(provider(name="示例接入")), host(), host()
    in_force, unanswered = granted(member, owner), asked(member, other)
    before = len(mails())

    mandates.end(in_force.pk, member)
    mandates.end(unanswered.pk, member)

    assert mails()[before:] == [(email_of(owner), "示例接入 no longer files for you")]


@pytest.mark.parametrize("days", [-1, 181])
def test_a_paper_that_ends_before_today_or_too_late_is_refused(days):
    with pytest.raises(MoveRefused, match="at the latest"):
        on_paper(staff(provider()), "owner@example.cn", timezone.localdate() + timedelta(days=days))


def test_what_is_no_picture_is_no_paper():
    with pytest.raises(ValidationError) as refusal:
        documents.accept([invent.SimpleUploadedFile("a.pdf", b"%PDF-nonsense")], staff(provider()).person_id)
    assert refusal.value.code == "unreadable"


def test_a_paper_that_names_several_hosts_is_shown_to_none_of_them():
    member, owner = staff(provider()), host()
    paper = documents.accept([invent.card("MANDATE", 1)], member.person_id)
    own = mandates.bring_paper(member, email_of(owner), "甲", mandates.longest(), paper)
    assert mandates.may_show_paper(own, owner)

    mandates.bring_paper(member, "other@example.cn", "乙", mandates.longest(), paper)

    assert not mandates.may_show_paper(own, owner)
    assert mandates.may_show_paper(own, member)


def test_a_mandate_without_a_paper_has_none_to_show():
    member, owner = staff(provider()), host()
    mandate = granted(member, owner)
    assert [mandates.may_show_paper(mandate, actor) for actor in (member, owner)] == [False, False]


def test_the_database_refuses_what_makes_no_sense():
    member = staff(provider())
    mandate = on_paper(member, "owner@example.cn")
    for broken in ({"until": None}, {"paper": None}, {"refused_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.filter(pk=mandate.pk).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        Filing.objects.create(host=None, provider_id=mandate.provider_id, entrance="provider")


# --- A host without an account --------------------------------------------------------------------------


def test_what_was_begun_for_an_address_comes_to_its_owner_once_it_is_proven():
    member = staff(provider())
    mandate = on_paper(member, "new@example.cn")
    filing = services.start_on_behalf(mandate.pk, standing_in(member))
    assert (mandate.host_id, filing.host_id) == (None, None)

    owner = User.objects.create_user("new@example.cn", party=Party.HOST)
    address = EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=False)
    mandates.claim(owner)
    assert Filing.objects.get().host_id is None  # not proven yet

    EmailAddress.objects.update(verified=True)
    email_confirmed.send(EmailAddress, request=None, email_address=address)

    assert (Mandate.objects.get().host, Filing.objects.get().host) == (owner, owner)


def test_signing_in_is_enough_for_an_account_that_has_the_address_already():
    member = staff(provider())
    on_paper(member, "new@example.cn")
    owner = user(Party.HOST, "new@example.cn")

    Client().force_login(owner)

    assert Mandate.objects.get().host == owner


def test_people_of_other_parties_get_nothing_by_their_address():
    mandate = on_paper(staff(provider()), "chief@example.cn")

    mandates.claim(user(Party.BUREAU, "chief@example.cn"))

    mandate.refresh_from_db()
    assert mandate.host is None


def test_what_was_prepared_comes_to_the_host_with_its_consent_and_not_before():
    member, owner = staff(provider()), host()
    mandate = asked(member, owner)
    filing = services.start_on_behalf(mandate.pk, standing_in(member), {"subject.name": "示例公司"})

    assert not Filing.objects.visible_to(owner).exists()
    assert not Filing.objects.visible_to(standing_in(member)).exists()

    mandates.grant(mandate.pk, owner, 30)

    assert Filing.objects.visible_to(owner).get() == filing
    assert Filing.objects.visible_to(standing_in(member)).get() == filing


# --- The host's page ------------------------------------------------------------------------------------


def page_of(mandate: Mandate, owner: Actor) -> tuple[Client, str]:
    client = Client()
    client.force_login(User.objects.get(pk=owner.user_id))
    return client, reverse("filings:mandate", args=[mandate.pk])


def test_the_page_says_what_is_allowed_and_takes_the_answer():
    member, owner = staff(provider(name="示例接入")), host()
    mandate = asked(member, owner)
    client, url = page_of(mandate, owner)
    assert "示例接入 asks to file for you" in client.get(reverse("filings:home")).content.decode()
    assert "What the mandate covers" in client.get(url).content.decode()

    assert client.post(url, {"grant": "1"}).status_code == 200  # for how long is not said
    assert client.post(url, {"grant": "1", "days": "180"}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.until == timezone.localdate() + timedelta(days=180)

    assert client.post(url, {"end": "1"}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.state() == S.ENDED
    assert "may file for you" not in client.get(reverse("filings:home")).content.decode()


def test_an_answer_that_comes_too_late_is_answered_in_words():
    member, owner = staff(provider()), host()
    mandate = asked(member, owner)
    client, url = page_of(mandate, owner)
    mandates.end(mandate.pk, member)  # taken back

    response = client.post(url, {"grant": "1", "days": "30"}, follow=True)

    assert "can&#x27;t be done" in response.content.decode()
