"""Signing up, signing in, the second factor; and what production refuses to start with."""

import os
import re
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Party, User
from icp_portal.tests.builders import PASSWORD, provider, staff_user, user
from ops.bootstrap import ROOT
from ops.mailsink import MailSink

pytestmark = pytest.mark.django_db

LOGIN, SIGN_UP, CONFIRM = "/accounts/login/", "/accounts/signup/", "/accounts/confirm-email/"
NEW = {"email": "New.Host@Example.cn", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def _nobody_throttled_yet():
    cache.clear()


def code_in(mailbox: MailSink) -> str:
    """The code of the newest mail: a line of its own."""
    body = mailbox.messages()[-1].get_content()
    return next(line.strip() for line in body.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,12}", line.strip()))


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def sign_in(client: Client, member: User, password: str = PASSWORD):
    return client.post(LOGIN, {"login": member.email, "password": password})


# --- Signing up -----------------------------------------------------------------------------------------


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
    settings.PASSWORD_HASHERS = ["accounts.tests.test_sign_in.CountedHasher"]


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


# --- Signing in -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["host@example.cn", "HOST@Example.CN", " host@example.cn "])
def test_signing_in_with_the_address_in_any_spelling(typed):
    user(Party.HOST, email="host@example.cn", password=PASSWORD)
    client = Client()

    response = client.post(LOGIN, {"login": typed, "password": PASSWORD})

    assert (response.status_code, response["Location"], signed_in(client)) == (302, reverse("desk"), True)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike():
    member = user(Party.HOST, email="host@example.cn", password=PASSWORD)
    answers = []
    for email in (member.email, "nobody@example.cn"):
        client = Client()
        response = client.post(LOGIN, {"login": email, "password": "wrong-password"})
        assert response.status_code == 200
        assert not signed_in(client)
        answers.append(re.sub(r'value="[^"]+"', "", response.content.decode()))
    assert 'role="alert"' in answers[0] or 'class="field-error"' in answers[0]
    assert answers[0] == answers[1]


def test_after_repeated_failures_even_the_right_password_has_to_wait():
    member = user(Party.HOST, password=PASSWORD)
    for _n in range(5):
        sign_in(Client(), member, "wrong-password")
    client = Client()

    response = sign_in(client, member)

    assert response.status_code in (200, 429)
    assert not signed_in(client)
    cache.clear()  # the time is over
    sign_in(client, member)
    assert signed_in(client)


def test_one_persons_failures_do_not_shut_out_another():
    member, other = user(Party.HOST, password=PASSWORD), user(Party.HOST, password=PASSWORD)
    for _n in range(5):
        sign_in(Client(), member, "wrong-password")
    client = Client()

    sign_in(client, other)

    assert signed_in(client)


@pytest.fixture
def quick_hashes(settings):
    """Tests that try many passwords; how a password is hashed is none of their matter."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def at(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def test_five_wrong_tries_of_a_stranger_do_not_keep_the_owner_out():
    member = user(Party.HOST, password=PASSWORD)
    stranger, owner = at("203.0.113.7"), at("198.51.100.1")
    for _n in range(5):
        sign_in(stranger, member, "wrong-password")

    sign_in(stranger, member)
    sign_in(owner, member)

    assert (signed_in(stranger), signed_in(owner)) == (False, True)


def test_another_name_of_the_portal_gives_no_further_tries():
    member = user(Party.HOST, password=PASSWORD)
    for host in ("localhost", "127.0.0.1", "testserver", "LOCALHOST:80", "localhost"):
        typed = {"login": member.email, "password": "wrong-password"}
        assert Client().post(LOGIN, typed, headers={"host": host}).status_code == 200
    client = Client()

    client.post(LOGIN, {"login": member.email, "password": PASSWORD}, headers={"host": "127.0.0.1:80"})

    assert not signed_in(client)


def test_guessing_from_many_addresses_is_slow_and_leaves_the_owners_browser_open(quick_hashes):
    member = user(Party.HOST, password=PASSWORD)
    owner, browser_of_another = at("198.51.100.1"), at("198.51.100.2")
    sign_in(owner, member)
    owner.post("/accounts/logout/")
    sign_in(browser_of_another, user(Party.HOST, password=PASSWORD))
    browser_of_another.post("/accounts/logout/")
    for number in range(50):
        sign_in(at(f"203.0.113.{number}"), member, "wrong-password")
    newcomer = at("192.0.2.1")

    for client in (newcomer, browser_of_another, owner):
        sign_in(client, member)

    assert [signed_in(client) for client in (newcomer, browser_of_another, owner)] == [False, False, True]


def test_in_a_browser_the_account_knows_tries_are_few_from_wherever_they_come(quick_hashes):
    member = user(Party.HOST, password=PASSWORD)
    client = Client()
    sign_in(client, member)
    client.post("/accounts/logout/")
    for number in range(5):
        client.defaults["REMOTE_ADDR"] = f"203.0.113.{number}"
        sign_in(client, member, "wrong-password")

    sign_in(client, member)

    assert not signed_in(client)


def test_a_forged_mark_of_a_known_browser_counts_as_none(quick_hashes):
    member, other = user(Party.HOST, password=PASSWORD), user(Party.HOST, password=PASSWORD)
    client = Client()
    sign_in(client, other)
    client.post("/accounts/logout/")
    for number in range(50):
        sign_in(at(f"203.0.113.{number}"), member, "wrong-password")

    for value in (client.cookies["known_browser"].value, "x", f"{member.email}:x", ""):
        client.cookies["known_browser"] = value
        sign_in(client, member)
        assert not signed_in(client)


def test_one_address_tries_few_passwords_whatever_the_accounts(quick_hashes):
    member, stranger, elsewhere = user(Party.HOST, password=PASSWORD), at("203.0.113.7"), at("203.0.113.8")
    for _n in range(20):
        sign_in(stranger, user(Party.HOST), "wrong-password")

    sign_in(stranger, member)
    sign_in(elsewhere, member)

    assert (signed_in(stranger), signed_in(elsewhere)) == (False, True)


def test_a_new_password_ends_the_wait(mailbox: MailSink, quick_hashes):
    member = user(Party.HOST, password=PASSWORD)
    for number in range(50):
        sign_in(at(f"203.0.113.{number}"), member, "wrong-password")
    client = at("198.51.100.1")
    client.post("/accounts/password/reset/", {"email": member.email})
    set_password_by_link(client, reset_link(mailbox), "another-good-password-7")

    sign_in(client, member, "another-good-password-7")

    assert signed_in(client)


def test_somebody_who_was_dismissed_does_not_sign_in():
    member = user(Party.HOST, password=PASSWORD)
    User.objects.filter(pk=member.pk).update(is_active=False)
    client = Client()

    sign_in(client, member)

    assert not signed_in(client)


def test_signing_out_asks_for_a_click_and_ends_the_session():
    client = Client()
    sign_in(client, user(Party.HOST, password=PASSWORD))

    client.get("/accounts/logout/")
    assert signed_in(client)
    client.post("/accounts/logout/")
    assert not signed_in(client)


def test_a_new_session_number_is_given_at_sign_in():
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = before = session.session_key

    sign_in(client, user(Party.HOST, password=PASSWORD))

    assert client.cookies["sessionid"].value != before
    assert client.cookies["sessionid"]["httponly"]


# --- Forgotten passwords --------------------------------------------------------------------------------


def reset_link(mailbox: MailSink) -> str:
    body = mailbox.messages()[-1].get_content()
    return re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", body)[1]


def set_password_by_link(client: Client, link: str, password: str):
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0] if form.redirect_chain else link
    return client.post(address, {"password1": password, "password2": password})


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(mailbox: MailSink):
    member = user(Party.HOST, password=PASSWORD)
    client = Client()
    client.post("/accounts/password/reset/", {"email": member.email})
    link = reset_link(mailbox)

    set_password_by_link(client, link, "another-good-password-7")

    fresh = Client()
    sign_in(fresh, member, "another-good-password-7")
    assert signed_in(fresh)
    set_password_by_link(Client(), link, "a-third-password-9")
    assert User.objects.get(pk=member.pk).check_password("another-good-password-7")


def test_asking_for_a_link_tells_nothing_about_who_has_an_account(mailbox: MailSink):
    member = user(Party.HOST)

    answers = [
        Client().post("/accounts/password/reset/", {"email": email}) for email in (member.email, "no@example.cn")
    ]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("account_reset_password_done"))
    }


def test_staff_entered_by_an_operator_set_their_first_password_by_mail(mailbox: MailSink, settings):
    settings.RELAX_SECOND_FACTOR = True
    operator = Client()
    operator.force_login(user(Party.MINISTRY))
    operator.post(
        reverse("ministry_desk:accounts_user_add"),
        {"email": "New.Staff@Example.cn", "name": "新核验员", "party": "provider", "is_active": "on"},
    )
    member = User.objects.get(email="new.staff@example.cn")
    client = Client()
    sign_in(client, member, "")
    assert not signed_in(client)

    client.post("/accounts/password/reset/", {"email": member.email})
    set_password_by_link(client, reset_link(mailbox), "another-good-password-7")
    response = sign_in(client, member, "another-good-password-7")
    if response.get("Location") == CONFIRM:
        client.post(CONFIRM, {"code": code_in(mailbox)})

    assert signed_in(client)


# --- The second factor ----------------------------------------------------------------------------------


def totp_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def set_up_totp(client: Client) -> str:
    """Set up the second step as the pages lead: the password once more, then a code; answer the secret."""
    page = client.get(reverse("mfa_activate_totp"))
    page = client.post(page["Location"], {"password": PASSWORD}, follow=True)
    secret = re.search(r'value="([A-Z2-7]{16,})"', page.content.decode())[1]
    client.post(reverse("mfa_activate_totp"), {"code": totp_now(secret)})
    return secret


def test_a_member_of_staff_sets_up_the_second_step_and_needs_it_from_then_on(mailbox: MailSink):
    member = staff_user(provider())
    member.set_password(PASSWORD)
    member.save()
    client = Client()
    sign_in(client, member)
    assert client.get(reverse("provider_desk:index"))["Location"] == reverse("mfa_index")

    secret = set_up_totp(client)

    assert Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).count() == 1
    # That the desk opens at once, without the code again, is played in the browser: allauth tells it on commit.

    cache.clear()  # a code is taken once; a test does not wait half a minute for the next one
    again = Client()
    assert sign_in(again, member)["Location"].startswith(reverse("mfa_authenticate"))
    assert not signed_in(again)
    assert again.get(reverse("provider_desk:index"))["Location"].startswith(LOGIN)
    wrong = again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert not signed_in(again)
    again.post(reverse("mfa_authenticate"), {"code": totp_now(secret)})
    assert signed_in(again)
    assert again.get(reverse("provider_desk:index")).status_code == 200


def test_a_recovery_code_opens_once(settings):
    member = staff_user(provider())
    member.set_password(PASSWORD)
    member.save()
    client = Client()
    sign_in(client, member)
    set_up_totp(client)
    codes = Authenticator.objects.get(user=member, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()

    entered = []
    for _n in range(2):
        again = Client()
        sign_in(again, member)
        again.post(reverse("mfa_authenticate"), {"code": codes[0]})
        entered.append(signed_in(again))

    assert entered == [True, False]


# --- What production refuses ------------------------------------------------------------------------------

SECRETS = {
    "SECRET_KEY": "k" * 60,
    "FIELD_KEYS": urlsafe_b64encode(b"a-key-of-32-bytes-for-this-test!").decode(),
    "DIGEST_KEY": "d" * 60,
    "AUDIT_KEY": "a" * 60,
    "SITE_URL": "https://icp.example.cn",
    "DATABASE_URL": "postgres://icp@db.example.cn/portal",
    "REDIS_URL": "redis://:secret-of-the-cache@cache.example.cn/1",
    "CELERY_BROKER_URL": "redis://:secret-of-the-cache@cache.example.cn/0",
    "EMAIL_URL": "smtp://mail.example.cn:25",
    "EVIDENCE_ROOT": "/srv/evidence",
    "DEFAULT_FROM_EMAIL": "ICP <noreply@icp.example.cn>",
}

REFUSED = [
    *({name: None} for name in ("SECRET_KEY", "FIELD_KEYS", "DIGEST_KEY", "AUDIT_KEY")),
    *({name: ""} for name in ("SECRET_KEY", "FIELD_KEYS", "DIGEST_KEY", "AUDIT_KEY")),
    *({name: f"insecure-{name.lower()}"} for name in ("SECRET_KEY", "FIELD_KEYS", "DIGEST_KEY", "AUDIT_KEY")),
    {"FIELD_KEYS": "not a key"},
    {"FIELD_KEYS": "," + SECRETS["FIELD_KEYS"]},
    {"FIELD_KEYS": SECRETS["FIELD_KEYS"] + ","},
    {"FIELD_KEYS": SECRETS["FIELD_KEYS"] + ",insecure-field_keys"},
    *(
        {"SITE_URL": url}
        for url in (
            "http://icp.example.cn",
            "//icp.example.cn",
            "https://",
            "https://*",
            "https://icp.example.cn/portal",
            "https://user@icp.example.cn",
            "https://icp.example.cn:port",
            "https://icp.example.cn?a",
        )
    ),
    *(
        {name: url}
        for name in ("REDIS_URL", "CELERY_BROKER_URL")
        for url in ("redis://cache.example.cn/1", "redis://127.0.0.1/1", "redis://:@cache.example.cn", "rediss://a@b")
    ),
    {"CELERY_BROKER_URL": "redis://:secret@a.example.cn;redis://b.example.cn"},
    {"DEMO": "true"},
    {"RELAX_SECOND_FACTOR": "true"},
    {"DEMO": "1", "RELAX_SECOND_FACTOR": "on"},
]


def starts(changes: dict[str, str | None], env: str | None = "production") -> str:
    """What a process says that reads the settings with this environment."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = {name: value for name, value in {**SECRETS, "PORTAL_ENV": env, **changes}.items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", "import icp_portal.settings as s; print(s.DEBUG, s.SESSION_COOKIE_SECURE)"],
        cwd=ROOT,
        env={**bare, **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return (done.stdout + done.stderr).strip().splitlines()[-1]


@pytest.mark.parametrize("env", ["production", None, "", "Local", "staging"])
def test_production_is_what_is_not_said_to_be_local_and_starts_with_its_own_secrets(env):
    assert starts({}, env) == "False True"


@pytest.mark.parametrize("url", ["unix:///run/valkey.sock?db=1", "rediss://user:secret@cache.example.cn/1"])
def test_production_starts_with_a_cache_on_a_socket_or_with_a_password(url):
    assert starts({"REDIS_URL": url, "CELERY_BROKER_URL": url}) == "False True"


@pytest.mark.parametrize(
    "changes", REFUSED, ids=lambda changes: "-".join(f"{k}={str(v)[:12]}" for k, v in changes.items())
)
def test_production_does_not_start(changes):
    last = starts(changes)

    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert next(iter(changes)) in last
    assert SECRETS["FIELD_KEYS"] not in last
