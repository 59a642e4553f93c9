"""An invitation works once, for a week, for whoever holds the address; it tells nobody who has an account here."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Party, User
from icp_portal.tests.builders import PASSWORD, provider, staff, staff_user, user
from ops.mailsink import MailSink
from providers.models import Invitation, OrganisationChange, Provider, Staff, StaffRole
from providers.organisation import invitations, people

pytestmark = pytest.mark.django_db

Browser = Callable[..., Client]
INVITE = "/provider/organisation/staff/invite/"
NEWCOMER = "new.staff@example.cn"
ACCOUNT = {"name": "新核验员", "password1": PASSWORD, "password2": PASSWORD}


def invite(administrator: Client, email: str = NEWCOMER, role: str = "verifier") -> Any:
    return administrator.post(INVITE, {"email": email, "role": role})


def mails_to(mailbox: MailSink, email: str) -> list[str]:
    return [mail.get_content() for mail in mailbox.messages() if email in str(mail["To"])]


def link_in(body: str) -> str:
    found = re.search(r"http://[^/]+(/join/\S+/)", body)
    assert found, body
    return found[1]


@pytest.fixture
def link(access_provider: Provider, browser: Browser, mailbox: MailSink) -> str:
    """Return the link that a new person was sent."""
    invite(browser(access_provider))
    return link_in(mails_to(mailbox, NEWCOMER)[0])


def test_somebody_new_makes_an_account_and_is_on_the_staff(access_provider: Provider, link: str) -> None:
    newcomer = Client()
    page = newcomer.get(link).content.decode()
    assert (access_provider.name in page, NEWCOMER in page) == (True, True)

    answer = newcomer.post(link, ACCOUNT)

    assert (answer.status_code, answer["Location"]) == (302, "/provider/")
    made = User.objects.get(email=NEWCOMER)
    assert (made.party, made.name, made.emailaddress_set.get().verified) == (Party.PROVIDER, "新核验员", True)
    member = Staff.objects.get(user=made)
    assert (member.provider, member.role) == (access_provider, StaffRole.VERIFIER)
    assert newcomer.get("/provider/").status_code == 200
    assert list(OrganisationChange.objects.order_by("pk").values_list("what", "about", "after")) == [
        ("invited", NEWCOMER, "verifier"),
        ("joined", NEWCOMER, "verifier"),
    ]


def test_the_desk_asks_for_the_second_step_first(access_provider: Provider, link: str, settings: Settings) -> None:
    settings.RELAX_SECOND_FACTOR = False
    newcomer = Client()
    newcomer.post(link, ACCOUNT)

    assert newcomer.get("/provider/")["Location"] == "/accounts/2fa/"


def test_the_link_works_once(link: str) -> None:
    Client().post(link, ACCOUNT)

    again = Client()
    assert again.get(link).status_code == 404
    assert again.post(link, ACCOUNT | {"name": "别人"}).status_code == 404
    assert User.objects.filter(email=NEWCOMER).count() == 1


@pytest.mark.parametrize(
    "after", [{"expires_at": timedelta(seconds=-1)}, {"revoked_at": timedelta(0)}, {"accepted_at": timedelta(0)}]
)
def test_an_ended_link_does_nothing(link: str, after: dict[str, timedelta]) -> None:
    Invitation.objects.update(**{name: timezone.now() + delta for name, delta in after.items()})

    assert Client().get(link).status_code == 404
    assert Client().post(link, ACCOUNT).status_code == 404
    assert not User.objects.filter(email=NEWCOMER).exists()


def test_the_link_of_a_provider_that_is_not_active_does_nothing(access_provider: Provider, link: str) -> None:
    Provider.objects.filter(pk=access_provider.pk).update(is_active=False)

    assert Client().post(link, ACCOUNT).status_code == 404


@pytest.mark.parametrize("token", ["x", "é" * 40, "a" * 3000, "%00", "..%2f..", "' or 1=1--"])
def test_a_made_up_link_is_none(token: str) -> None:
    assert Client().get(f"/join/{token}/").status_code in (400, 404)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password1": "12345678", "password2": "12345678"}, "password1"),
        ({"password1": NEWCOMER, "password2": NEWCOMER}, "password1"),
        ({"password2": "another-long-one-2026"}, "password2"),
        ({"name": ""}, "name"),
        ({"name": "\u202e新"}, "name"),
    ],
)
def test_what_is_wrong_with_the_account_is_named(link: str, changes: dict[str, str], field: str) -> None:
    answer = Client().post(link, ACCOUNT | changes)

    assert answer.status_code == 200
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not User.objects.filter(email=NEWCOMER).exists()
    assert Client().post(link, ACCOUNT).status_code == 302


def test_nothing_else_can_be_sent_along(access_provider: Provider, link: str) -> None:
    Client().post(
        link, ACCOUNT | {"email": "evil@example.cn", "role": "administrator", "party": "ministry", "is_superuser": "on"}
    )

    made = User.objects.get(email=NEWCOMER)
    assert (made.party, made.is_superuser, made.provider_staff.role) == (Party.PROVIDER, False, StaffRole.VERIFIER)
    assert not User.objects.filter(email="evil@example.cn").exists()


# --- Whose address it is ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["host", "bureau", "ministry", "other_staff"])
def test_an_address_that_belongs_to_another_party_can_not_be_appointed(
    access_provider: Provider, browser: Browser, mailbox: MailSink, who: str
) -> None:
    taken = staff_user(provider()) if who == "other_staff" else user(Party(who))
    administrator = browser(access_provider)

    answer = invite(administrator, taken.email)
    told = administrator.get(answer["Location"]).content.decode()
    (body,) = mails_to(mailbox, taken.email)

    assert f"The link was sent to {taken.email}" in told  # the same words as for anybody
    assert "already has an account here" in body
    assert "/join/" not in body
    _, token = invitations.invite(staff(access_provider, StaffRole.ADMINISTRATOR), taken.email, StaffRole.VERIFIER)
    theirs = Client()
    theirs.force_login(taken)
    for client in (theirs, Client()):
        assert "already has an account here" in client.get(f"/join/{token}/").content.decode()
        assert client.post(f"/join/{token}/", ACCOUNT).status_code == 200
    assert not Staff.objects.filter(user=taken, provider=access_provider).exists()
    assert User.objects.get(pk=taken.pk).party == taken.party


@pytest.mark.parametrize("email", ["{}", "  {} ", "{upper}"])
def test_ones_own_staff_is_not_invited_again(
    access_provider: Provider, browser: Browser, mailbox: MailSink, email: str
) -> None:
    member = staff_user(access_provider)

    answer = invite(browser(access_provider), email.format(member.email, upper=member.email.upper()))

    assert "already on your staff" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_an_account_without_a_provider_signs_in_and_accepts(
    access_provider: Provider, browser: Browser, mailbox: MailSink
) -> None:
    free = user(Party.PROVIDER)
    invite(browser(access_provider), free.email, "supervisor")
    link = link_in(mails_to(mailbox, free.email)[0])
    assert "/accounts/login/?next=" in Client().get(link).content.decode()
    assert Client().post(link, ACCOUNT).status_code == 200  # nobody makes a second account of it

    theirs = Client()
    theirs.force_login(free)
    assert theirs.post(link)["Location"] == "/provider/"

    assert free.provider_staff.role == StaffRole.SUPERVISOR


def test_somebody_else_can_not_accept_for_the_invited(
    access_provider: Provider, browser: Browser, mailbox: MailSink
) -> None:
    invited, thief = user(Party.PROVIDER), user(Party.PROVIDER)
    invite(browser(access_provider), invited.email)
    link = link_in(mails_to(mailbox, invited.email)[0])
    theirs = Client()
    theirs.force_login(thief)

    assert "You are signed in as" in theirs.get(link).content.decode()
    assert theirs.post(link).status_code == 200

    assert not Staff.objects.filter(user=thief).exists()


def test_who_is_signed_in_as_somebody_else_makes_no_account(access_provider: Provider, link: str) -> None:
    host = Client()
    host.force_login(user(Party.HOST))

    assert host.post(link, ACCOUNT).status_code == 200
    assert not User.objects.filter(email=NEWCOMER).exists()


def test_somebody_signed_up_with_the_address_meanwhile(access_provider: Provider, link: str) -> None:
    user(Party.HOST, email=NEWCOMER)

    page = Client().post(link, ACCOUNT).content.decode()

    assert "already has an account here" in page
    assert not Staff.objects.filter(user__email=NEWCOMER).exists()


# --- Sending ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a@b.cn\nBcc: c@d.cn", "é@example.cn", "a@" + "b" * 130 + ".cn"]
)
def test_what_is_no_address_is_refused(
    access_provider: Provider, browser: Browser, mailbox: MailSink, email: str
) -> None:
    answer = invite(browser(access_provider), email)

    assert answer.status_code == 200
    assert 'href="#id_email"' in answer.content.decode()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", [StaffRole.VERIFIER, StaffRole.SUPERVISOR])
def test_only_an_administrator_invites(access_provider: Provider, browser: Browser, role: StaffRole) -> None:
    assert invite(browser(access_provider, role)).status_code == 404
    assert not Invitation.objects.exists()


def test_sending_again_makes_a_new_link_and_ends_the_old_one(
    access_provider: Provider, browser: Browser, mailbox: MailSink
) -> None:
    administrator = browser(access_provider)
    invite(administrator)
    first = Invitation.objects.get()

    administrator.post(f"/provider/organisation/staff/invitations/{first.pk}/", {"again": "1"})

    old, new = (link_in(body) for body in mails_to(mailbox, NEWCOMER))
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


def test_taking_back_ends_the_link(access_provider: Provider, browser: Browser, mailbox: MailSink) -> None:
    administrator = browser(access_provider)
    invite(administrator)
    link = link_in(mails_to(mailbox, NEWCOMER)[0])

    administrator.post(f"/provider/organisation/staff/invitations/{Invitation.objects.get().pk}/", {"revoke": "1"})

    assert Client().post(link, ACCOUNT).status_code == 404
    assert "Withdraw" not in administrator.get("/provider/organisation/staff/").content.decode()


@pytest.mark.parametrize("button", ["again", "revoke"])
def test_the_invitations_of_others_can_not_be_touched(
    access_provider: Provider, browser: Browser, mailbox: MailSink, button: str
) -> None:
    invite(browser(access_provider))
    made = Invitation.objects.get()

    elsewhere = browser(provider())
    answer = elsewhere.post(f"/provider/organisation/staff/invitations/{made.pk}/", {button: "1"})

    assert answer.status_code == 404
    assert list(elsewhere.get("/provider/organisation/staff/").context["invited"]) == []
    assert Invitation.objects.open().get() == made


@pytest.mark.parametrize("way", ["suspend", "demote"])
def test_the_links_of_somebody_who_is_no_administrator_any_more_end(access_provider: Provider, way: str) -> None:
    boss, rogue = staff(access_provider, StaffRole.ADMINISTRATOR), staff(access_provider, StaffRole.ADMINISTRATOR)
    _, token = invitations.invite(rogue, NEWCOMER, StaffRole.ADMINISTRATOR)
    _, of_another = invitations.invite(boss, "colleague@example.cn", StaffRole.VERIFIER)
    member = access_provider.staff.get(user_id=rogue.user_id)

    if way == "suspend":
        people.suspend(boss, member.pk)
    else:
        people.change_role(boss, member.pk, StaffRole.VERIFIER)

    assert Client().post(f"/join/{token}/", ACCOUNT).status_code == 404
    assert Client().get(f"/join/{of_another}/").status_code == 200, "invited by somebody who still may"


def test_nobody_is_flooded_with_invitations(access_provider: Provider, browser: Browser, mailbox: MailSink) -> None:
    administrator = browser(access_provider)
    answers = [invite(administrator).status_code for _n in range(invitations.MOST_TO_AN_ADDRESS + 1)]

    assert answers == [302] * invitations.MOST_TO_AN_ADDRESS + [200]
    assert len(mails_to(mailbox, NEWCOMER)) == invitations.MOST_TO_AN_ADDRESS


class DeadServer(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError


def test_a_mail_server_that_is_down_is_said_and_can_be_tried_again(
    access_provider: Provider, browser: Browser, settings: Settings
) -> None:
    settings.SMTP_BACKEND = f"{__name__}.DeadServer"
    administrator = browser(access_provider)

    answer = invite(administrator)

    page = administrator.get(answer["Location"]).content.decode()
    assert "could not be sent" in page
    assert "Send again" in page


def test_the_secret_is_kept_nowhere(access_provider: Provider, link: str) -> None:
    token = link.split("/")[2]
    made = Invitation.objects.get()

    kept = " ".join(str(value) for value in Invitation.objects.values_list().get())
    said = " ".join(OrganisationChange.objects.values_list("after", flat=True))
    assert token not in kept + said
    assert len(made.digest) == 64
