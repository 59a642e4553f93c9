"""The public search of the register: by number, domain and full name, and of units by any part of their name."""

from dataclasses import replace
from datetime import time
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from icp_portal.tests import builders, page_parts
from icp_portal.tests.builders import Case
from ministry.models import Access, Subject, SubjectCertificate, Website
from ministry.reference import code_tables
from ministry.reference.lookups import understand
from ministry.register import ends, entry_types, public_search, writer
from ministry.register.public_search import Match, SearchScope
from ministry.tests.register import register_rows

pytestmark = pytest.mark.django_db

NOON = time(12, tzinfo=ZoneInfo("Asia/Shanghai"))
ACCESS = entry_types.AccessEntry(provider_id=0, ways=[5], places=[2], ip_ranges=["192.31.196.7"])
UNIT = "深圳云岭（Ｙunling）网络 科技有限公司"


@pytest.fixture
def website() -> Website:
    Case().submit().verify().approve()
    return Website.objects.select_related("subject").get()


def unit(name: str = UNIT, **fields: object) -> Website:
    return register_rows.website_of(name, **fields)


def keys(matches: list[Match]) -> list[int | None]:
    """Primary keys of the services; None for a host without services."""
    return [match.website and match.website.pk for match in matches]


def found(text: str) -> list[int | None]:
    return keys(public_search.found(understand(text)))


def with_part(text: str) -> list[int | None]:
    return keys(public_search.with_part(text))


@pytest.mark.parametrize("ask", ["number", "website_number", "domain", "name", "loose"])
def test_number_domain_and_full_name_are_found_in_one_query(website, ask, django_assert_num_queries):
    text = {
        "number": str(website.subject.number),
        "website_number": str(website.number),
        "domain": website.domain,
        "name": website.subject.name,
        "loose": f" {str(website.number).replace('号', '').lower()} ",
    }[ask]
    with django_assert_num_queries(1):
        assert found(text) == [website.pk]


@pytest.mark.parametrize("text", ["京ICP备2026999999号", "unknown.cn", "某某公司", "京ICP备05000001号", "x" * 200])
def test_nothing_else_is_found(website, text):
    assert found(text) == []


def test_a_website_is_shown_as_it_is_entered_and_nothing_personal_is_read(website):
    with CaptureQueriesContext(connection) as queries:
        (match,) = public_search.found(understand(website.domain))
        row = match.website
        shown = (row.number, row.subject.number, row.subject.name, row.name, row.shown_domains, row.approved_on)

    assert shown == (
        *(website.number, website.subject.number, website.subject.name),
        *(website.name, website.domain, website.approved_on),
    )
    assert [word for word in ("responsible", "address", "password") if word in queries[0]["sql"]] == []
    assert len(queries) == 1


@pytest.mark.parametrize("ended", ["website", "subject"])
def test_what_is_cancelled_is_not_found_but_its_host_is_while_on_record(website, ended):
    rows = Website.objects.all() if ended == "website" else Subject.objects.all()
    rows.update(live=False)
    name = website.subject.name
    host = [None] if ended == "website" else []
    assert [found(website.domain), found(str(website.number))] == [[], []]
    assert [found(name), with_part(name[:4])] == [host, host]


@pytest.mark.parametrize(
    "part",
    ["云岭", "深圳", "公司", "岭（Y", "(yunLING)", "ＹＵＮ", "网络科技", "网络 科技", " 云岭 ", "技有限公司", UNIT],
)
def test_two_characters_of_a_units_name_are_enough_in_any_width_and_case(part):
    website = unit()
    assert with_part(part) == [website.pk]


@pytest.mark.parametrize("part", ["云", "岭云", "云网", "云岭（北", "%", "__", "云%", "\\", "'", " 云 ", "2026"])
def test_a_character_alone_and_what_is_not_in_the_name_find_nothing(part):
    unit()
    assert with_part(part) == []


def test_an_individual_is_found_by_the_full_name_only():
    website = unit("欧阳云岭", nature=code_tables.PERSON)
    assert found("欧阳云岭") == [website.pk]
    assert [with_part("云岭"), with_part("欧阳云岭")] == [[], []]


def test_all_websites_of_a_unit_are_found_by_a_part_of_its_name_in_their_order():
    first = unit()
    second, other = register_rows.website(first.subject), unit("云岭百货")
    assert with_part("云岭") == [other.pk, first.pk, second.pk]


