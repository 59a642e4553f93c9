"""Changing the address by which one signs in: who has to prove what, who is told, how it is put back."""

import re
from datetime import timedelta

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts import addresses
from accounts.models import AddressChange, Party, User
from accounts.tests.signing_in import CONFIRM, code_in, set_up_totp, sign_in, signed_in, totp_now
from bureaus.models import OfficeChange
from icp_portal.tests.builders import PASSWORD, provider, reviewer_user, staff_user, user
from ops.mailsink import MailSink
from providers.models import OrganisationChange

pytestmark = pytest.mark.django_db

ADDRESS, PASSWORD_ONCE_MORE = "/accounts/email/", "/accounts/reauthenticate/"
OLD, NEW = "old.address@example.cn", "new.address@example.cn"
THIEF = "203.0.113.7"


@pytest.fixture
def owner() -> User:
    return user(Party.HOST, email=OLD, password=PASSWORD)


def browser_of(member: User) -> Client:
    client = Client()
    sign_in(client, member)
    assert signed_in(client)
    return client


def ask(client: Client, new: str = NEW):
    return client.post(ADDRESS, {"email": new, "action_add": ""})


def change(client: Client, mailbox: MailSink, new: str = NEW, password: str = PASSWORD):
    """Change the address as the pages lead: the password once more, then the code that came to the new address."""
    answer = ask(client, new)
    assert answer["Location"].startswith(PASSWORD_ONCE_MORE)
    answer = client.post(answer["Location"], {"password": password, "next": ADDRESS}, follow=True)
    assert mailbox.messages()[-1]["to"] == new
    return client.post(CONFIRM, {"code": code_in(mailbox)}, follow=True)


def link_of(address: str) -> str:
    return re.search(r"https?://[^/]+(/accounts/address/\S+/)", Email.objects.filter(to=address).last().message)[1]


# --- What a session alone can't do ------------------------------------------------------------------------


def test_a_session_alone_changes_no_address(owner: User, mailbox: MailSink):
    client = browser_of(owner)

    answer = ask(client)

    assert answer["Location"].startswith(PASSWORD_ONCE_MORE)
    assert mailbox.messages() == []
    wrong = client.post(answer["Location"], {"password": "wrong-password"})
    assert (wrong.status_code, 'class="field-error"' in wrong.content.decode()) == (200, True)
    assert mailbox.messages() == []
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [OLD]


def test_a_code_to_the_mailbox_is_no_proof_before_a_change(owner: User, mailbox: MailSink):
    client = browser_of(owner)
    answer = ask(client)

    assert "code" not in client.get(answer["Location"]).content.decode().partition("</h1>")[2]
    assert client.post(reverse("account_request_reauthentication_code"), {"recipient": OLD}).status_code == 403
    assert mailbox.messages() == []


@pytest.mark.parametrize("page", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"])
def test_a_session_alone_changes_no_second_step(owner: User, page):
    assert browser_of(owner).get(reverse(page))["Location"].startswith(PASSWORD_ONCE_MORE)


def test_a_session_alone_changes_no_password(owner: User):
    answer = browser_of(owner).post(
        "/accounts/password/change/",
        {"oldpassword": "wrong-password", "password1": "another-good-7", "password2": "another-good-7"},
    )

    assert answer.status_code == 200
    assert User.objects.get().check_password(PASSWORD)


# --- Changing it ------------------------------------------------------------------------------------------


def test_an_address_is_changed_with_password_and_code_and_both_are_told(owner: User, mailbox: MailSink):
    client = browser_of(owner)

    page = change(client, mailbox)

    assert page.status_code == 200
    owner.refresh_from_db()
    assert owner.email == NEW
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(NEW, True, True)]
    to_old, to_new = Email.objects.get(to=OLD), Email.objects.get(to=NEW)
    assert ("n***@example.cn" in to_old.message, NEW in to_old.message) == (True, False)
    assert ("o***@example.cn" in to_new.message, OLD in to_new.message) == (True, False)
    assert "/accounts/address/" not in to_new.message
    sign_in(fresh := Client(), owner)
    assert signed_in(fresh)


def test_until_the_code_is_typed_the_old_address_holds(owner: User, mailbox: MailSink):
    client = browser_of(owner)
    answer = ask(client)
    client.post(answer["Location"], {"password": PASSWORD, "next": ADDRESS}, follow=True)
    client.post(CONFIRM, {"code": "WRONG-1"})

    assert User.objects.get().email == OLD
    assert not AddressChange.objects.exists()
    assert not Email.objects.exists()


def test_an_address_somebody_else_has_is_refused_in_words(owner: User, mailbox: MailSink):
    """Also one that was signed up and never proved: two accounts can't sign in by one address."""
    other = User.objects.create_user(NEW, PASSWORD)

    page = change(browser_of(owner), mailbox)

    assert page.status_code == 200
    assert "该邮箱已注册账号" in page.content.decode()
    assert set(User.objects.values_list("pk", "email")) == {(owner.pk, OLD), (other.pk, NEW)}


def test_of_two_accounts_that_confirm_one_address_at_once_the_second_is_refused_in_words(
    owner: User, mailbox: MailSink, monkeypatch
):
    """The other account takes the address after this one has looked whether it is free."""
    looked = DefaultAccountAdapter.confirm_email

    def overtaken(*given):
        User.objects.create_user(NEW, PASSWORD)
        return looked(*given)

    client = browser_of(owner)
    monkeypatch.setattr(DefaultAccountAdapter, "confirm_email", overtaken)
    page = change(client, mailbox)

    assert page.status_code == 200
    assert "该邮箱已注册账号" in page.content.decode()
    assert User.objects.get(pk=owner.pk).email == OLD


