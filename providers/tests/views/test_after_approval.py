"""What the provider sees and may ask for when the bureau has approved a filing."""

import re

import pytest
from django.test import Client
from post_office.models import Email

from filings.states import Status
from icp_portal.tests.builders import Case, case_at, client_of, provider, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def test_number_and_record_stand_on_the_providers_page_and_in_its_queue():
    case = case_at(Status.FILED, websites=2)
    client = client_of(case.staff)

    page = client.get(f"/provider/filings/{case.filing.pk}/").content.decode()

    for website in case.filing.subject.websites.all():
        assert str(website.number) in page
    assert case.filing.subject.responsible_email not in re.search(r"<form.*?password.*?</form>", page, re.DOTALL)[0]
    assert str(case.filing.subject.number) in client.get("/provider/?tab=done").content.decode()


def ask(case: Case, client: Client) -> str:
    return client.post(f"/provider/filings/{case.filing.pk}/password/", follow=True).content.decode()


def no_password_owed(case: Case) -> None:
    """Set the state after the password due at approval has been sent."""
    subject = case.filing.subject
    subject.password_wanted_at = None
    subject.save(update_fields=["password_wanted_at"])


def test_a_new_filing_password_goes_to_the_address_on_record_and_the_host_is_told():
    case = case_at(Status.FILED)
    no_password_owed(case)
    Email.objects.all().delete()

    page = ask(case, client_of(case.staff))

    case.filing.subject.refresh_from_db()
    assert case.filing.subject.password_wanted_at is not None
    assert "is being sent to the host" in page
    assert [event.name for event in case.filing.events.all()][-1] == "password"
    mail = Email.objects.get()
    assert mail.to == [case.filing.host.email]
    assert str(case.filing.subject.number) in mail.subject
    host = client_of(case.host).get(f"/filings/{case.filing.pk}/").content.decode()
    assert "New filing password sent" in host


def test_a_password_is_asked_for_once_a_day_whoever_asks():
    case = case_at(Status.FILED)
    client = client_of(case.staff)
    assert "already being sent to the host" in ask(case, client)  # the one of the approval
    no_password_owed(case)
    ask(case, client)
    no_password_owed(case)

    page = ask(case, client_of(staff(case.provider)))

    case.filing.subject.refresh_from_db()
    assert "within the last 24 hours" in page
    assert case.filing.subject.password_wanted_at is None
    assert case.filing.events.filter(name="password").count() == 1


@pytest.mark.parametrize(
    "status", [status for status in Status if status not in (Status.FILED, Status.DRAFT, Status.LAPSED)]
)
def test_there_is_no_password_to_ask_for_before_the_approval(status):
    case = case_at(status)

    page = ask(case, client_of(case.staff))

    assert "until the filing has been approved" in page
    assert not case.filing.events.filter(name="password").exists()


def test_another_provider_or_one_that_has_lost_the_host_gets_nothing():
    case = case_at(Status.FILED)
    no_password_owed(case)
    url = f"/provider/filings/{case.filing.pk}/password/"

    assert client_of(staff(provider())).post(url).status_code == 404
    assert client_of(case.reviewer).post(url).status_code == 404
    assert client_of(case.host).post(url).status_code == 404
    website = case.filing.subject.websites.get()
    website.accesses.update(live=False)
    assert "no longer serve this host" in ask(case, client_of(case.staff))
    case.filing.subject.refresh_from_db()
    assert case.filing.subject.password_wanted_at is None
