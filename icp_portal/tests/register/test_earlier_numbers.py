"""Numbers of earlier systems: kept as issued, found in any spelling, never issued anew."""

from datetime import date

import pytest
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from filings.kinds import Kind
from filings.services.detection import RecordTarget
from icp_portal.demo import invent, old_records, play_kinds, seed
from icp_portal.tests.builders import (
    FILING_PASSWORD,
    Case,
    host,
    host_user,
    number,
    on_record,
    provider,
    reviewer_user,
    sign_in,
    staff,
    user_of,
)
from ministry.models import NumberSeries, Recovery, Subject, Website
from ministry.passwords import recoveries
from ministry.reference import provinces
from ministry.reference.numbers import FilingNumber, parse_number
from ministry.register import ends, query, writer
from ministry.register.entry_types import AccessEntry, SubjectEntry, WebsiteEntry
from records import footers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

# As issued → other spellings of the same number
SPELLINGS = {
    "京ICP备05000001号-1": [
        " 京 icp 备 05000001 号 - 1 ",
        "京ＩＣＰ备０５０００００１号－１",
        "备案号：京ICP備05000001號-1",
    ],
    "京ICP备010001号-2": ["京ICP备010001-2", "（京）ICP备010001号－2", "京ICP备案字第010001号-2"],
    "京ICP证040001号-1": ["京ICP证040001-1", "京icp證040001號—1", "京ICP证040001-1号"],
    "京B2-20090001-59": ["京b2-20090001-59", "京ICP证B2-20090001号-59", "京Ｂ２－２００９０００１－５９"],
}
ISSUED = list(SPELLINGS)
each_number = pytest.mark.parametrize("issued", ISSUED)


def with_password(website: Website) -> Website:
    Subject.objects.filter(pk=website.subject_id).update(password_hash=make_password(FILING_PASSWORD))
    return website


def spelled(issued: str) -> list[str]:
    """The website's number and its subject's in all spellings."""
    return [issued, *SPELLINGS[issued], str(parse_number(issued).of_subject)]


# --- On record ------------------------------------------------------------------------------------------------


@each_number
def test_it_is_stored_and_printed_as_issued(issued):
    website = on_record(provider(), issued=issued)

    assert Website.objects.get().number == parse_number(issued)
    assert str(website.number) == issued
    assert str(Subject.objects.get()) == f"{parse_number(issued).of_subject} {website.subject.name}"


@each_number
def test_the_public_query_finds_it_in_any_spelling(client, issued):
    website = on_record(provider(), issued=issued)
    on_record(provider())

    for typed in spelled(issued):
        rows = client.get(reverse("query"), {"q": typed}).context["rows"]
        assert (typed, [row["domain"] for row in rows]) == (typed, [website.domain])


@each_number
def test_its_bureau_finds_it_in_any_spelling(client, issued):
    website = on_record(provider(), issued=issued)
    sign_in(client, reviewer_user())

    for typed in spelled(issued):
        found = client.get(reverse("bureau_desk:orders"), {"q": typed}).context["found"]
        assert (typed, found) == (typed, [website.subject])


@each_number
def test_its_filing_password_is_recovered_with_any_spelling(client, issued):
    certificate = invent.credit_code(number())
    website = on_record(provider(), issued=issued, cert_number=certificate)

    for typed in spelled(issued):
        Recovery.objects.all().delete()
        data = {"province": "110000", "number": typed, "cert_type": 1, "cert_number": certificate}
        assert client.post(reverse("ministry:recover_password"), data).status_code == 302
        recoveries.look_up(Recovery.objects.get().pk)
        assert (typed, Recovery.objects.get().subject) == (typed, website.subject)


@each_number
def test_an_account_adopts_it_with_any_spelling(issued):
    website = with_password(on_record(provider(), issued=issued))

    for typed in spelled(issued):
        client = sign_in(Client(), host_user())
        answer = client.post(reverse("filings:adopt"), {"number": typed, "password": FILING_PASSWORD})
        assert (typed, answer.status_code) == (typed, 302)
        assert str(website.subject.number) in client.get(answer["Location"]).content.decode()


def test_a_number_of_a_licence_that_is_no_filing_gets_a_clear_answer(client):
    page = client.get(reverse("query"), {"q": "合字B2-20090001"}).content.decode()

    assert "京B2-20090001" in page
    form = client.post(reverse("ministry:recover_password"), {"number": "京B1-20090001"}).context["form"]
    assert form.errors.as_data()["number"][0].code == "licence"


# --- What becomes of it ---------------------------------------------------------------------------------------


def complete(issued: str) -> Website:
    """A record of an earlier system with everything that a filing about it requires."""
    domains = [f"earlier-{number()}.cn"]
    return with_password(old_records.enter(number(), provider().pk, domains, province="110000", issued=issued))


def kind_approved(website: Website, kind: Kind, **written: object) -> None:
    """Carry out a filing of this kind about an adopted record."""
    case = Case(owner=host())
    client = sign_in(Client(), user_of(case.host))
    client.post(reverse("filings:adopt"), {"number": str(website.number), "password": FILING_PASSWORD})
    target = RecordTarget(website.subject_id, website.pk, website.accesses.get().pk)
    provider_id = website.accesses.get().provider_id
    filing = play_kinds.complete_draft(
        case.host, kind, target, provider_id, number(), password=FILING_PASSWORD, **written
    )
    play_kinds.approved(filing, case.host, staff(website.accesses.get().provider), case.reviewer)


