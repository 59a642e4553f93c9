"""The end of validity of the responsible persons' certificates: asked for, judged by the day of submission."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from filings import facts, services
from filings.errors import FactsRefused
from filings.fields import display
from filings.fields.validity import LONG_TERM
from filings.kinds import Kind
from filings.models import Filing
from filings.rules import checks
from filings.services.detection import RecordTarget
from filings.services.starting import PasswordProof, begin, take_over
from filings.states import Status
from filings.tests.kinds.passing import Passing
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import (
    FILING_PASSWORD,
    Case,
    number,
    on_record,
    sign_in,
    user_of,
)
from icp_portal.tests.hostile import fields_of
from ministry.models import Subject, Website
from ministry.reference import certificates
from records import adoptions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]

OWN, MANAGER = "responsible.cert_until", "websites.0.responsible.cert_until"
VALID = 120  # days; provinces ask for three months more than the day of submission


def day(days: int) -> str:
    return str(timezone.localdate() + timedelta(days=days))


def typed(case: Case, until: str, path: str = OWN, **further: Any) -> Filing:
    return services.save_facts(case.filing.pk, case.host, {path: until, **further}, version=None)


def found(filing: Filing) -> list[tuple[str, str, bool]]:
    return [(one.code, one.path, one.blocks) for one in checks.findings(filing)]


def later(days: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


# --- Required, and judged on the day of submission -----------------------------------------------------


@pytest.mark.parametrize("path", [OWN, MANAGER])
def test_without_an_answer_a_filing_is_not_submitted(path):
    case = Case(same=False)
    filing = typed(case, "", path)

    (finding,) = checks.findings(filing)

    assert (finding.code, finding.path, finding.blocks) == ("1008", path, True)
    assert finding.fix == "Enter the date on the certificate, or choose “long-term” if it has no end date."
    with pytest.raises(FactsRefused, match="One item must be corrected first"):
        services.submit(filing.pk, case.host, version=None)


@pytest.mark.parametrize("until", [LONG_TERM, "2099-12-31"])
def test_a_certificate_without_an_end_or_with_a_late_one_is_submitted(until):
    case = Case(same=False)
    filing = typed(case, until, **{MANAGER: until})

    assert found(filing) == []
    assert case.submit().filing.status == Status.WITH_PROVIDER


@pytest.mark.parametrize("path", [OWN, MANAGER])
def test_an_expired_certificate_is_refused_at_the_check_and_at_submission(path):
    case = Case(same=False)
    filing = typed(case, day(-1), path)
    page = sign_in(Client(), user_of(case.host)).get(f"/filings/{filing.pk}/check/").content.decode()

    assert found(filing) == [("1008", path, True)]
    assert "The certificate has expired." in page
    assert "Renew it and enter the date on the new certificate, or choose “long-term”" in page
    with pytest.raises(FactsRefused, match="One item must be corrected first"):
        services.submit(filing.pk, case.host, version=None)


def test_the_validity_of_a_website_person_who_is_the_hosts_own_is_not_asked_twice():
    case = Case()
    assert found(typed(case, "", MANAGER)) == []


def test_on_its_last_day_a_certificate_has_not_expired():
    case = Case()
    assert [one for one in found(typed(case, day(0))) if one[0] == "1008"] == []


def test_a_draft_saved_earlier_is_judged_again_when_it_is_submitted():
    case = Case()
    assert found(typed(case, day(VALID))) == []

    with later(VALID + 1):
        assert found(case.refresh().filing) == [("1008", OWN, True)]
        with pytest.raises(FactsRefused, match="One item must be corrected first"):
            services.submit(case.filing.pk, case.host, version=None)


def test_each_round_is_judged_on_the_day_it_is_submitted():
    case = Case()
    typed(case, day(VALID))
    case.submit().send_back()

    with later(VALID + 1):
        assert found(case.refresh().filing) == [("1008", OWN, True)]
        play.correct(case.filing, case.host)
        with pytest.raises(FactsRefused, match="One item must be corrected first"):
            services.submit(case.filing.pk, case.host, version=None)
        services.save_facts(case.filing.pk, case.host, {OWN: LONG_TERM}, version=None)
        assert case.submit().filing.status == Status.WITH_PROVIDER


def test_what_has_expired_since_submission_is_shown_at_both_desks_and_stops_nothing():
    case = Case()
    typed(case, day(VALID))
    case.submit()
    words = "The certificate has expired since the filing was submitted: it was valid until"

    with later(VALID + 1):
        assert found(case.refresh().filing) == [("1008", OWN, False)]
        desk = sign_in(Client(), user_of(case.staff))
        assert words in desk.get(reverse("provider_desk:verify", args=[case.filing.pk])).content.decode()
        case.verify()
        assert found(case.filing) == [("1008", OWN, False)]
        review = sign_in(Client(), user_of(case.reviewer))
        assert words in review.get(reverse("bureau_desk:review", args=[case.filing.pk])).content.decode()
        assert case.approve().filing.status == Status.FILED


def test_an_expired_certificate_in_a_draft_that_lapsed_is_found_too():
    case = Case()
    typed(case, day(-1))
    assert found(case.lapse().filing) == [("1008", OWN, True)]


def test_an_expired_certificate_costs_one_query_and_a_valid_one_none(django_assert_num_queries):
    case = Case(same=False)
    typed(case, day(VALID), **{MANAGER: day(VALID)})
    case.submit()
    with later(VALID + 1), django_assert_num_queries(1):
        assert [one.blocks for one in checks.validity.findings(case.filing)] == [False, False]
    with django_assert_num_queries(0):
        assert list(checks.validity.findings(case.filing)) == []


# --- Identity cards of people under 46 (居民身份证法 第五条) ---------------------------------------------


@pytest.mark.parametrize(("years", "codes"), [(46, []), (45, [("1008", OWN, False)])])
def test_an_identity_card_of_somebody_younger_than_46_has_an_end(years, codes):
    case = Case()
    known = case.filing.get("responsible.cert_number")
    born = timezone.localdate().year - years
    body = f"{known[:6]}{born}0101{known[14:17]}"
    card = body + certificates.check_character_resident_id(body)

    assert found(typed(case, LONG_TERM, **{"responsible.cert_number": card})) == codes
    assert found(typed(case, "2099-12-31")) == []


def test_other_certificates_may_say_either():
    case = Case()
    passport = {"responsible.cert_type": 7, "responsible.cert_number": "E12345678"}

    assert found(typed(case, LONG_TERM, **passport)) == []
    assert found(typed(case, "2099-12-31")) == []


# --- The form and the API -----------------------------------------------------------------------------


class Page:
    """A draft's page of the host's responsible person."""

    def __init__(self, **of: Any) -> None:
        self.case = Case(**of)
        self.client = sign_in(Client(), user_of(self.case.host))

    def get(self, section: str = "responsible") -> str:
        return self.client.get(f"/filings/{self.case.filing.pk}/edit/{section}/").content.decode()

    def press(self, until: Any, **buttons: str) -> Any:
        data = fields_of(self.get()) | {"cert_until": until} | buttons
        return self.client.post(f"/filings/{self.case.filing.pk}/edit/responsible/", data)

    def save(self, until: Any) -> Any:
        data = fields_of(self.get()) | {"cert_until": until}
        return self.client.post(f"/api/filings/{self.case.filing.pk}/sections/responsible", data)

    @property
    def kept(self) -> Any:
        return self.case.refresh().filing.get(OWN)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2045-05-31", "2045-05-31"),
        (["2045-05-31"], "2045-05-31"),
        (["", LONG_TERM], LONG_TERM),
        (LONG_TERM, LONG_TERM),
        (["", ""], ""),
    ],
)
def test_a_date_or_long_term_is_saved_by_the_button_and_by_the_api(sent, kept):
    pages = Page(), Page()
    pages[0].press(sent)
    assert pages[1].save(sent).status_code == 200
    assert [page.kept for page in pages] == [kept, kept]


@pytest.mark.parametrize("until", ["2045-05-31", LONG_TERM])
def test_the_page_shows_what_is_saved_and_sends_it_again(until):
    page = Page()
    typed(page.case, until)

    shown = fields_of(page.get())["cert_until"]

    assert shown == (["", LONG_TERM] if until == LONG_TERM else [until])
    page.press(shown)
    assert page.kept == until


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (["2045-05-31", LONG_TERM], "Enter a date or choose “long-term”, not both."),
        (["2045-02-31"], "Enter the date on the certificate, for example 2036-05-31, or choose “long-term”."),
        (["forever"], "Enter the date on the certificate, for example 2036-05-31, or choose “long-term”."),
        (["x" * 5000], "Enter the date on the certificate, for example 2036-05-31, or choose “long-term”."),
        (["a\x00b"], "Enter the date on the certificate, for example 2036-05-31, or choose “long-term”."),
    ],
)
def test_what_is_neither_is_told_at_the_field_and_nothing_of_it_is_saved(sent, words):
    page = Page()
    answer, shown = page.save(sent), page.press(sent).content.decode()

    assert [(one["path"], one["message"]) for one in answer.json()["findings"]] == [(OWN, words)]
    assert words in shown
    assert page.kept == LONG_TERM


def test_a_page_with_both_comes_back_as_it_was_typed():
    page = Page()
    shown = page.press(["2045-05-31", LONG_TERM]).content.decode()
    assert fields_of(shown)["cert_until"] == ["2045-05-31", LONG_TERM]


def test_a_page_that_is_too_late_keeps_date_and_box():
    page = Page()
    data = fields_of(page.get()) | {"cert_until": ["2045-05-31"], "mobile": "13900001111"}
    typed(page.case, day(9))

    shown = page.client.post(f"/filings/{page.case.filing.pk}/edit/responsible/", data).content.decode()

    assert fields_of(shown)["cert_until"] == ["2045-05-31"]
    assert "Currently saved:" in shown


def test_the_validity_is_copied_with_the_person():
    page = Page(same=False)
    typed(page.case, "2045-05-31")

    url = f"/filings/{page.case.filing.pk}/edit/manager/"
    shown = page.client.post(url, {"copy": "responsible"}).content.decode()

    assert fields_of(shown)["cert_until"] == ["2045-05-31"]


def test_a_validity_that_is_closed_is_refused_and_not_dropped():
    case = Case().submit()
    play.send_back(case.filing, case.staff)  # with a remark about the website's name
    client = sign_in(Client(), user_of(case.host))
    url = f"/filings/{case.filing.pk}/edit/responsible/"

    shown = client.post(url, {"version": case.refresh().filing.version, "cert_until": LONG_TERM}).content.decode()

    assert "No remark concerns “Certificate valid until”" in shown


@pytest.mark.parametrize(("language", "words"), [("en", "Long-term"), ("zh-hans", "长期")])
def test_long_term_is_shown_in_words(language, words):
    with translation.override(language):
        assert display.words(OWN, LONG_TERM) == words


# --- Records ------------------------------------------------------------------------------------------


@pytest.fixture
def adopted() -> tuple[Case, Website]:
    """A record of an earlier system, which knows no validity, in a host's account."""
    case = Case()
    website = on_record(case.provider, responsible_name="另一人")
    Subject.objects.filter(pk=website.subject_id).update(password_hash=make_password(FILING_PASSWORD))
    adoptions.adopt(case.host, str(website.subject.number), FILING_PASSWORD, address="127.0.0.1")
    return case, website


