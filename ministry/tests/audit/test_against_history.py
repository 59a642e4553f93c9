"""The comparison of the register's rows with their newest versions."""

import pytest

from icp_portal.tests.builders import Case
from ministry.audit.against_history import differing
from ministry.models import Subject, SubjectCertificate
from ministry.register import history

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject() -> Subject:
    """A subject with a newer certificate than the one that its version names."""
    subject = Case().submit().verify().approve().filing.subject
    SubjectCertificate.objects.create(
        subject=subject, cert_type=subject.certificates.get().cert_type, number="91110105MA01NEWER1", digest="1" * 64
    )
    return subject


def test_a_version_may_name_any_certificate_of_its_subject(subject: Subject) -> None:
    assert differing(subject, history.newest(subject)) == []


@pytest.mark.parametrize(("name", "value"), [("cert_type", 99), ("cert_number", "91110105MA01OTHER1")])
def test_a_version_that_names_no_certificate_of_its_subject_differs(subject: Subject, name: str, value: object) -> None:
    version = history.newest(subject)
    version.facts["subject"][name] = value

    assert f"subject.{name}" in differing(subject, version)
