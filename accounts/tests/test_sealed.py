"""Personal data at rest: unreadable in the database, readable with any of the keys, never searched."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection
from django.db.models import F, Q

from accounts.models import Party
from accounts.sealed import digest, seal, unseal
from filings import services
from filings.models import Event, Filing, Snapshot
from icp_portal.tests.builders import Case, blacklisted_subject, user
from ministry.models import BlacklistedSubject, Subject, SubjectCertificate, Website

pytestmark = pytest.mark.django_db

# model, sealed fields
SEALED = [
    (Filing, {"facts"}),
    (Snapshot, {"facts"}),
    (Event, {"note"}),
    (Subject, {"address", "responsible_name", "responsible_mobile", "responsible_email"}),
    (SubjectCertificate, {"number"}),
    (Website, {"responsible_name", "responsible_mobile", "responsible_email"}),
    (BlacklistedSubject, {"number"}),
]


def raw(model: type, field: str) -> list[str]:
    """The column as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{field}" FROM "{model._meta.db_table}"')
        return [row[0] for row in cursor.fetchall()]


def every_row() -> str:
    """All rows of all tables as text."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row::text FROM "{table}" row')
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


def personal(filing: Filing) -> list[str]:
    names = ("name", "cert_number", "mobile", "emergency_mobile", "office_phone", "email")
    return [
        filing.get("subject.cert_number"),
        filing.get("subject.address"),
        *(filing.get(f"responsible.{name}") for name in names if name != "name"),
    ]


def test_no_table_shows_the_personal_data_of_an_approved_filing():
    case = Case().submit().verify().approve()
    rows = every_row()

    assert case.filing.domain in rows, "the search finds what is there"
    assert [value for value in personal(case.filing) if value in rows] == []


@pytest.mark.parametrize(("model", "fields"), SEALED, ids=lambda value: getattr(value, "__name__", ""))
def test_sealed_columns_hold_ciphertext_of_the_first_key(model, fields, settings):
    case = Case().submit().verify().return_to_provider()
    services.claim(case.filing.pk, case.staff)
    services.save_facts(case.filing.pk, case.staff, {"websites.0.name": "示例科技官方网站"}, version=None)
    Case().submit().verify().approve()
    blacklisted_subject()

    for field in fields:
        tokens = [token for token in raw(model, field) if token]
        assert tokens
        for token in tokens:
            Fernet(settings.FIELD_KEYS[0]).decrypt(token.encode())  # raises InvalidToken for anything else


def test_what_was_sealed_comes_back_whole():
    case = Case().submit().verify().approve()
    subject = Subject.objects.get()

    assert subject.responsible_mobile == case.filing.get("responsible.mobile")
    assert subject.certificates.get().number == case.filing.get("subject.cert_number")
    assert unseal(seal("中文 😀 \n")) == "中文 😀 \n"


def test_equal_texts_are_sealed_differently_and_digested_alike(settings):
    assert seal("13800001234") != seal("13800001234")
    assert digest("13800001234") == digest("13800001234") != digest("13800001235")
    before = digest("13800001234")
    settings.DIGEST_KEY = "another key"
    assert digest("13800001234") != before


def test_a_new_key_in_front_seals_and_the_old_one_still_opens(settings):
    old, new = settings.FIELD_KEYS[0], Fernet.generate_key().decode()
    sealed_before = seal("before")

    settings.FIELD_KEYS = [new, old]

    assert unseal(sealed_before) == "before"
    assert Fernet(new).decrypt(seal("after").encode()) == b"after"
    settings.FIELD_KEYS = [new]
    with pytest.raises(InvalidToken):
        unseal(sealed_before)


def test_reseal_lets_the_old_key_go(settings, capsys):
    case = Case().submit().verify().return_to_provider()
    services.claim(case.filing.pk, case.staff)
    services.save_facts(case.filing.pk, case.staff, {"websites.0.name": "示例科技官方网站"}, version=None)
    approved, listed = Case().submit().verify().approve(), blacklisted_subject()
    before = Filing.objects.get(pk=case.filing.pk).facts
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]

    call_command("reseal")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]

    assert Filing.objects.get(pk=case.filing.pk).facts == before
    assert [snapshot.facts for snapshot in Snapshot.objects.filter(filing=case.filing)] == [
        Snapshot.objects.filter(filing=case.filing).first().facts
    ]
    assert Event.objects.get(filing=case.filing, name="amend").note
    assert Subject.objects.get().responsible_email == approved.filing.get("responsible.email")
    assert SubjectCertificate.objects.get().number == approved.filing.get("subject.cert_number")
    assert Website.objects.get().responsible_mobile == approved.filing.get("responsible.mobile")
    assert BlacklistedSubject.objects.get().number == listed.number


def test_reseal_takes_the_secrets_of_second_factors_along(settings):
    """Otherwise letting the old key go locks every member of staff out."""
    member, secret = user(Party.PROVIDER), generate_totp_secret()
    TOTP.activate(member, secret)
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]

    call_command("reseal")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]

    assert unseal(Authenticator.objects.get().data["secret"]) == secret


def test_the_secret_of_a_second_factor_is_sealed_too():
    secret = generate_totp_secret()
    TOTP.activate(user(Party.PROVIDER), secret)

    assert secret not in every_row()
    assert unseal(Authenticator.objects.get().data["secret"]) == secret


@pytest.mark.parametrize(
    "look_up",
    [
        {"address": "x"},
        {"address__exact": "x"},
        {"address__in": ["x"]},
        {"address__icontains": "x"},
        {"address__startswith": "x"},
        {"address__gt": "x"},
        {"address__regex": "x"},
    ],
    ids=str,
)
def test_looking_for_sealed_text_is_refused_instead_of_finding_nothing(look_up):
    for condition in (Q(**look_up), ~Q(**look_up)):
        with pytest.raises(FieldError):
            list(Subject.objects.filter(condition))


def test_whether_sealed_text_is_there_may_be_asked():
    Case().submit().verify().approve()

    assert Subject.objects.filter(address__isnull=False).count() == 1
    assert Subject.objects.filter(address__isnull=True).count() == 0


def test_a_sealed_text_that_was_tampered_with_is_not_taken_for_text():
    Case().submit().verify().approve()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ministry_subject SET address = 'plain text'")

    with pytest.raises(InvalidToken):
        Subject.objects.get()


def test_a_sealed_field_copied_in_the_database_stays_readable():
    Case().submit().verify().approve()

    Subject.objects.update(responsible_name=F("address"))

    subject = Subject.objects.get()
    assert subject.responsible_name == subject.address
