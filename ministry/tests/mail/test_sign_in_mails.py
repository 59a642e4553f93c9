"""The mails of the sign-in library have the text that operators publish, like all others."""

import pytest
from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Party, User
from accounts.tests.signing_in import SIGN_UP, code_in
from icp_portal.tests.builders import PASSWORD, user
from ministry.mail import texts
from ministry.models import MailText
from ministry.tests.mail.drafts import drafted, published
from ops.mailsink import MailSink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked_again")]
RESET = "/accounts/password/reset/"
NOTICE = "{{ notice }}"
HOLDER = "new.host@example.cn"


@pytest.fixture
def operator() -> User:
    return user(Party.MINISTRY, name="运维")


def worded(kind: str, body: str) -> MailText:
    """Return a text in other words, the same in both languages."""
    subject = f"New {kind}"
    return drafted(kind, subject=subject, body=body, subject_en=subject, body_en=body)


def sign_up() -> None:
    Client().post(SIGN_UP, {"email": HOLDER, "password1": PASSWORD, "password2": PASSWORD})


def ask_for_a_password() -> None:
    Client().post(RESET, {"email": HOLDER})


@pytest.mark.parametrize(
    ("kind", "words", "has_account", "ask", "shown"),
    [
        ("email_confirmation", "{{ code }}", False, sign_up, "-"),
        ("account_already_exists", "{{ email }} {{ password_reset_url }}", True, sign_up, f"{HOLDER} http"),
        ("password_reset_key", "{{ password_reset_url }}", True, ask_for_a_password, "/accounts/password/reset/key/"),
        ("unknown_account", "{{ email }} {{ signup_url }}", False, ask_for_a_password, f"{HOLDER} http"),
    ],
)
def test_a_mail_about_signing_in_has_the_published_text(
    operator: User, mailbox: MailSink, kind: str, words: str, has_account: bool, ask, shown: str
):
    if has_account:
        user(Party.HOST, email=HOLDER, password=PASSWORD)
    published(operator, worded(kind, f"{words}\n{NOTICE}"))

    ask()

    (mail,) = mailbox.messages()
    assert (mail["subject"], mail["to"]) == (f"New {kind}", HOLDER)
    first = mail.get_content().splitlines()[0]
    assert shown in first
    assert "{{" not in first


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        ("email_confirmation", "code"),
        ("account_already_exists", "password_reset_url"),
        ("password_reset_key", "password_reset_url"),
        ("unknown_account", "signup_url"),
    ],
)
def test_a_text_without_the_code_or_the_link_is_refused(operator: User, kind: str, needed: str):
    with pytest.raises(ValidationError) as refusal:
        texts.publish(drafted(kind, body_en=f"Hello. {NOTICE}"), by=operator, after=0)

    assert refusal.value.message_dict == {"body_en": [f"Required placeholders are missing: {needed}."]}


def test_the_code_of_a_published_text_signs_up(operator: User, mailbox: MailSink):
    published(operator, worded("email_confirmation", f"Your code:\n{{{{ code }}}}\n{NOTICE}"))
    client = Client()
    client.post(SIGN_UP, {"email": HOLDER, "password1": PASSWORD, "password2": PASSWORD})

    client.post("/accounts/confirm-email/", {"code": code_in(mailbox)})

    assert User.objects.get(email=HOLDER).emailaddress_set.get().verified


def test_a_mail_without_a_kind_is_the_librarys_own():
    """As after an upgrade that brings new ones."""
    context = {"code": "AB12", "current_site": {"name": "portal", "domain": "portal"}}

    mail = get_adapter().render_mail("account/email/login_code", HOLDER, context)

    assert "AB12" in mail.body
