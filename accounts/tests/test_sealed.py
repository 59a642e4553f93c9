"""Personal data at rest: unreadable in the database, readable with any of the keys, never searched."""

import pgtrigger
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery

from accounts.adapter import PLACE_OF_SECRETS
from accounts.models import Party
from accounts.sealed import Misplaced, digest, keyed, keys_together, seal, taking_unbound, unseal
from filings import services
from filings.models import Event, Filing, Opinion, Snapshot, Verdict
from icp_portal.tests.builders import Case, blacklisted_subject, reviewer_user, user
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
    assert unseal(seal("中文 😀 \n", "a.b.1"), "a.b.1") == "中文 😀 \n"


def test_equal_texts_are_sealed_differently_and_digested_alike(settings):
    assert seal("13800001234", "a.b.1") != seal("13800001234", "a.b.1")
    assert digest("13800001234") == digest("13800001234") != digest("13800001235")
    before = digest("13800001234")
    settings.DIGEST_KEY = "another key"
    assert digest("13800001234") != before


def test_a_new_key_in_front_seals_and_the_old_one_still_opens(settings):
    old, new = settings.FIELD_KEYS[0], Fernet.generate_key().decode()
    sealed_before = seal("before", "a.b.1")

    settings.FIELD_KEYS = [new, old]

    assert unseal(sealed_before, "a.b.1") == "before"
    assert Fernet(new).decrypt(seal("after", "a.b.1").encode()) == b"a.b.1\0after"
    settings.FIELD_KEYS = [new]
    with pytest.raises(InvalidToken):
        unseal(sealed_before, "a.b.1")


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


def test_reseal_names_the_cause_if_a_key_is_missing(settings):
    Case().submit().verify().approve()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match="No key of FIELD_KEYS opens a value: put its key back"):
        call_command("reseal")


def test_reseal_takes_the_secrets_of_second_factors_along(settings):
    """Otherwise letting the old key go locks every member of staff out."""
    member, secret = user(Party.PROVIDER), generate_totp_secret()
    TOTP.activate(member, secret)
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]

    call_command("reseal")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]

    assert unseal(Authenticator.objects.get().data["secret"], PLACE_OF_SECRETS) == secret


def test_the_secret_of_a_second_factor_is_sealed_too():
    secret = generate_totp_secret()
    TOTP.activate(user(Party.PROVIDER), secret)

    assert secret not in every_row()
    assert unseal(Authenticator.objects.get().data["secret"], PLACE_OF_SECRETS) == secret


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


# --- Each value in its place ------------------------------------------------------------------------------


def run(sql: str, *values: object) -> None:
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_the_facts_of_two_filings_swapped_by_sql_open_in_neither():
    first, second = Case(same=False).filing, Case(same=False).filing
    run(
        "UPDATE filings_filing f SET facts = o.facts FROM filings_filing o"
        " WHERE f.id IN (%s, %s) AND o.id IN (%s, %s) AND o.id <> f.id",
        *(first.pk, second.pk) * 2,
    )

    for pk in (first.pk, second.pk):
        with pytest.raises(Misplaced, match=rf"filings_filing\.facts\.{pk}$"):
            Filing.objects.get(pk=pk)
    with pytest.raises(Misplaced):
        list(Filing.objects.values("facts"))
    with pytest.raises(Misplaced):
        list(Filing.objects.values_list("facts", flat=True))
    with pytest.raises(Misplaced):
        _ = Filing.objects.defer("facts").get(pk=first.pk).facts


def test_a_value_moved_to_another_column_or_table_does_not_open():
    Case().submit().verify().approve()

    Subject.objects.update(responsible_name=F("address"))
    with pytest.raises(Misplaced, match=r"ministry_subject\.responsible_name"):
        Subject.objects.get()

    run("UPDATE ministry_website SET responsible_name = (SELECT responsible_mobile FROM ministry_subject)")
    with pytest.raises(Misplaced, match=r"ministry_website\.responsible_name"):
        Website.objects.get()