@pytest.fixture
def many_have_each(monkeypatch) -> None:
    """Pairs of any statistics are in so many names that a sample is read first."""
    monkeypatch.setattr(public_search, "MANY", 0)


def analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ministry_subject")


def looked_up(text: str) -> tuple[list[int], list[bool]]:
    """Return the websites found, and of each statement that looked for them whether it used the index of pairs."""
    with CaptureQueriesContext(connection) as queries:
        websites = with_part(text)
    return websites, ["@>" in one["sql"] for one in queries if "strpos" in one["sql"]]


def test_where_all_pairs_are_usual_a_sample_is_read_and_then_the_index(many_have_each):
    websites = [unit(f"{word}有限公司") for word in ("云岭", "百川", "远山科技", "技术")]
    analyse()  # each pair is in a quarter of the names
    for text, expected in (("有限公司", websites), ("川有限公司", websites[1:2]), ("科技术有", [])):
        assert looked_up(text) == (sorted((one.pk for one in expected), key=with_part(text).index), [False, True])


def test_where_few_names_have_a_pair_the_index_is_read_at_once():
    websites = [unit(f"{word}有限公司") for word in ("云岭", "百川", "远山科技", "技术")]
    analyse()
    for text, expected in (("有限公司", websites), ("川有限公司", websites[1:2]), ("科技术有", [])):
        found_now, used = looked_up(text)
        assert (set(found_now), used) == ({one.pk for one in expected}, [True])


def test_the_rarest_pairs_are_looked_up_and_a_name_that_has_them_elsewhere_is_not_found():
    apart, together = unit("云岭山川水石有限公司"), unit("百川云岭山水石公司")
    analyse()

    assert with_part("云岭山水石") == [together.pk]
    assert apart.pk in with_part("云岭山")
    assert len(public_search._understood("云岭山川水石有限公司").values["pairs"]) == public_search.RAREST


def test_a_usual_part_is_found_in_a_sample(many_have_each):
    subject = register_rows.subject(name=UNIT)
    for _n in range(public_search.MOST + 1):
        register_rows.website(subject)
    analyse()

    websites, used = looked_up("网络")

    assert (len(websites), used) == (public_search.MOST + 1, [False])


def test_a_sample_holds_units_from_the_whole_register_and_what_only_folding_finds_is_found_by_the_index(many_have_each):
    first, *_others, last = [unit(f"{word}科技公司") for word in ("云岭", "百川", "远山", "星河")]
    wide = unit("ＡＢ科技公司")
    analyse()

    assert {first.pk, last.pk} < set(with_part("科技公司"))
    assert with_part("ab科技") == [wide.pk]
    assert "星河科技公司" in public_search.names_with_part("科技公司")


def test_a_longer_list_is_cut_and_the_page_says_so(client):
    subject = register_rows.subject(name=UNIT)
    for _n in range(public_search.MOST + 1):
        register_rows.website(subject)
    for text, words in (("云岭", "Enter more of the name"), (UNIT, "Enter a website's number")):
        page = client.get("/query/", {"q": text})
        assert (len(page.context["rows"]), page.context["more"]) == (public_search.MOST, True)
        assert words in page.content.decode().replace("&#x27;", "'")


def test_the_page_looks_for_the_whole_name_first_and_then_for_a_part(client):
    whole, longer = unit("云岭百川"), unit("云岭百川网络")

    page = client.get("/query/", {"q": "云岭百川"})
    assert [row["number"] for row in page.context["rows"]] == [whole.number]
    assert "?q=%E4%BA%91%E5%B2%AD%E7%99%BE%E5%B7%9D&amp;part=1" in page.content.decode()

    page = client.get("/query/", {"q": "云岭百川", "part": "1"})
    assert [row["number"] for row in page.context["rows"]] == [whole.number, longer.number]
    assert "organisations whose name contains “云岭百川”" in page.content.decode()

    page = client.get("/query/", {"q": "岭百"})
    assert [row["number"] for row in page.context["rows"]] == [whole.number, longer.number]

    page = client.get("/query/", {"q": "川岭"})
    assert "No organisation’s name contains it." in page.content.decode()