def test_staff_prove_it_and_their_organisation_has_it_on_record(mailbox: MailSink, settings):
    settings.RELAX_SECOND_FACTOR = True
    for member in (staff_user(provider()), reviewer_user()):
        member.set_password(PASSWORD)
        member.save()
        old, new = member.email, f"moved.{member.email}"
        change(browser_of(member), mailbox, new)
        assert Email.objects.filter(to=old).exists()
        assert Email.objects.filter(to=new).exists()
        member.refresh_from_db()
        if member.party == Party.PROVIDER:
            row = OrganisationChange.objects.get()
            assert (row.provider, row.user, row.about) == (member.provider_staff.provider, member, old)
            assert (row.what, row.before, row.after) == ("sign_in_address", old, new)
        else:
            line = OfficeChange.objects.get()
            assert (line.bureau, line.user, line.what) == (member.reviewer.bureau, member, "address")
            assert line.words == f"{old} → {new}"


def test_the_second_step_proves_it_too(owner: User, mailbox: MailSink, django_capture_on_commit_callbacks):
    client = browser_of(owner)
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up_totp(client)
    assert any("已添加身份验证器应用" in mail.message for mail in Email.objects.filter(to=OLD))
    cache.clear()  # a code is taken once; a test does not wait half a minute for the next one
    again = Client()
    sign_in(again, owner)
    again.post(reverse("mfa_authenticate"), {"code": totp_now(secret)})
    cache.clear()

    answer = ask(again)
    again.post(f"{reverse('mfa_reauthenticate')}?next={ADDRESS}", {"code": totp_now(secret)}, follow=True)

    assert answer["Location"].startswith("/accounts/")
    assert mailbox.messages()[-1]["to"] == NEW


def test_a_new_password_is_told(owner: User):
    client = browser_of(owner)
    typed = {"oldpassword": PASSWORD, "password1": "another-good-7", "password2": "another-good-7"}

    client.post("/accounts/password/change/", typed)

    (mail,) = Email.objects.filter(to=OLD)
    assert "已设置新密码" in mail.message
    assert "/accounts/password/reset/" in mail.message


# --- Putting it back --------------------------------------------------------------------------------------


@pytest.fixture
def stolen(owner: User, mailbox: MailSink) -> Client:
    """The browser of a thief who has session and password, has changed the address and added a second step."""
    thief = browser_of(owner)
    change(thief, mailbox)
    TOTP.activate(owner, generate_totp_secret())
    return thief


def test_who_has_the_old_address_puts_it_back_and_is_alone(owner: User, stolen: Client, mailbox: MailSink):
    link = link_of(OLD)
    page = Client().get(link)
    assert (page.status_code, User.objects.get().email) == (200, NEW), "looking changes nothing"
    assert OLD in page.content.decode()
    assert NEW not in page.content.decode()

    answer = Client().post(link)

    assert answer["Location"] == reverse("account_reset_password")
    owner.refresh_from_db()
    assert (owner.email, owner.has_usable_password(), signed_in(Client())) == (OLD, False, False)
    assert stolen.get(reverse("filings:home")).status_code == 302
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(OLD, True, True)]
    assert not Authenticator.objects.exists()
    last = Email.objects.filter(to=NEW).last()
    assert ("本邮箱已不再是" in last.subject, "/accounts/address/" in last.message) == (True, False)
    owners = Client()
    owners.post("/accounts/password/reset/", {"email": OLD})
    key = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", mailbox.messages()[-1].get_content())[1]
    form = owners.get(key, follow=True).redirect_chain[-1][0]
    owners.post(form, {"password1": "another-good-password-7", "password2": "another-good-password-7"})
    sign_in(owners, owner, "another-good-password-7")
    assert signed_in(owners)
    assert "已恢复" in Client().get(link).content.decode()


def test_a_thief_who_moves_on_to_a_third_address_wins_nothing(owner: User, stolen: Client, mailbox: MailSink):
    owners_link = link_of(OLD)
    cache.clear()
    addresses.note_change(owner, NEW, "third@example.cn")
    User.objects.update(email="third@example.cn")
    thiefs_link = link_of(NEW)
    Client().post(thiefs_link)
    assert User.objects.get().email == NEW

    Client().post(owners_link)
    Client().post(thiefs_link)

    assert User.objects.get().email == OLD


def test_putting_back_twice_changes_nothing_more(owner: User, stolen: Client, mailbox: MailSink):
    link = link_of(OLD)
    Client().post(link)
    owner.refresh_from_db()
    owner.set_password("another-good-password-7")
    owner.save()

    Client().post(link)

    assert User.objects.get().check_password("another-good-password-7")


def test_an_address_with_another_account_by_now_is_not_put_back(owner: User, stolen: Client):
    user(Party.HOST, email=OLD)

    page = Client().post(link_of(OLD))

    assert "该邮箱已另行注册账号" in page.content.decode()
    assert User.objects.get(pk=owner.pk).email == NEW


def test_the_link_ends_after_its_days_and_can_not_be_made_up(owner: User, stolen: Client, monkeypatch):
    link, row = link_of(OLD), AddressChange.objects.get()
    made_up = (signing.dumps(row.pk, salt="x"), str(row.pk), "é%00"[:1])
    answers = [Client().post(reverse("put_back_address", args=[token])).status_code for token in made_up]
    assert answers == [404, 404, 404]

    later = timezone.now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(signing.time, "time", later.timestamp)

    assert (Client().get(link).status_code, Client().post(link).status_code) == (404, 404)
    assert User.objects.get().email == NEW
