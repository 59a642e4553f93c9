"""The provider's pool: read line by line, every fault with its line and code, all added or nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import gettext as _

from filings.errors import MoveRefused
from icp_portal.tests.builders import provider, staff
from icp_portal.tests.page_parts import cells
from providers.models import IpRange, OrganisationChange, Provider, StaffRole
from providers.organisation import pool

pytestmark = pytest.mark.django_db

Browser = Callable[..., Client]
ADD = "/provider/organisation/addresses/add/"


def ranges_of(access_provider: Provider) -> list[str]:
    return [str(one) for one in access_provider.ip_ranges.all()]


def faults(text: str, access_provider: Provider) -> list[tuple[int, str]]:
    return [(fault.line, fault.reason) for fault in pool.judge(text, access_provider.pk).faults]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("8.8.8.8-8.8.8.20", "8.8.8.8-8.8.8.20"),
        ("8.8.8.8 – 8.8.8.20", "8.8.8.8-8.8.8.20"),
        ("8.8.8.8,8.8.8.20", "8.8.8.8-8.8.8.20"),
        ('"8.8.8.8","8.8.8.20"', "8.8.8.8-8.8.8.20"),
        ("8.8.8.8\t8.8.8.20", "8.8.8.8-8.8.8.20"),
        ("8.8.8.8;8.8.8.20;", "8.8.8.8-8.8.8.20"),
        ("８.８.８.８，８.８.８.２０", "8.8.8.8-8.8.8.20"),
        ("8.8.8.0/24", "8.8.8.0-8.8.8.255"),
        ("8.8.8.8/32", "8.8.8.8"),
        ("2400:1::/64", "2400:1::-2400:1::ffff:ffff:ffff:ffff"),
        ("2400:1::1,2400:1::9", "2400:1::1-2400:1::9"),
    ],
)
def test_how_a_line_is_read(access_provider: Provider, line: str, read: str) -> None:
    judged = pool.judge(f"起始地址,结束地址\n\n# 备注\n{line}\r\n", access_provider.pk)

    assert judged.faults == []
    assert [(one.number, str(one.addresses)) for one in judged.lines] == [(4, read)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("8.8.8", "invalid"),
        ("主机一号", "invalid"),
        ("8.8.8.999", "invalid"),
        ("8.8.8.0/33", "invalid"),
        ("8.8.8.8/24", "host_bits"),
        ("8.8.8.9-8.8.8.8", "order"),
        ("8.8.8.9-2400::1", "family"),
        ("10.0.0.1", "not_public"),
        ("192.168.0.0/16", "not_public"),
        ("9.0.0.0/7", "host_bits"),
        ("8.0.0.0/6", "not_public"),
        ("fe80::1", "not_public"),
        ("2001:db8::/32", "not_public"),
        ("8.8.8.8,8.8.8.9,8.8.8.10", "cells"),
        ("8.8.8.8,机房", "cells"),
        ("8.8.8.8\u200b", "invisible"),
        ("8" * 300, "too_long"),
        ("<script>alert(1)</script>", "invalid"),
    ],
)
def test_a_bad_line_is_named_with_its_code(access_provider: Provider, line: str, code: str) -> None:
    assert faults(f"9.9.9.9\n{line}\n9.9.9.10", access_provider) == [(2, code)]


def test_overlaps_in_the_text_blame_the_later_line_once(access_provider: Provider) -> None:
    text = "8.8.8.50-8.8.8.60\n8.8.8.70\n8.8.8.0/24\n2400::/32\n2400:0:1::\n8.8.9.0\n8.8.9.0"

    assert faults(text, access_provider) == [(3, "overlap"), (5, "overlap"), (7, "overlap")]


def test_own_and_others_pools_are_told_apart_and_others_stay_unknown(access_provider: Provider) -> None:
    other = provider()
    IpRange.objects.create(provider=access_provider, start="8.8.8.0", end="8.8.8.9")
    IpRange.objects.create(provider=other, start="8.8.8.10", end="8.8.8.19")
    IpRange.objects.create(provider=other, start="2400::", end="2400::ffff")

    judged = pool.judge("8.8.8.9\n8.8.8.15-8.8.8.16\n2400::/32\n8.8.8.20\n8.8.8.0/24", access_provider.pk)

    assert [(fault.line, fault.reason) for fault in judged.faults] == [
        (1, "own"),
        (2, "other"),
        (3, "other"),
        (5, "overlap"),
        (5, "own"),
    ]
    said = " ".join(fault.message for fault in judged.faults)
    assert "8.8.8.0-8.8.8.9" in said
    assert all(words not in said for words in (other.name, other.slug, "8.8.8.10", "2400::"))


def test_each_fault_has_its_official_code(access_provider: Provider) -> None:
    IpRange.objects.create(provider=provider(), start="9.9.9.9", end="9.9.9.9")
    found = pool.judge("8.8.8.9-8.8.8.8\n机房 1.\n10.0.0.1\n8.8.8.8\n8.8.8.8\n9.9.9.9", access_provider.pk).faults

    assert [(fault.line, fault.code) for fault in found] == [
        (1, "2002"),
        (2, "2006"),
        (3, "2006"),
        (5, "2003"),
        (6, "2056"),
    ]


def test_fifty_faults_among_a_thousand_lines_are_exactly_those(access_provider: Provider) -> None:
    lines = [f"8.{number // 250}.{number % 250}.0/24" for number in range(1000)]
    planted = list(range(7, 1000, 20))
    for position, number in enumerate(planted):
        lines[number] = ("10.0.0.1", "8.8.8", "9.9.9.9-9.9.9.8", lines[0])[position % 4]

    found = pool.judge("\n".join(lines), access_provider.pk).faults

    assert [fault.line for fault in found] == [number + 1 for number in planted]
    assert len(planted) == 50


def test_judging_is_one_query_however_long_the_text(access_provider: Provider, django_assert_num_queries: Any) -> None:
    for text in ("8.8.8.8", "\n".join(f"8.8.{number}.0/24" for number in range(200))):
        with django_assert_num_queries(1):
            pool.judge(text, access_provider.pk)


# --- The pages --------------------------------------------------------------------------------------------


def test_checking_adds_nothing_and_adding_adds_all(access_provider: Provider, browser: Browser) -> None:
    administrator = browser(access_provider)
    text = "8.8.8.0/24\n2400::1"

    checked = administrator.post(ADD, {"text": text, "check": "1"}).content.decode()
    assert ranges_of(access_provider) == []
    assert "2 entries can be added" in checked
    assert text.split("\n", maxsplit=1)[0] in checked

    assert administrator.post(ADD, {"text": text, "add": "1"})["Location"] == "/provider/organisation/addresses/"
    assert ranges_of(access_provider) == ["8.8.8.0-8.8.8.255", "2400::1"]
    change = OrganisationChange.objects.get()
    assert (change.what, change.after) == ("pool_added", "8.8.8.0-8.8.8.255\n2400::1")
    assert "8.8.8.255" in administrator.get("/provider/organisation/addresses/").content.decode()


def test_one_bad_line_and_nothing_is_added(access_provider: Provider, browser: Browser) -> None:
    answer = browser(access_provider).post(ADD, {"text": "8.8.8.8\n10.0.0.1", "add": "1"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert [cells(page, label) for label in ("Line", "Content of the line", "Code")] == [["2"], ["10.0.0.1"], ["2006"]]
    assert "Nothing was added" in page
    assert (ranges_of(access_provider), OrganisationChange.objects.count()) == ([], 0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_a_file_is_read_into_the_box(access_provider: Provider, browser: Browser, encoding: str) -> None:
    sent = SimpleUploadedFile("pool.csv", "起始,结束\r\n8.8.8.1,8.8.8.9\r\n# 机房\r\n".encode(encoding))

    page = browser(access_provider).post(ADD, {"text": "9.9.9.9", "file": sent, "check": "1"}).content.decode()

    assert "One entry can be added" in page
    assert "8.8.8.1,8.8.8.9" in page
    assert "9.9.9.9" not in page


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04" + b"0" * 40, b"\x00\x01\x02", b"\xff\xfe8\x00.\x008\x00", b"x" * 1_000_001]
)
def test_what_is_no_text_is_refused(access_provider: Provider, browser: Browser, content: bytes) -> None:
    answer = browser(access_provider).post(ADD, {"file": SimpleUploadedFile("pool.xlsx", content), "check": "1"})

    assert answer.status_code == 200
    assert 'href="#id_file"' in answer.content.decode()


@pytest.mark.parametrize(
    "text", ["", "  \n \n", "# 备注", "起始,结束", "8.8.8.8\x00", "8.8.8.8\n" * 5001, "标题\n" + "#" * 1_000_001]
)
def test_a_text_that_says_nothing_or_too_much_is_refused(
    access_provider: Provider, browser: Browser, text: str
) -> None:
    answer = browser(access_provider).post(ADD, {"text": text, "add": "1"})

    assert answer.status_code == 200
    assert 'href="#id_text"' in answer.content.decode()
    assert ranges_of(access_provider) == []


@pytest.mark.parametrize("text", ["", "  \n \n"])
def test_an_empty_page_says_what_to_enter(access_provider: Provider, browser: Browser, text: str) -> None:
    answer = browser(access_provider).post(ADD, {"text": text, "check": "1"})

    assert answer.context["form"].errors == {"text": ["Enter or paste addresses, or choose a file."]}


def test_a_range_is_removed_after_being_asked(access_provider: Provider, browser: Browser) -> None:
    kept = IpRange.objects.create(provider=access_provider, start="8.8.8.0", end="8.8.8.9")
    administrator = browser(access_provider)
    url = f"/provider/organisation/addresses/{kept.pk}/remove/"

    assert "8.8.8.0-8.8.8.9" in administrator.get(url).content.decode()
    assert ranges_of(access_provider) == ["8.8.8.0-8.8.8.9"]
    removed = administrator.post(url)
    assert "8.8.8.0-8.8.8.9 has been removed from the pool." in administrator.get(removed["Location"]).content.decode()
    assert ranges_of(access_provider) == []
    assert administrator.post(url).status_code == 404
    change = OrganisationChange.objects.get()
    assert (change.what, change.before) == ("pool_removed", "8.8.8.0-8.8.8.9")


@pytest.mark.parametrize("role", [StaffRole.VERIFIER, StaffRole.SUPERVISOR])
def test_other_staff_read_only(access_provider: Provider, browser: Browser, role: StaffRole) -> None:
    kept = IpRange.objects.create(provider=access_provider, start="8.8.8.0", end="8.8.8.9")
    member = browser(access_provider, role)

    page = member.get("/provider/organisation/addresses/").content.decode()
    assert ("8.8.8.9" in page, "/remove/" in page, ADD in page) == (True, False, False)
    assert member.post(ADD, {"text": "9.9.9.9", "add": "1"}).status_code == 404
    assert member.post(f"/provider/organisation/addresses/{kept.pk}/remove/").status_code == 404
    with pytest.raises(
        MoveRefused, match=_("You are no longer an administrator of %(provider)s.") % {"provider": access_provider}
    ):
        pool.add(staff(access_provider, role), "9.9.9.9")
    assert ranges_of(access_provider) == ["8.8.8.0-8.8.8.9"]


def test_another_providers_pool_is_neither_seen_nor_touched(access_provider: Provider, browser: Browser) -> None:
    kept = IpRange.objects.create(provider=access_provider, start="8.8.8.0", end="8.8.8.9")
    stranger = browser(provider())

    assert "8.8.8" not in stranger.get("/provider/organisation/addresses/").content.decode()
    assert stranger.get(f"/provider/organisation/addresses/{kept.pk}/remove/").status_code == 404
    assert stranger.post(f"/provider/organisation/addresses/{kept.pk}/remove/").status_code == 404
    assert ranges_of(access_provider) == ["8.8.8.0-8.8.8.9"]


def test_a_long_pool_has_pages_in_the_order_of_addresses(access_provider: Provider, browser: Browser) -> None:
    IpRange.objects.bulk_create(
        IpRange(provider=access_provider, start=f"8.8.8.{number}", end=f"8.8.8.{number}")
        for number in reversed(range(60))
    )
    IpRange.objects.create(provider=access_provider, start="2400::1", end="2400::1")
    administrator, url, seen = browser(access_provider), "/provider/organisation/addresses/", []
    while url:
        answer = administrator.get(url)
        seen += [str(one) for one in answer.context["page"].rows]
        cursor = answer.context["page"].next_cursor
        url = f"/provider/organisation/addresses/?after={cursor}" if cursor else ""

    assert seen == [*(f"8.8.8.{number}" for number in range(60)), "2400::1"]


@pytest.mark.parametrize("cursor", ["x", "%00", "é" * 300])
def test_a_spoilt_place_in_the_list_is_the_first_page(access_provider: Provider, browser: Browser, cursor: str) -> None:
    assert browser(access_provider).get(f"/provider/organisation/addresses/?after={cursor}").status_code in (200, 400)
