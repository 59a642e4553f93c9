"""Signing up: the address is proved by a code, and nobody learns whether it has an account."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Party, User
from accounts.tests.signing_in import CONFIRM, LOGIN, SIGN_UP, code_in, signed_in
from icp_portal.tests.builders import PASSWORD, user
from ops.mailsink import MailSink

pytestmark = pytest.mark.django_db
NEW = {"email": "New.Host@Example.cn", "password1": PASSWORD, "password2": PASSWORD}


def test_an_address_that_looks_misspelt_is_questioned_once(mailbox: MailSink):
    client = Client()
    wrong = NEW | {"email": "New.Host@gamil.com"}

    page = client.post(SIGN_UP, wrong)

    assert list(page.context["form"].errors) == ["email"]
    assert "new.host@gmail.com" in page.context["form"].errors["email"][0]
    assert mailbox.messages() == []
    kept = {name: page.context["form"][name].value() for name in ("email", "confirmed")}
    other = client.post(SIGN_UP, wrong | kept | {"email": "new.host@gmial.com"})
    assert list(other.context["form"].errors) == ["email"]
    assert client.post(SIGN_UP, wrong | kept)["Location"] == CONFIRM
    (mail,) = mailbox.messages()
    assert mail["To"] == "new.host@gamil.com"


def test_signing_up_proves_the_address_by_a_code_and_lands_on_the_hosts_desk(mailbox: MailSink):
    client = Client()

    assert client.post(SIGN_UP, NEW)["Location"] == CONFIRM
    assert not signed_in(client)
    (mail,) = mailbox.messages()
    assert mail["to"] == "new.host@example.cn"
    response = client.post(CONFIRM, {"code": code_in(mailbox)}, follow=True)

    assert response.redirect_chain[-1][0] == reverse("filings:home")
    created = User.objects.get()
    assert (created.email, created.party, created.is_superuser) == ("new.host@example.cn", Party.HOST, False)
    assert EmailAddress.objects.get().verified
    assert created.password.startswith("pbkdf2_")


def test_a_wrong_code_does_not_open_the_door_and_few_tries_are_given(mailbox: MailSink):
    client = Client()
    client.post(SIGN_UP, NEW)
    right = code_in(mailbox)
    wrong = "".join("9" if char == "8" else "8" if char.isalnum() else char for char in right)

    first = client.post(CONFIRM, {"code": wrong})
    assert first.status_code == 200
    assert 'class="field-error"' in first.content.decode()
    for _n in range(4):
        client.post(CONFIRM, {"code": wrong})
    client.post(CONFIRM, {"code": right})

    assert not signed_in(client)
    assert not EmailAddress.objects.get().verified


def test_signing_in_before_the_address_is_proven_asks_for_the_code_again(mailbox: MailSink):
    Client().post(SIGN_UP, NEW)
    cache.clear()  # three minutes later
    client = Client()

    response = client.post(LOGIN, {"login": NEW["email"], "password": PASSWORD})

    assert response["Location"] == CONFIRM
    assert not signed_in(client)


class DeadServer(BaseEmailBackend):
    """A mail server that is away."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError


@pytest.mark.parametrize("url", [SIGN_UP, "/accounts/password/reset/"])
def test_a_mail_that_could_not_be_sent_is_not_said_to_be_sent(url: str, settings: Settings):
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"

    page = Client().post(url, NEW, follow=True).content.decode()

    assert "邮件暂未发送成功，请一分钟后重新获取。" in page
    assert "已发送" not in page


def test_a_code_that_was_requested_again_is_said_to_be_sent(mailbox: MailSink):
    client = Client()
    client.post(SIGN_UP, NEW)
    cache.clear()  # three minutes later

    page = client.post(CONFIRM, {"action": "resend"}, follow=True).content.decode()

    assert "验证码已发送至 new.host@example.cn。" in page


def test_nobody_signs_up_as_staff(mailbox: MailSink):
    client = Client()
    client.post(SIGN_UP, NEW | {"party": "ministry", "is_superuser": "on", "is_staff": "on", "name": "x"})
    client.post(CONFIRM, {"code": code_in(mailbox)})

    assert User.objects.get().party == Party.HOST
    assert client.get(reverse("ministry_desk:index"), follow=True).status_code == 404


def test_signing_up_with_a_known_address_looks_the_same_and_makes_nobody(mailbox: MailSink):
    user(Party.HOST, email="new.host@example.cn")
    known, unknown = Client(), Client()

    answers = [
        known.post(SIGN_UP, NEW),
        unknown.post(SIGN_UP, NEW | {"email": "other@example.cn"}),
    ]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, CONFIRM)}
    assert User.objects.filter(email__iexact=NEW["email"]).count() == 1
    pages = [re.sub(r'value="[^"]+"|new\.host|other', "", c.get(CONFIRM).content.decode()) for c in (known, unknown)]
    assert pages[0] == pages[1]


class CountedHasher(PBKDF2PasswordHasher):
    """The hasher of production, with few rounds, that counts how often it works."""

    iterations = 1
    times = 0

    def encode(self, *args: Any, **options: Any) -> str:
        CountedHasher.times += 1
        return super().encode(*args, **options)


@pytest.fixture
def counted_hashes(settings):
    settings.PASSWORD_HASHERS = ["accounts.tests.test_sign_up.CountedHasher"]


def work_of(mailbox: MailSink, send: Callable[[], Any]) -> dict[str, Any]:
    """Return the cost of one request: hashes, mails, and the rows it writes by table."""
    CountedHasher.times = 0
    mailbox.clear()
    with CaptureQueriesContext(connection) as queries:
        send()
    written = [re.match(r'(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', query["sql"]) for query in queries]
    return {
        "hashes": CountedHasher.times,
        "mails": len(mailbox.messages()),
        "rows": sorted(match.groups() for match in written if match),
    }


def test_signing_up_takes_the_same_work_whether_or_not_the_address_has_an_account(mailbox: MailSink, counted_hashes):
    user(Party.HOST, email="new.host@example.cn")

    unknown = work_of(mailbox, lambda: Client().post(SIGN_UP, NEW | {"email": "other@example.cn"}))
    known = work_of(mailbox, lambda: Client().post(SIGN_UP, NEW))

    assert known == unknown
    assert (known["hashes"], known["mails"]) == (1, 1)
    assert ("INSERT INTO", "accounts_user") in known["rows"]
    assert set(User.objects.values_list("email", flat=True)) == {"new.host@example.cn", "other@example.cn"}
    assert EmailAddress.objects.count() == 2
    (mail,) = mailbox.messages()
    assert (mail["to"], "本邮箱已有账号" in mail.get_content()) == ("new.host@example.cn", True)


def test_a_wrong_sign_in_and_a_forgotten_password_take_the_same_work_for_everybody(mailbox: MailSink, counted_hashes):
    member = user(Party.HOST, password=PASSWORD)

    for url, field, more in (
        (LOGIN, "login", {"password": "wrong-password"}),
        ("/accounts/password/reset/", "email", {}),
    ):
        works = [
            work_of(mailbox, lambda: Client().post(url, {field: email, **more}))  # noqa: B023 — called at once
            for email in (member.email, "nobody@example.cn")
        ]
        assert works[0] == works[1]


@pytest.mark.parametrize("password", ["short1", "12345678", "password", "new.host@example.cn"])
def test_weak_passwords_are_refused_in_words(password):
    response = Client().post(SIGN_UP, NEW | {"password1": password, "password2": password})

    assert response.status_code == 200
    assert 'class="field-error"' in response.content.decode()
    assert not User.objects.exists()