def test_one_character_is_no_part_of_a_name_and_the_page_says_so(client, website):
    unit("云岭百川")

    page = client.get("/query/", {"q": "云"})

    assert page.context["rows"] == []
    assert "Enter 2 characters or more of an organisation’s name" in page.content.decode()
    assert "contains it" not in page.content.decode()


def test_what_is_not_found_in_force_is_looked_for_among_the_cancelled(client, website):
    number = str(website.number)
    ends.cancel_website(website.pk, register_rows.TODAY)

    page = client.get("/query/", {"q": number})
    assert (page.context["rows"], "Search the cancelled filings" in page.content.decode()) == ([], True)
    page = client.get(f"/query/{page.context['elsewhere_url']}")
    assert [str(row["number"]) for row in page.context["rows"]] == [number]
    for kind in ("cancelled", "violating"):
        page = client.get("/query/", {"q": "no.example.cn", "kind": kind})
        assert "Search the cancelled filings" not in page.content.decode()


@pytest.mark.parametrize("text", ["domain", "name"])
def test_an_empty_tab_of_a_kind_leads_to_all_kinds(client, website, text):
    asked = website.domain if text == "domain" else website.subject.name
    page = client.get("/query/", {"q": asked, "kind": "app"})

    (why,) = page_parts.texts(page, "//*[@class='empty']/p")
    assert why.startswith("There is no valid filing of this kind (APP) for ")
    assert page_parts.texts(page, "//*[@class='empty']/a") == ["Search all kinds"]
    everything = client.get(f"/query/{page.context['elsewhere_url']}")
    assert [row["number"] for row in everything.context["rows"]] == [website.number]


@pytest.mark.parametrize("asked", ["number", "domain"])
def test_a_part_is_looked_for_of_names_only(client, website, asked):
    text = str(website.number) if asked == "number" else website.domain
    page = client.get("/query/", {"q": text, "part": "1"})
    assert [row["number"] for row in page.context["rows"]] == [website.number]


def test_the_page_shows_no_person_phone_or_certificate(client, website):
    page = client.get("/query/", {"q": website.domain}).content.decode()
    subject = website.subject
    assert website.domain in page
    for secret in (
        subject.responsible_name,
        subject.responsible_mobile,
        subject.responsible_email,
        SubjectCertificate.objects.get().number,
    ):
        assert secret not in page


def scoped(text: str, scope: SearchScope) -> list[int | None]:
    return keys(public_search.found(understand(text), scope))


APP_FACTS = {"service": code_tables.APP, "name": "云岭打车", "domain": "", "home_url": ""}


def test_each_tab_has_its_own_kind_of_service():
    subject = register_rows.subject(name=UNIT)
    website, app = register_rows.website(subject), register_rows.website(subject, **APP_FACTS)

    for text in (UNIT, str(subject.number)):
        assert scoped(text, SearchScope.ALL) == [website.pk, app.pk]
        assert scoped(text, SearchScope.WEBSITE) == [website.pk]
        assert scoped(text, SearchScope.APP) == [app.pk]
        assert (
            scoped(text, SearchScope.MINI_PROGRAM)
            == scoped(text, SearchScope.QUICK_APP)
            == scoped(text, SearchScope.CANCELLED)
            == []
        )
    assert keys(public_search.with_part("云岭", SearchScope.APP)) == [app.pk]


def test_an_app_is_found_by_its_own_name_and_a_website_is_not(django_assert_num_queries):
    app, website = register_rows.website(register_rows.subject(), **APP_FACTS), unit(name="甲乙丙有限公司")
    with django_assert_num_queries(1):
        assert scoped("云岭打车", SearchScope.ALL) == [app.pk]
    assert scoped("云岭打车", SearchScope.APP) == [app.pk]
    assert scoped("云岭打车", SearchScope.WEBSITE) == scoped(website.name, SearchScope.ALL) == []


def test_an_app_named_like_its_host_is_found_once():
    subject = register_rows.subject(name="云岭打车")
    app = register_rows.website(subject, **APP_FACTS)

    assert scoped("云岭打车", SearchScope.ALL) == [app.pk]


def test_cancelled_services_are_found_in_their_own_tab_only(django_assert_num_queries):
    gone, left = unit(), unit(name="存续有限公司")
    ends.cancel_website(gone.pk, register_rows.TODAY)

    for text in (str(gone.number), str(gone.subject.number), gone.domain, UNIT):
        assert scoped(text, SearchScope.ALL) == ([None] if text in {str(gone.subject.number), UNIT} else [])
        with django_assert_num_queries(1):
            assert scoped(text, SearchScope.CANCELLED) == [gone.pk]
    assert scoped(left.domain, SearchScope.CANCELLED) == []


