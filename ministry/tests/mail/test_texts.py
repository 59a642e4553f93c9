"""The texts of mails that operators publish: what is taken from them, what is refused, what happens when one breaks."""

import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import translation
from post_office.models import Email

from accounts.adapter import EVENTS
from accounts.models import Party, User
from filings.states import Status
from icp_portal.tests.builders import case_at, user
from ministry.mail import account_letters, built_in, texts
from ministry.models import MailText
from ministry.passwords import passwords

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
KIND = "submit_provider"
STRAY = "Two braces may only surround the name of a placeholder."


@pytest.fixture(autouse=True)
def asked_again() -> Iterator[None]:
    """Ask what was published in each test, and leave nothing of it to the next one."""
    texts.PUBLISHED.forget()
    yield
    texts.PUBLISHED.forget()


@pytest.fixture
def operator() -> User:
    return user(Party.MINISTRY, name="运维")


def drafted(kind: str = KIND, **changes: object) -> MailText:
    """Return the built-in text of a kind with changes; not published."""
    said = {}
    for language, subject, body in texts.COLUMNS:
        with translation.override(language):
            known = built_in.read(kind)
        said |= {subject: known.subject, body: known.body}
    return MailText(kind=kind, **(said | changes))


def published(by: User, text: MailText, after: int = 0) -> MailText:
    made = texts.publish(text, by=by, after=after)
    texts.PUBLISHED.forget()
    return made


def mails() -> list[tuple[str, str]]:
    return list(Email.objects.order_by("pk").values_list("subject", "message"))


def alike(subject: str, body: str) -> tuple[str, str]:
    """Return a mail without what differs between two filings, and without gaps of several lines."""
    differing = re.compile(r"demo-[\w.-]+[a-z]|[\u3000-\u9fff\d]+")
    return differing.sub("#", subject), re.sub(r"\n{2,}", "\n\n", differing.sub("#", body))


def test_the_draft_of_every_kind_can_be_published_as_it_is():
    assert [kind for kind in built_in.kinds() if texts.faults(drafted(kind))] == []


def test_each_change_of_an_account_that_is_told_has_its_sentence():
    events = {event.rpartition("/")[2] for event in EVENTS}

    assert set(account_letters.CHANGES) == events | {"api_key_made", "api_key_ended"}


def test_mails_with_the_drafts_say_what_the_built_in_ones_say(operator):
    case_at(Status.FILED)
    before = mails()
    Email.objects.all().delete()
    for kind in ("submit_host", "submit_provider", "verify_host", "approve_host", "approve_provider"):
        published(operator, drafted(kind))

    case_at(Status.FILED)

    assert [alike(*mail) for mail in mails()] == [alike(*mail) for mail in before]


def test_a_mail_written_after_publishing_has_the_new_text_and_one_in_the_queue_keeps_its_own(operator):
    case_at(Status.WITH_PROVIDER)
    kept = mails()
    body = "Please look.\n\n\n\n{{name}}: {{ round }}\n{{ end }}"
    published(operator, drafted(subject_en="New: {{ id }}", body_en=body))

    second = case_at(Status.WITH_PROVIDER).filing

    assert mails()[: len(kept)] == kept
    (subject, message), *_others = Email.objects.filter(subject__startswith="New").values_list("subject", "message")
    assert subject == f"New: {second.pk}"
    assert message.startswith(f"Please look.\n\n{second.subject_name}: 1\n")


def test_a_sentence_of_ones_own_replaces_a_conditions(operator):
    body = "{{ provider }} has it. Call {{ phone }}.\n{{ end }}"
    published(operator, drafted("submit_host", body_en=body))

    filing = case_at(Status.WITH_PROVIDER).filing

    mail = Email.objects.get(subject__contains="submitted to the provider")
    assert mail.message.splitlines()[0] == f"{filing.provider.name} has it. Call {filing.provider.contact_phone}."


def test_the_filing_passwords_mail_has_the_published_text(operator, mailbox):
    body = "{{ password }} {{ recover_password_url }} {{ number }}"
    published(operator, drafted("filing_password", subject="密码 {{ number }}", body=body))
    subject = case_at(Status.FILED).filing.subject

    with translation.override("zh-hans"):
        passwords.send(subject.pk)

    assert [mail["subject"] for mail in mailbox.messages()] == [f"密码 {subject.number}"]


@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"body_en": "{{ name }}"}, "body_en", "Required placeholders are missing: end."),
        ({"subject": ""}, "subject", "Enter a text."),
        ({"subject": "{{ secret }}"}, "subject", "Unknown placeholders: secret. Choose from the list."),
        ({"subject": "{{ id }} {{ filing.facts }}"}, "subject", STRAY),
        ({"subject": "{{ id }} {% load x %}"}, "subject", STRAY),
    ],
)
def test_a_text_with_a_fault_is_not_published(operator, changes, column, said):
    with pytest.raises(ValidationError) as refusal:
        texts.publish(drafted(**changes), by=operator, after=0)

    assert refusal.value.message_dict[column] == [said]
    assert not MailText.objects.exists()


def test_a_value_that_looks_like_a_placeholder_is_not_filled_in():
    assert built_in.filled("{{ name }}", {"name": "{{ password }}", "password": "x"}) == "{{ password }}"


def test_the_second_of_two_operators_is_told(operator):
    published(operator, drafted())

    with pytest.raises(ValidationError) as refusal:
        texts.publish(drafted(subject="{{ id }}"), by=operator, after=0)

    assert "Somebody has published another version meanwhile." in refusal.value.messages[0]
    assert MailText.objects.count() == 1


def test_a_text_that_no_longer_fits_stops_no_mail(operator):
    """As after a release that has renamed a placeholder."""
    said = {"number": 1, "subject": "x", "body": "{{ gone }}", "subject_en": "x", "body_en": "x", "user": operator}
    for kind in (KIND, "no_more"):
        MailText.objects.create(kind=kind, **said)

    filing = case_at(Status.WITH_PROVIDER).filing

    assert f"Filing {filing.pk} (" in Email.objects.latest("pk").subject
    assert texts.unusable() == ["no_more", KIND]


def test_every_placeholder_has_an_example():
    values = {kind: built_in.read(kind).values for kind in built_in.kinds()}
    assert [
        (kind, name) for kind, found in values.items() for name, value in found.items() if re.search(r"\[\w+\]", value)
    ] == []


def test_texts_of_the_morning_mails_that_were_published_under_their_former_names_go_on(operator):
    former = drafted("morning_mail_reviewer", number=3, user=operator, actor_name=operator.name)
    former.kind = "digest_reviewer"
    for column in ("body", "body_en"):
        setattr(former, column, getattr(former, column).replace("morning_mail_counts", "digest_counts"))
    former.save()

    import_module("ministry.migrations.0007_morning_mails").copy(apps, None)

    copied = texts.newest()["morning_mail_reviewer"]
    assert (copied.number, copied.actor_name) == (3, "运维")
    assert "{{ morning_mail_counts }}" in copied.body
    assert texts.unusable() == []