def test_a_filing_reached_through_another_row_opens_in_its_place():
    """By a join, in a subquery and as an annotation the value comes with the number of its own row."""
    case = Case().submit().verify().approve()
    filing = Filing.objects.get(pk=case.filing.pk)
    event = Event.objects.filter(filing=filing).select_related("filing").latest("pk")
    assert event.pk != filing.pk

    assert event.filing.facts == filing.facts
    assert Event.objects.filter(pk=event.pk).values_list("filing__facts", flat=True).get() == filing.facts
    annotated = Event.objects.annotate(theirs=F("filing__facts")).get(pk=event.pk)
    assert annotated.theirs == filing.facts
    inner = Filing.objects.filter(pk=OuterRef("filing")).values("facts")
    assert Event.objects.annotate(theirs=Subquery(inner)).get(pk=event.pk).theirs == filing.facts
    counted = Filing.objects.annotate(many=Count("events")).get(pk=filing.pk)
    assert (counted.facts, counted.many) == (filing.facts, filing.events.count())


def test_one_value_for_many_rows_is_refused():
    Case().submit().verify().approve()

    rows = [Subject.objects.get()]

    with transaction.atomic(), pytest.raises(TypeError, match="responsible_email is sealed for one row"):
        Subject.objects.bulk_update(rows, ["responsible_email"])
    with pytest.raises(TypeError, match="responsible_email is sealed for one row"):
        Subject.objects.update(responsible_email="new@example.cn")


def test_a_new_row_has_its_number_before_it_is_written(django_assert_num_queries):
    filing = Case().submit().filing

    with django_assert_num_queries(2):
        event = Event.objects.create(filing=filing, provider_id=filing.provider_id, name="amend", round=1, note="one")
    rows = [
        Event(filing=filing, provider_id=filing.provider_id, name="amend", round=1, note=note)
        for note in ("two", "three")
    ]
    with django_assert_num_queries(2):
        Event.objects.bulk_create(keyed(rows))
    saved = Event(filing=filing, provider_id=filing.provider_id, name="amend", round=1, note="four")
    with django_assert_num_queries(2):
        saved.save()

    made = Event.objects.filter(pk__gte=event.pk).order_by("pk")
    assert list(made.values_list("note", flat=True)) == ["one", "two", "three", "four"]


def test_the_numbers_of_several_models_rows_are_fetched_together(django_assert_num_queries):
    filing = Case().submit().filing
    made = {"filing": filing, "provider_id": filing.provider_id, "name": "amend", "round": 1}

    member = reviewer_user()

    with keys_together({Event: 2, Opinion: 1}):
        with django_assert_num_queries(4):
            events = [Event.objects.create(**made, note=note) for note in ("one", "two")]
            Opinion.objects.create(filing=filing, round=1, verdict=Verdict.APPROVE, text="三", reviewer=member)
        with django_assert_num_queries(2):  # one more than was expected
            events.append(Event.objects.create(**made, note="three"))
    with django_assert_num_queries(2):
        events.append(Event.objects.create(**made, note="four"))

    assert [event.pk for event in events] == sorted({event.pk for event in events})
    found = Event.objects.filter(pk__in=[event.pk for event in events]).order_by("pk")
    assert list(found.values_list("note", flat=True)) == ["one", "two", "three", "four"]
    assert Opinion.objects.get().text == "三"


def unbound(text: str) -> str:
    """As an older release sealed it."""
    return Fernet(settings.FIELD_KEYS[0]).encrypt(text.encode()).decode()


def test_what_an_older_release_sealed_is_sealed_anew_once(capsys):
    Case().submit().verify().approve()
    run("UPDATE ministry_subject SET address = %s", unbound("北京市西城区"))
    member, secret = user(Party.PROVIDER), generate_totp_secret()
    TOTP.activate(member, secret)
    Authenticator.objects.update(data={"secret": unbound(secret)})

    with pytest.raises(Misplaced):
        Subject.objects.get()
    with pytest.raises(CommandError, match=r"sealed for another place than ministry_subject\.address"):
        call_command("reseal")
    capsys.readouterr()
    call_command("reseal", "--unbound")

    assert "\nmfa.Authenticator: 1\n" in capsys.readouterr().out
    assert Subject.objects.get().address == "北京市西城区"
    assert unseal(Authenticator.objects.get().data["secret"], PLACE_OF_SECRETS) == secret
    Subject.objects.update(responsible_name=F("address"))
    with taking_unbound(), pytest.raises(Misplaced):
        Subject.objects.get()
