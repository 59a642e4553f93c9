"""The change of host and website in one filing: prefilled, judged, decided and written as one."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from filings import services
from filings.errors import MoveRefused
from filings.fields import attachments
from filings.kinds import Kind
from filings.models import Filing
from filings.rules import checks, required_codes
from filings.states import Status
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import Case, case_at, host_user, number, sign_in, user_of
from ministry.models import Subject, Website
from ministry.reference import provinces
from ministry.register import ends, history

pytestmark = pytest.mark.django_db

NEW = {"subject.name": "更名后的示例有限公司", "websites.0.name": "更名后的示例网站"}
CODE_OF = {province.name: province.code for province in provinces.PROVINCES}


@pytest.fixture
def filed() -> Case:
    return case_at(Status.FILED)


def drafted(case: Case, **written: object) -> Filing:
    target = play_kinds.target_of(case.filing)
    return play_kinds.complete_draft(case.host, Kind.CHANGE_RECORD, target, case.provider.pk, number(), **written)


def begin_page(kind: Kind, case: Case) -> str:
    target = play_kinds.target_of(case.filing)
    return f"/filings/begin/?kind={kind}&subject={target.subject_id}&website={target.website_id}"


def found(filing: Filing) -> list[tuple[str, str, bool]]:
    return [(one.code, one.path, one.blocks) for one in checks.findings(filing)]


def test_host_and_website_change_with_one_filing(filed, settings):
    settings.RELAX_SECOND_FACTOR = True
    subject, website = Subject.objects.get(), Website.objects.get()
    host, staff, reviewer = (sign_in(Client(), user_of(one)) for one in (filed.host, filed.staff, filed.reviewer))
    address = begin_page(Kind.CHANGE_RECORD, filed)
    for page in (reverse("records:subject", args=[subject.pk]), reverse("records:website", args=[website.pk])):
        assert address.replace("&", "&amp;") in host.get(page).content.decode()

    assert str(Kind.CHANGE_RECORD.label) in host.get(address).content.decode()
    sent = host.post(address, {"provider": filed.provider.pk})
    filing = Filing.objects.get(kind=Kind.CHANGE_RECORD)
    assert sent.url == reverse("filings:resume", args=[filing.pk])
    assert [filing.get(path) for path in NEW] == [subject.name, website.name]  # as on record
    for page in ("", "edit/", "edit/subject/", "edit/responsible/", "edit/website/", "edit/manager/", "check/"):
        assert host.get(f"/filings/{filing.pk}/{page}", follow=True).status_code == 200

    filing = play_kinds.fill(filing, filed.host, number(), NEW)
    assert found(filing) == []
    play.submit(filing, filed.host)
    assert staff.get(f"/provider/filings/{filing.pk}/").status_code == 200
    assert {item.block for item in filing.sheet_items} == {"subject", "contact", "website", "papers"}
    play.verify(filing, filed.staff)
    services.claim(filing.pk, filed.reviewer)
    page = reviewer.get(f"/bureau/filings/{filing.pk}/").content.decode()
    for old_or_new in (subject.name, website.name, *NEW.values()):
        assert old_or_new in page
    play.approve(filing, filed.reviewer)

    subject, website, numbers = Subject.objects.get(), Website.objects.get(), (subject.number, website.number)
    assert (subject.name, website.name) == tuple(NEW.values())
    assert (subject.number, website.number, website.domain) == (*numbers, filed.filing.domain)
    said = history.as_of(subject.pk, timezone.localdate())
    assert (said.facts["subject"]["name"], said.websites[0].facts["name"]) == tuple(NEW.values())
    assert host.get(f"/filings/{filing.pk}/").status_code == 200


@pytest.mark.parametrize("path", NEW)
def test_one_of_both_may_stay(filed, path):
    assert found(drafted(filed)) == [("1999", "subject.name", True)]

    filing = drafted(filed, **{path: NEW[path]})

    assert found(filing) == []
    play_kinds.approved(filing, filed.host, filed.staff, filed.reviewer)


def test_both_are_written_or_neither(filed):
    """The website is cancelled while the bureau has the filing: the host's name stays too."""
    filing = drafted(filed, **NEW)
    play.submit(filing, filed.host)
    play.verify(filing, filed.staff)
    ends.cancel_website(Website.objects.get().pk, timezone.localdate())

    with pytest.raises(MoveRefused, match="1050"):
        play.approve(filing, filed.reviewer)

    assert Subject.objects.get().name == filed.filing.subject_name
    filing.refresh_from_db()
    assert filing.status == Status.WITH_BUREAU


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("subject.province", "440000", "1046"),
        ("subject.cert_number", "91110105MA0000000X", "P402"),
        ("websites.0.domain", "another.cn", "P402"),
    ],
)
def test_what_is_fixed_in_either_change_is_fixed(filed, path, value, code):
    with pytest.raises(MoveRefused, match=code):
        services.save_facts(drafted(filed).pk, filed.host, {path: value}, version=None)