def test_a_cancelled_individual_is_not_found_by_name():
    who = {"nature": code_tables.PERSON, "cert_type": register_rows.RESIDENT_ID, "cert_number": "110105199001010011"}
    gone = unit(name="王小明", **who)
    ends.cancel_subject(gone.subject_id, register_rows.TODAY)

    assert scoped("王小明", SearchScope.ALL) == scoped("王小明", SearchScope.CANCELLED) == []
    assert scoped(gone.domain, SearchScope.CANCELLED) == [gone.pk]


def test_an_unknown_tab_is_the_first_and_tabs_keep_what_was_asked(client):
    website = unit()
    page = client.get("/query/", {"q": website.domain, "kind": "nonsense"})

    assert [row["number"] for row in page.context["rows"]] == [website.number]
    assert [tab.current for tab in page.context["tabs"]] == [True, *[False] * 6]
    assert [tab.url for tab in page.context["tabs"][-2:]] == [
        f"?q={website.domain}&kind=cancelled",
        f"?q={website.domain}&kind=violating",
    ]


def subjects_found(text: str, scope: SearchScope = SearchScope.ALL) -> list[tuple[int, bool]]:
    matches = public_search.found(understand(text), scope)
    return [(match.subject.pk, match.website is None) for match in matches]


def test_a_host_without_services_is_found_by_its_number_and_its_name(django_assert_num_queries):
    bare = register_rows.subject(name=UNIT)

    for text in (str(bare.number), UNIT):
        with django_assert_num_queries(1):
            assert subjects_found(text) == [(bare.pk, True)]
    part = public_search.with_part("云岭")
    assert [(match.subject.pk, match.website) for match in part] == [(bare.pk, None)]
    for scope in (SearchScope.WEBSITE, SearchScope.APP, SearchScope.CANCELLED, SearchScope.VIOLATING):
        assert subjects_found(str(bare.number), scope) == subjects_found(UNIT, scope) == []
    assert subjects_found(f"{bare.number}-1") == []


def test_a_host_whose_only_service_is_cancelled_is_still_on_record():
    gone = unit()
    ends.cancel_website(gone.pk, register_rows.TODAY)

    assert subjects_found(str(gone.subject.number)) == [(gone.subject_id, True)]
    assert subjects_found(str(gone.subject.number), SearchScope.CANCELLED) == [(gone.subject_id, False)]
    assert subjects_found(str(gone.number)) == []


def test_a_cancelled_host_that_never_had_a_service_is_in_the_tab_of_cancelled_ones():
    bare = register_rows.subject(name=UNIT)
    ends.cancel_subject(bare.pk, register_rows.TODAY)

    assert subjects_found(str(bare.number)) == []
    assert subjects_found(str(bare.number), SearchScope.CANCELLED) == [(bare.pk, True)]


def test_the_page_says_where_a_service_is_on_record_and_how_many_providers_it_has(client, django_assert_num_queries):
    website, none = unit(), unit("云岭百川有限公司")
    writer.enter_access(
        website.pk, replace(ACCESS, provider_id=builders.provider(slug="other").pk), register_rows.TODAY
    )
    Access.objects.filter(website=none).update(live=False, cancelled_on=register_rows.TODAY)
    with django_assert_num_queries(3):
        page = client.get("/query/", {"q": "云岭"})

    rows = page.context["rows"]
    assert [(row["number"], row["providers"]) for row in rows] == [(none.number, 0), (website.number, 2)]
    assert [str(row["province"]) for row in rows] == ["Beijing"] * 2
    assert page.content.decode().count("Beijing Communications Administration") == 2


def test_the_page_shows_a_host_without_services(client):
    bare = register_rows.subject(name=UNIT)
    page = client.get("/query/", {"q": str(bare.number)})

    (row,) = page.context["rows"]
    assert (row["number"], row["name"], row["website"], row["domain"]) == (bare.number, UNIT, "", "")
    assert row["providers"] is None
    assert f'href="/query/{quote(str(bare.number))}/"' in page.content.decode()
