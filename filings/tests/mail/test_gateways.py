"""Pages and mails name the channel of the gateway and the address that a code goes to."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from filings.mail import gateways
from filings.mail.gateways import Channel, Gateway, Message, Recipient
from filings.models import PersonCheck
from filings.verification import one_time_codes
from icp_portal.tests.builders import Case, sign_in, user_of

pytestmark = pytest.mark.django_db


class TextMessageGateway(Gateway):
    """A gateway of another channel, as an installation may add; it keeps what it is given."""

    channel = Channel(
        sent="by text message",
        address="mobile number",
        received="a text message",
        message="text message",
        look="Check your phone",
    )

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []

    def send(self, recipient: Recipient, message: Message) -> None:
        self.taken.append((recipient.mobile, message.text))

    def sent_to(self, recipient: Recipient) -> str:
        return f"mobile ending in {recipient.mobile[-4:]}"


by_text_message = TextMessageGateway()


@pytest.fixture
def text_messages(settings) -> TextMessageGateway:
    """The gateway of text messages, named by the setting."""
    settings.CODE_GATEWAY = f"{__name__}.by_text_message"
    by_text_message.taken.clear()
    return by_text_message


def page(url: str, client: Client | None = None) -> str:
    client = client or Client()
    client.cookies["django_language"] = "en"
    return client.get(url).content.decode()


def status_page(case: Case) -> str:
    return page(reverse("filings:status", args=[case.filing.pk]), sign_in(Client(), user_of(case.host)))


def test_another_gateway_sends_the_code(text_messages: TextMessageGateway):
    Case().submit().ask_persons()
    check = PersonCheck.objects.get()
    one_time_codes.send(check.pk)
    ((mobile, text),) = text_messages.taken
    assert mobile == check.mobile
    assert "\n" not in text
    assert mail.outbox == []


@pytest.mark.usefixtures("text_messages")
def test_the_page_of_the_filing_names_another_channel_and_its_address():
    case = Case().submit().ask_persons()
    check = PersonCheck.objects.get()
    shown = status_page(case)
    assert "Each responsible person enters the code from the text message." in shown
    assert f"mobile ending in {check.mobile[-4:]}" in shown
    assert check.email.partition("@")[2] not in shown


@pytest.mark.usefixtures("text_messages")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("codes", "The code was sent by text message and is valid"),
        ("codes_again", "A new code is sent to the mobile number in the filing;"),
        ("codes_sent", "Check your phone"),
    ],
)
def test_the_pages_of_codes_name_another_channel(name: str, words: str):
    assert words in page(reverse(name))


@pytest.mark.usefixtures("text_messages")
def test_the_mail_to_the_host_names_another_channel():
    Case().submit().ask_persons()
    assert any("a text message" in sent.message for sent in Email.objects.all())


def test_the_built_in_gateway_masks_the_addresses():
    recipient = Recipient("张三", "13800001234", ("zhang@example.cn", "san@example.cn"))
    assert gateways.by_email.sent_to(recipient) == "z***@example.cn、s***@example.cn"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("codes", "The code was sent by e-mail and is valid for 24 hours."),
        ("codes_again", "A new code is sent to the e-mail address in the filing;"),
        ("codes_sent", "Check your mailbox"),
    ],
)
def test_the_pages_of_codes_name_the_e_mail(name: str, words: str):
    assert words in page(reverse(name))