def begun(adopted: tuple[Case, Website], kind: Kind) -> Filing:
    case, website = adopted
    access = website.accesses.get().pk if kind in (Kind.CHANGE_ACCESS, Kind.CANCEL_ACCESS) else None
    target = RecordTarget(website.subject_id, website.pk, access)
    proof = PasswordProof(FILING_PASSWORD, "127.0.0.1")
    return begin(case.host, kind, target, provider_id=case.provider.pk, entrance="ministry", proof=proof)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (Kind.CHANGE_SUBJECT, {OWN}),
        (Kind.CHANGE_CERT, {OWN}),
        (Kind.CHANGE_WEBSITE, {MANAGER}),
        (Kind.NEW_WEBSITE, {MANAGER}),
        (Kind.CHANGE_ACCESS, set()),
        (Kind.CANCEL_ACCESS, set()),
        (Kind.CANCEL_WEBSITE, set()),
        (Kind.CANCEL_SUBJECT, set()),
    ],
)
def test_a_record_without_validity_is_asked_for_it_by_what_changes_the_person(adopted, kind, asked):
    filing = begun(adopted, kind)

    assert {path for _code, path, _blocks in found(filing)} & {OWN, MANAGER} == asked


def test_a_migration_asks_a_host_that_is_not_on_record_for_both():
    moved = Passing()
    filing = take_over(moved.taker, moved.offer.pk, provider_id=moved.giver.provider.pk, entrance="provider")

    assert {path for _code, path, _blocks in found(filing)} & {OWN, MANAGER} == {OWN, MANAGER}


