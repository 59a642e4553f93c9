"""The pages of the texts of mails: preview, publishing, versions and going back."""

import pytest
from django.urls import reverse

from accounts.models import Party
from icp_portal.tests.builders import user
from ministry.mail import texts
from ministry.models import MailText

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]
PAGE = "/ministry/mails/texts/submit_provider/"


@pytest.fixture
def operator(client):
    client.force_login(user(Party.MINISTRY, name="运营员"))
    return client


def typed(operator, **changes: str) -> dict[str, str]:
    return {name: str(value) for name, value in operator.get(PAGE).context["form"].initial.items()} | changes


def test_an_operator_previews_and_publishes_a_text_and_goes_back_to_the_built_in_one(operator):
    said = typed(operator, subject_en="New filing {{ id }}")

    preview = operator.post(PAGE, said | {"preview": "1"})
    assert [(subject, body[:9]) for _language, subject, body in preview.context["preview"]][1] == (
        "New filing 10086",
        "Example T",
    )
    assert not MailText.objects.exists()

    assert operator.post(PAGE, said | {"publish": "1"}).status_code == 302
    text = MailText.objects.get()
    assert (text.number, text.subject_en, text.actor_name) == (1, "New filing {{ id }}", "运营员")
    shown = operator.get(f"{PAGE}1/").context["changes"][2]
    assert shown == (
        "Subject line in English",
        [("del", "Filing {{ id }} ({{ domain }}): to be verified"), ("ins", "New filing {{ id }}")],
    )

    assert operator.post(PAGE, {"built_in": "1", "seen": "1"}).status_code == 302
    assert texts.newest()["submit_provider"].is_built_in
    assert operator.get(f"{PAGE}?from=1").context["form"].initial["subject_en"] == "New filing {{ id }}"
    assert operator.get(f"{PAGE}2/").status_code == 200
    listed = operator.get(reverse("operators:mail_texts")).content.decode()
    assert "Filing 10086 (example.cn): to be verified" in listed


def test_what_is_wrong_stands_at_its_field_and_the_loser_of_a_race_keeps_what_was_typed(operator):
    said = typed(operator, subject_en="Mine {{ id }}")
    wrong = operator.post(PAGE, said | {"body_en": "{{ name }}", "publish": "1"})
    assert wrong.context["form"].errors == {"body_en": ["Required placeholders are missing: end."]}

    operator.post(PAGE, said | {"subject_en": "Theirs {{ id }}", "publish": "1"})
    late = operator.post(PAGE, said | {"publish": "1"})

    assert "Somebody has published another version meanwhile." in late.content.decode()
    assert (late.context["form"]["subject_en"].value(), late.context["form"]["seen"].value()) == ("Mine {{ id }}", "1")
    assert MailText.objects.get().subject_en == "Theirs {{ id }}"


@pytest.mark.parametrize("path", ["no_such_kind/", "submit_host/9/", "_end/"])
def test_a_kind_or_version_that_is_not_there_is_missing(operator, path):
    assert operator.get(f"/ministry/mails/texts/{path}").status_code == 404


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40])
def test_any_number_of_a_version_is_only_an_outdated_one(operator, seen):
    answer = operator.post(f"{PAGE}?from={seen}", {"built_in": "1", "seen": seen})

    assert answer.status_code == 200
    assert not MailText.objects.exists()
