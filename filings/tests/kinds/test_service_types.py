"""APPs, mini-programs and quick apps in a first filing: the form, the icon, and another choice of type."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from filings import facts, fields, services
from filings.errors import MoveRefused
from filings.fields import attachments
from filings.models import ReservationKind
from filings.rules import checks
from filings.states import Status
from filings.tests.kinds.service_types import ALL, OTHERS, found
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, blacklisted_domain, blocked_by, case_at
from ministry.models import Website
from ministry.reference import code_tables

pytestmark = pytest.mark.django_db
ICON = "websites.0.papers.app_icon"


# --- A first filing -------------------------------------------------------------------------------------


def test_all_services_of_a_subject_share_one_running_number_and_the_letter_tells_what_each_is():
    case = Case(services=ALL)
    assert checks.findings(case.filing) == []

    case.submit().verify().approve()

    rows = Website.objects.select_related("subject").order_by("sequence")
    subject = case.filing.subject.number
    assert [str(row.number) for row in rows] == [f"{subject}-1", f"{subject}-2A", f"{subject}-3X", f"{subject}-4K"]
    assert [row.service for row in rows] == ALL
    assert [row.accesses.get().provider_id for row in rows] == [case.provider.pk] * 4


@pytest.mark.parametrize("service", OTHERS)
def test_a_subject_may_have_no_website_at_all(service):
    case = case_at(Status.FILED, services=[service])

    row = Website.objects.select_related("subject").get()
    name = case.filing.get("websites.0.name")
    assert (row.service, row.name, row.domain, row.home_url, row.shown_domain) == (service, name, "", "", name)
    assert case.filing.shown_domain == name
    assert str(row.number).endswith(f"-1{code_tables.suffix_of(service)}")


@pytest.mark.parametrize("service", ALL)
def test_an_entry_has_the_questions_of_what_it_is(service):
    values = facts.blank() | {"websites": [facts.blank_website(service)]}

    names = [field.name for _path, section, field in fields.each(values) if section.part == "website"]

    assert {name for name in OWN if name in names} == OWN_OF[service]


OWN = {"domain", "home_url", "ip_only", "domains", "platforms", "android_md5", "ios_sha1", "runs_on", "languages"}
OWN_OF = {
    code_tables.WEBSITE: {"domain", "home_url", "ip_only", "languages"},
    code_tables.APP: {"domains", "platforms", "android_md5", "ios_sha1", "languages"},
    code_tables.MINI_PROGRAM: {"domains", "runs_on"},
    code_tables.QUICK_APP: {"domains", "runs_on"},
}


@pytest.mark.parametrize("service", OTHERS)
def test_every_field_has_help_and_what_is_typed_has_an_example(service):
    asked = [field for page in fields.PAGES[service] for field in page.fields]

    assert [field.name for field in asked if not field.hint] == []
    assert [field.name for field in asked if field.type in fields.TYPED and not field.example] == []


def test_of_the_systems_it_runs_on_alone_the_details_are_asked_for():
    filing = Case(services=[code_tables.APP]).filing
    empty = {f"websites__0__ios_{name}": "" for name in ("bundle", "public_key", "sha1")}

    empty |= {f"websites__0__harmony_{name}": "" for name in ("package", "public_key", "md5")}

    assert found(filing, websites__0__platforms=[code_tables.ANDROID], **empty) == []
    assert found(filing, websites__0__platforms=[code_tables.ANDROID, code_tables.IOS]) == [
        ("1999", f"websites.0.ios_{name}") for name in ("bundle", "public_key", "sha1")
    ]
    assert found(filing, websites__0__platforms=[code_tables.HARMONY]) == [
        ("1999", f"websites.0.harmony_{name}") for name in ("package", "public_key", "md5")
    ]


@pytest.mark.parametrize(
    ("path", "typed", "kept"),
    [
        ("android_md5", "5D:41:40:2A:BC:4B:2A:76:B9:71:9D:91:10:17:C5:92", "5d41402abc4b2a76b9719d911017c592"),
        ("ios_sha1", "AAF4C61DDCC5E8A2DABEDE0F3B482CD9AEA9434D", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
        ("domains", "API.Example.cn\nexample.cn api.example.cn", "api.example.cn\nexample.cn"),
    ],
)
def test_what_is_typed_takes_its_normal_form(path, typed, kept):
    case = Case(services=[code_tables.APP])

    filing = services.save_facts(case.filing.pk, case.host, {f"websites.0.{path}": typed}, version=None)

    assert filing.get(f"websites.0.{path}") == kept


@pytest.mark.parametrize(
    ("path", "typed", "code"),
    [
        ("android_md5", "5d41402abc4b2a76b9719d911017c59", "1999"),
        ("android_md5", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", "1999"),
        ("android_md5", "zd41402abc4b2a76b9719d911017c592", "1999"),
        ("ios_sha1", "5d41402abc4b2a76b9719d911017c592", "1999"),
        ("harmony_md5", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", "1999"),
        ("domains", "https://api.example.cn/v1", "1004"),
        ("domains", "example.invalidsuffix", "1004"),
        ("domains", "192.31.196.7", "1004"),
        ("name", "示例📱", "1999"),
        ("domains", "", "1004"),
        ("languages", [], "1066"),
        ("services", [], "1034"),
        ("access.ip_ranges", "192.168.0.1", "1006"),
    ],
)
def test_what_is_wrong_with_an_app_is_found_at_its_field(path, typed, code):
    filing = Case(services=[code_tables.APP]).filing

    assert (code, f"websites.0.{path}") in found(filing, **{f"websites.0.{path}": typed})


@pytest.mark.parametrize("service", [code_tables.MINI_PROGRAM, code_tables.QUICK_APP])
def test_a_service_on_a_platform_need_not_call_any_domain(service):
    filing = Case(services=[service]).filing

    assert found(filing, websites__0__domains="") == []
    assert found(filing, websites__0__runs_on="") == [("1999", "websites.0.runs_on")]


def test_an_app_may_use_the_domain_of_the_hosts_website_and_bear_its_name():
    filing = Case(services=[code_tables.WEBSITE, code_tables.APP]).filing
    same = {"websites.1.domains": filing.get("websites.0.domain"), "websites.1.name": filing.get("websites.0.name")}

    assert found(filing, **same) == []


def test_the_rules_for_names_of_websites_are_not_held_against_an_app():
    filing = Case(services=[code_tables.APP]).filing

    assert found(filing, websites__0__name="Demo") == []


def test_a_domain_on_the_blacklist_is_not_used_by_an_app_either():
    filing = Case(services=[code_tables.APP]).filing
    entry = blacklisted_domain()

    assert found(filing, websites__0__domains=f"api.{entry.domain}") == [("1064", "websites.0.domains")]


# --- The icon -------------------------------------------------------------------------------------------


def test_an_app_shows_its_icon_and_nothing_else_does():
    for service in ALL:
        values = Case(services=[service]).filing.facts
        wanted = [paper.path for paper in attachments.needed(values)]
        assert (ICON in wanted) == (service == code_tables.APP)


def test_without_its_icon_an_app_is_not_submitted():
    case = Case(services=[code_tables.APP])
    services.remove_evidence(case.filing.pk, case.host, ICON, version=None)

    with blocked_by("P103"):
        services.submit(case.filing.pk, case.host, version=None)

    assert found(case.refresh().filing) == [("P103", ICON)]


def test_an_icon_has_at_most_100_kb_and_may_be_small():
    case = Case(services=[code_tables.APP])
    big = SimpleUploadedFile("icon.png", invent.icon(1).read() + b"0" * 100 * 1024, content_type="image/png")

    with pytest.raises(ValidationError, match="100 KB"):
        services.add_evidence(case.filing.pk, case.host, ICON, big)

    assert case.filing.evidence.get(path=ICON, replaced_at=None).advice == []


# --- Another choice -------------------------------------------------------------------------------------


def test_what_was_typed_of_another_service_goes_when_the_host_chooses_anew():
    case = Case(services=[code_tables.APP])

    filing = services.save_facts(case.filing.pk, case.host, {"websites.0.service": ""}, version=None)

    website = filing.facts["websites"][0]
    assert not fields.names_of(code_tables.APP) - fields.names_of(code_tables.WEBSITE) & website.keys()
    assert website["access"] == case.filing.facts["websites"][0]["access"]
    assert not filing.evidence.filter(path=ICON, replaced_at=None).exists()
    assert filing.domain == ""


def test_a_domain_that_is_typed_no_more_is_held_no_more():
    case = case_at(Status.RETURNED_TO_HOST)
    services.unlock(case.filing.pk, case.host, version=None)
    values = invent.service_values("websites.0", code_tables.MINI_PROGRAM, case.number, province="110000")

    filing = services.save_facts(case.filing.pk, case.host, values, version=None)

    assert "domain" not in filing.facts["websites"][0]
    case.submit()
    assert not case.filing.reservations.filter(kind=ReservationKind.DOMAIN).exists()


def test_of_a_returned_filing_it_is_chosen_anew_only_when_everything_is_open():
    """A remark that names it opens the field, but not the questions that another service asks."""
    case = case_at(Status.WITH_PROVIDER)
    play.send_back(case.filing, case.staff, services.RemarkDraft("websites.0.service", "P301", "网站", "应为 APP"))

    with pytest.raises(
        MoveRefused, match=_("Only the items in the remarks can be changed now. Choose “Edit everything” first.")
    ):
        services.save_facts(case.filing.pk, case.host, {"websites.0.service": code_tables.APP}, version=None)


@pytest.mark.parametrize("said", [99, "6", [6], None])
def test_what_is_no_service_type_counts_as_a_website(said):
    values = facts.written(facts.blank(), {"websites.0.service": said})

    assert facts.service(values) == code_tables.WEBSITE