def test_a_change_enters_the_validity_and_the_websites_keep_the_hosts_person():
    case = Case()
    typed(case, day(VALID))
    case.submit().verify().approve()
    target = play_kinds.target_of(case.filing)
    change = play_kinds.complete_draft(
        case.host, Kind.CHANGE_SUBJECT, target, case.provider.pk, number(), **{OWN: LONG_TERM}
    )
    assert facts.read(facts.record(change.facts), OWN) == day(VALID)
    play_kinds.approved(change, case.host, case.staff, case.reviewer)

    website = play_kinds.complete_draft(case.host, Kind.NEW_WEBSITE, target, case.provider.pk, number())

    assert website.get(OWN) == LONG_TERM


def test_an_expired_certificate_on_record_stops_only_what_can_renew_it():
    case = Case()
    typed(case, day(VALID))
    case.submit().verify().approve()
    target = play_kinds.target_of(case.filing)
    with later(VALID + 1):
        change = play_kinds.complete_draft(case.host, Kind.CHANGE_SUBJECT, target, case.provider.pk, number())
        assert ("1008", OWN, True) in found(change)
        services.withdraw(change.pk, case.host, version=None)
        ended = play_kinds.complete_draft(case.host, Kind.CANCEL_WEBSITE, target, case.provider.pk, number())
        assert [one for one in found(ended) if one[0] == "1008"] == []


def test_the_same_person_stays_the_same_where_only_the_host_gives_a_validity():
    case = Case()
    typed(case, LONG_TERM, **{"responsible.cert_from": ""})
    case.submit().verify().approve()
    target = play_kinds.target_of(case.filing)
    given = {"responsible.cert_from": "2020-01-01"}
    change = play_kinds.complete_draft(case.host, Kind.CHANGE_SUBJECT, target, case.provider.pk, number(), **given)
    play_kinds.approved(change, case.host, case.staff, case.reviewer)

    website = play_kinds.complete_draft(case.host, Kind.CHANGE_WEBSITE, target, case.provider.pk, number())

    assert website.get("websites.0.responsible.same") is True
