"""The mail whose first paragraph is also a text message (SMS)."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Party
from filings.mail import gateways
from filings.models import PersonCheck
from filings.verification import one_time_codes
from icp_portal.tests.builders import Case, user
from ministry.mail import texts
from ministry.models import MailText
from ministry.tests.mail.drafts import drafted, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked_again")]
REFUSED = "The first paragraph is also the text message (SMS). Placeholders it must have: code, url."


def sent(monkeypatch: pytest.MonkeyPatch) -> gateways.Message:
    """Return the message of a code that a person is sent."""
    messages: list[gateways.Message] = []
    monkeypatch.setattr(gateways, "send", lambda _recipient, message: messages.append(message))
    Case().submit().ask_persons()
    one_time_codes.send(PersonCheck.objects.get().pk)
    return messages[0]


def worded(body: str) -> MailText:
    return drafted("code", subject_en="Filing {{ id }}", body_en=body)


def test_the_first_paragraph_of_a_published_text_is_the_text_message(monkeypatch: pytest.MonkeyPatch):
    body = "Code {{ code }}: {{ url }}\n\n\n{{ provider }} waits.\n\nAgain: {{ again_url }}"
    published(user(Party.MINISTRY), worded(body))

    message = sent(monkeypatch)

    filing = PersonCheck.objects.get().filing
    code, _colon, url = message.text.removeprefix("Code ").partition(": ")
    assert (code.isdecimal(), len(code), url.endswith("/codes/")) == (True, 6, True)
    assert message.subject == f"Filing {filing.pk}"
    assert message.more.startswith(f"{filing.provider.name} waits.\n\nAgain: http")


def test_a_text_of_one_paragraph_has_nothing_more(monkeypatch: pytest.MonkeyPatch):
    published(user(Party.MINISTRY), worded("{{ code }} {{ url }} {{ again_url }}"))

    assert sent(monkeypatch).more == ""


@pytest.mark.parametrize(
    "body", ["Hello\n\n{{ code }} {{ url }} {{ again_url }}", "\n \nHello\n \n{{ code }} {{ url }} {{ again_url }}"]
)
def test_a_text_whose_first_paragraph_lacks_the_code_is_refused(body: str):
    with pytest.raises(ValidationError) as refusal:
        texts.publish(worded(body), by=user(Party.MINISTRY), after=0)

    assert refusal.value.message_dict == {"body_en": [REFUSED]}


def test_a_text_without_the_code_is_refused():
    with pytest.raises(ValidationError) as refusal:
        texts.publish(worded("{{ url }} {{ again_url }}"), by=user(Party.MINISTRY), after=0)

    assert refusal.value.message_dict["body_en"][0] == "Required placeholders are missing: code."
