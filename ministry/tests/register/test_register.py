"""The register's rules are the database's: broken past the service, they still hold."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from icp_portal.tests.builders import Case
from ministry.models import Access, NumberSeries, Subject, SubjectCertificate, Website
from ministry.register import history, writer
from ministry.tests.register import register_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def website() -> Website:
    Case().submit().verify().approve()
    return Website.objects.select_related("subject").get()


def copy_of(row, **changes):
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def refused(row) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return True
    return False


def test_a_certificate_has_one_live_subject(website):
    certificate = SubjectCertificate.objects.get()
    assert refused(copy_of(certificate)) is True
    assert refused(copy_of(certificate, live=False)) is False


def test_a_domain_has_one_live_website(website):
    assert refused(copy_of(Website.objects.get(), sequence=2)) is True
    assert refused(copy_of(Website.objects.get(), sequence=2, live=False)) is False


def test_a_number_is_given_once(website):
    assert refused(copy_of(Subject.objects.get())) is True
    assert refused(copy_of(Website.objects.get(), domain="other.cn")) is True


def test_a_provider_has_one_access_to_a_website(website):
    assert refused(copy_of(Access.objects.get())) is True


def test_a_series_ends_at_six_digits():
    assert refused(NumberSeries(province="110000", year=2026, last=1_000_000)) is True


def test_the_number_carries_the_year_of_approval(website):
    assert website.subject.year == date.today().year  # noqa: DTZ011 — the suite runs in China's time zone


def test_the_row_of_the_series_is_locked_only_while_the_subject_itself_is_written():
    """Everything else is in the register by then: others in the province wait for one statement of the writer."""
    with CaptureQueriesContext(connection) as queries:
        register_rows.subject()
    written = [one["sql"].split('"')[1] if '"' in one["sql"] else one["sql"] for one in queries]

    assert "INSERT INTO ministry_numberseries" in written[-2]
    assert written[-1] == "ministry_subject"
    assert {"ministry_subjectcertificate", "ministry_registerversion", "ministry_subjectcontact"} <= set(written[:-2])


def test_the_columns_show_the_newest_certificate_in_force():
    subject = register_rows.subject(cert_number=register_rows.CREDIT_CODE)
    writer.enter_certificate(subject, register_rows.ORGANISATION, register_rows.ORGANISATION_CODE)
    shown = [history.columns_say(subject)["subject"]["cert_number"]]
    SubjectCertificate.objects.filter(cert_type=register_rows.ORGANISATION).update(live=False)
    shown.append(history.columns_say(subject)["subject"]["cert_number"])
    assert shown == [register_rows.ORGANISATION_CODE, register_rows.CREDIT_CODE]
