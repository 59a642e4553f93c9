"""The answer by e-mail to an account that has shown a certificate at a face-to-face check: on record, or not."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from post_office.models import Email

from accounts.models import User
from filings import services
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, case_at, number
from ministry.models import CertificateQuestion, SubjectContact
from ministry.public import certificate_questions
from ministry.register import ends
from ministry.tests.register import register_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

YES, NO = "ICP filing: your certificate is on record", "ICP filing: your certificate is not on record"
NOT_TOLD = "ICP filing: no record with this certificate and this e-mail address"


def certificate_of(filing: Filing) -> tuple[int, str]:
    return int(filing.get("subject.cert_type")), str(filing.get("subject.cert_number"))


def account_of(case: Case) -> str:
    return User.objects.get(pk=case.host.person_id).email


def answered(email: str, cert_type: int, cert_number: str) -> Email:
    """Ask on the page, let the worker answer, and return the mail."""
    typed = {"cert_type": cert_type, "cert_number": cert_number, "email": email}
    assert Client().post("/query/certificate/", typed).status_code == 302
    certificate_questions.answer(CertificateQuestion.objects.latest("pk").pk)
    return Email.objects.latest("pk")


def test_no_until_it_is_on_record_then_yes_then_no_again():
    case = case_at(Status.WITH_BUREAU)
    asked = account_of(case), *certificate_of(case.filing)
    mail = answered(*asked)
    assert (mail.to, mail.subject) == ([account_of(case)], NO)

    case.approve()
    SubjectContact.objects.filter(subject=case.filing.subject_id).delete()  # the record has other addresses
    mail = answered(*asked)
    assert (mail.subject, str(case.filing.subject.number) in mail.message) == (YES, True)

    ends.cancel_subject(case.filing.subject_id, case.filing.subject.approved_on)
    assert answered(*asked).subject == NO


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITH_PROVIDER, Status.RETURNED_TO_HOST])
def test_a_certificate_that_was_only_typed_proves_nothing(status):
    case = case_at(status)
    on_record = register_rows.subject(*certificate_of(case.filing)) if status == Status.DRAFT else None

    mail = answered(account_of(case), *certificate_of(case.filing))

    assert mail.subject == NOT_TOLD
    assert on_record is None or str(on_record.number) not in mail.message


def test_a_certificate_typed_after_the_check_of_another_one_proves_nothing():
    """A certificate that the host enters after a return has not been shown."""
    case = case_at(Status.RETURNED_TO_PROVIDER).send_back()
    other = invent.credit_code(number())
    register_rows.subject(certificate_of(case.filing)[0], other)
    services.unlock(case.filing.pk, case.host, version=None)
    services.save_facts(case.filing.pk, case.host, {"subject.cert_number": other}, version=None)
    assert certificate_of(case.refresh().filing)[1] == other

    assert answered(account_of(case), *certificate_of(case.filing)).subject == NOT_TOLD


def test_an_address_that_was_not_confirmed_and_that_of_another_account_prove_nothing():
    case, other = case_at(Status.WITH_BUREAU), case_at(Status.WITH_BUREAU)
    certificate = certificate_of(case.filing)
    assert answered(account_of(other), *certificate).subject == NOT_TOLD

    EmailAddress.objects.filter(email=account_of(case)).update(verified=False)
    assert answered(account_of(case), *certificate).subject == NOT_TOLD


def test_for_others_the_answer_is_the_same_to_the_byte_whether_it_is_on_record_or_not():
    """Also for an account that has shown a certificate of its own."""
    asker = account_of(case_at(Status.WITH_BUREAU))
    known, unknown = invent.credit_code(number()), invent.credit_code(number())
    register_rows.subject(register_rows.LICENCE, known)
    mails = [answered(asker, register_rows.LICENCE, one) for one in (known, unknown)]

    assert mails[0].subject == mails[1].subject == NOT_TOLD
    first, second = ([mail.to, mail.message, mail.html_message, mail.headers] for mail in mails)
    assert first == second