@each_number
def test_a_new_website_gets_the_next_suffix_of_it(issued):
    website = complete(issued)
    kind_approved(website, Kind.NEW_WEBSITE)

    subject, sequence = parse_number(issued).of_subject, parse_number(issued).sequence or 0
    added = Website.objects.select_related("subject").exclude(pk=website.pk).get()
    assert str(added.number) == f"{subject}-{sequence + 1}"
    assert not NumberSeries.objects.exists()


WRITTEN = {
    Kind.CHANGE_SUBJECT: {"subject.address": "示例路九号二层201室"},
    Kind.CHANGE_WEBSITE: {"websites.0.name": "示例换名网"},
    Kind.CHANGE_RECORD: {"subject.address": "示例路九号二层201室", "websites.0.name": "示例换名网"},
    Kind.CANCEL_WEBSITE: {},
    Kind.CANCEL_SUBJECT: {},
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_changes_and_cancellations_keep_it(kind):
    kind_approved(complete("京ICP证040001号-1"), kind, **WRITTEN[kind])

    website = Website.objects.select_related("subject").get()
    assert (str(website.number), website.live) == ("京ICP证040001号-1", bool(WRITTEN[kind]))


def test_a_cancelled_one_is_not_found_by_the_public_and_never_entered_again(client):
    website = on_record(provider(), issued="京B2-20090001-1")
    ends.cancel_subject(website.subject_id, timezone.localdate())

    assert client.get(reverse("query"), {"q": "京B2-20090001"}).context["rows"] == []
    with pytest.raises(IntegrityError, match="one_subject_per_earlier_number"), transaction.atomic():
        on_record(provider(), issued="京B2-20090001-1")


def test_it_is_found_by_its_index():
    on_record(provider(), issued="京B2-20090001-1")

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Subject.objects.filter(query.numbered(parse_number("京B2-20090001"))).explain()
    assert "one_subject_per_earlier_number" in plan


# --- Never issued anew ----------------------------------------------------------------------------------------


def test_an_approval_issues_ten_digits_only():
    on_record(provider(), issued="京ICP备26000001号-1")
    case = Case().submit().verify().approve()

    assert str(case.filing.subject.number) == f"京ICP备{timezone.localdate():%Y}000001号"
    assert NumberSeries.objects.get().last == 1


@pytest.mark.parametrize(
    ("issued", "on"),
    [
        ("京ICP备2015000001号", date(2015, 6, 1)),  # of the register's own series
        ("沪ICP备05000001号", date(2015, 6, 1)),  # of another province
        ("京ICP备05000001号-1", date(2015, 6, 1)),  # a website's
        ("京ICP备21000001号", date(2021, 1, 1)),  # after the earlier systems
    ],
)
def test_the_register_takes_no_other_number_as_an_earlier_one(issued, on):
    entry = SubjectEntry(
        "110000", "示例公司", 4, "110101", "示例路", 1, invent.credit_code(number()), "某", "1", "a@b.cn"
    )

    with pytest.raises(ValueError, match="earlier system"):
        writer.enter_subject(entry, on, earlier=parse_number(issued))


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"approved_on": date(2021, 1, 1)}, "earlier_numbers_are_not_issued_any_more"),
        ({"earlier_number": "京ICP备2015000001号"}, "number_of_a_series_or_of_an_earlier_system"),
        ({"year": 2015, "serial": 1}, "number_of_a_series_or_of_an_earlier_system"),
        ({"earlier_number": ""}, "number_of_a_series_or_of_an_earlier_system"),
    ],
)
def test_the_database_refuses_it_too(columns, constraint):
    subject = on_record(provider(), issued="京ICP备05000001号-1").subject

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Subject.objects.filter(pk=subject.pk).update(**columns)


def test_a_sequence_is_never_entered_twice():
    website = on_record(provider(), issued="京B2-20090001-59")
    ends.cancel_website(website.pk, timezone.localdate())
    again, on = WebsiteEntry("示例", "again.cn", "again.cn", [1], [1], "某", "1", "a@b.cn"), date(2015, 6, 1)

    with pytest.raises(ValueError, match="given already"):
        writer.enter_website(website.subject_id, again, AccessEntry(provider().pk, [1], [1], []), on, sequence=59)


# --- Shown ----------------------------------------------------------------------------------------------------


@each_number
def test_its_footer_passes_its_own_check_beside_a_licence(issued):
    website = on_record(provider(), issued=issued)
    html = f"<p>经营许可证：京ICP证990001号</p>{footers.snippet(website)}"

    others = [fault.code for fault in footers.faults(html, website)]
    assert others == (["other_number"] if "证" in issued else [])


def test_the_footer_check_of_a_ten_digit_number_leaves_licences_alone():
    website = on_record(provider())
    html = f"京ICP证040001号 京B2-20090001 {footers.snippet(website)}"

    assert footers.faults(html, website) == []


def test_the_demonstration_has_some_that_are_true_to_their_year():
    seed.seed()

    earlier = {str(subject.number): subject.approved_on for subject in Subject.objects.exclude(earlier_number="")}
    assert len(earlier) == 5
    for text, on in earlier.items():
        found = parse_number(text)
        assert found == FilingNumber(provinces.by_code("110000"), found.serial, form=found.form)
        assert found.serial.startswith((f"{on:%y}", f"{on:%Y}"))