def test_papers_and_photos_of_both_parts_are_asked_for():
    case = case_at(Status.FILED, same=False)
    one, two = invent.person(4711), invent.person(4712)
    filing = drafted(case)
    assert [paper.path for paper in attachments.needed(filing.facts)] == ["papers.subject_certificate"]
    assert attachments.photos(filing.facts) == ()

    typed = {"responsible.name": one.name, "responsible.cert_number": one.id_number}
    typed |= {f"websites.0.{path}": value for path, value in zip(typed, (two.name, two.id_number), strict=True)}
    filing = services.save_facts(filing.pk, case.host, typed, version=None)

    missing = {path for code, path, _blocks in found(filing) if code == "P103"}
    assert missing == {
        *("papers.responsible_front", "papers.responsible_back"),
        *("websites.0.papers.manager_front", "websites.0.papers.manager_back"),
    }
    assert [paper.path for paper in attachments.photos(filing.facts)] == ["websites.0.papers.photo"]
    assert [list(person.paths) for person in required_codes.who(filing)] == [
        ["responsible"],
        ["websites.0.responsible"],
    ]


def test_a_stranger_finds_nothing(filed, client):
    assert sign_in(client, host_user()).get(begin_page(Kind.CHANGE_RECORD, filed)).status_code == 404


# --- Provinces that ask for it --------------------------------------------------------------------------

ASKED = [
    ("青海", Kind.CHANGE_SUBJECT, True),
    ("青海", Kind.CHANGE_WEBSITE, True),
    ("湖南", Kind.CHANGE_SUBJECT, True),
    ("贵州", Kind.CHANGE_SUBJECT, True),
    ("贵州", Kind.CHANGE_WEBSITE, False),
    ("江苏", Kind.CHANGE_SUBJECT, True),
    ("江苏", Kind.CHANGE_WEBSITE, False),
    ("江苏", Kind.CHANGE_RECORD, False),
    ("北京", Kind.CHANGE_SUBJECT, False),
]


@pytest.mark.parametrize(("place", "kind", "points"), ASKED)
def test_where_a_province_asks_for_one_filing_the_start_page_points_there(place, kind, points, client):
    case = case_at(Status.FILED, province=CODE_OF[place])
    page = sign_in(client, user_of(case.host)).get(begin_page(kind, case)).content.decode()

    assert (_("Your province asks for host and website in one filing") in page) is points
    assert (f'href="{begin_page(Kind.CHANGE_RECORD, case).replace("&", "&amp;")}"' in page) is points


def changed(place: str, kind: Kind, written: dict[str, object], **good: object) -> list[tuple[str, str, bool]]:
    """Return the findings about kinds of filing for a change in this province."""
    case = case_at(Status.FILED, province=CODE_OF[place], **good)
    target = play_kinds.target_of(case.filing)
    filing = play_kinds.complete_draft(case.host, kind, target, case.provider.pk, number(), **written)
    return [one for one in found(filing) if one[0] == "P402"]


def test_a_change_that_the_province_asks_for_in_one_filing_warns():
    """Providers state it; no bureau's own text is public."""
    renamed, person = {"subject.name": NEW["subject.name"]}, {"responsible.name": "王一新"}
    assert changed("江苏", Kind.CHANGE_SUBJECT, renamed) == [("P402", "subject.name", False)]
    assert changed("青海", Kind.CHANGE_WEBSITE, {"websites.0.name": "更名后的示例网站"}) == [
        ("P402", "websites.0.name", False)
    ]
    assert changed("湖南", Kind.CHANGE_SUBJECT, renamed) == []
    assert changed("湖南", Kind.CHANGE_SUBJECT, person) == [("P402", "responsible.name", False)]
    assert changed("湖南", Kind.CHANGE_RECORD, person) == []


def test_the_rule_of_qinghai_is_of_organisations():
    address = {"subject.address": "示例路九号二层201室"}
    assert changed("青海", Kind.CHANGE_SUBJECT, address, individual=True) == []
