"""Whatever is typed into the pages of the form: a message at the field, nothing lost.

Django's test client raises what a view raises, so a 500 fails a test by itself.
"""

from html import escape

import pytest
from django.urls import reverse

from filings import services
from filings.models import Filing
from icp_portal.tests.hostile import ONE_SCRIPT, Desk, fields_of, words_of, wrong_fields

pytestmark = pytest.mark.django_db


def test_the_happy_case_is_kept_and_goes_on():
    desk = Desk()

    response = desk.type("website", name="示例科技新官网")

    assert (response.status_code, response["Location"]) == (302, desk.url("manager"))
    assert desk.kept("websites.0.name") == "示例科技新官网"


# section, field, what is typed: wrong, but of a shape that can be kept while it is corrected
WRONG = [
    ("subject", "cert_number", "91110105MA0000000X"),
    ("subject", "cert_number", "😀😀😀"),
    ("subject", "cert_number", "' OR 1=1 --"),
    ("responsible", "cert_number", "110105199001010011"),
    ("responsible", "cert_number", "110105199902300011"),
    ("responsible", "mobile", "12800000000"),
    ("responsible", "mobile", "+86 138 0000"),
    ("responsible", "office_phone", "tel:1234"),
    ("responsible", "email", "not an address"),
    ("responsible", "email", "a@b\u202e.cn"),
    ("responsible", "email", "a@" + "例" * 60 + ".cn"),
    ("responsible", "email", "a@example.cn\nBcc: all@example.cn"),
    ("website", "name", "abc"),
    ("website", "name", "😀😀"),
    ("website", "domain", "www.com.cn"),
    ("website", "domain", "ftp://example.cn"),
    ("website", "domain", "https://sub.example.cn/path?x=1#y"),
    ("website", "domain", "http:///example.cn"),
    ("website", "domain", "example.cn:8080/"),
    ("website", "domain", "sub.example.cn"),
    ("website", "domain", "com.cn"),
    ("website", "domain", "192.168.1.1"),
    ("website", "domain", "😀"),
    ("website", "domain", "exa mple.cn"),
    ("website", "domain", "-example.cn"),
    ("website", "domain", "example..cn"),
    ("website", "domain", "." * 60),
    ("website", "domain", "xn--" + "9" * 50 + ".cn"),
    ("website", "domain", "user@example.cn"),
    ("website", "home_url", "http://[::1"),
    ("website", "home_url", "javascript:alert(1)"),
    ("website", "home_url", "www.other.cn:99999999"),
    ("website", "home_url", "//"),
    ("access", "ip_ranges", "192.168.1.1"),
    ("access", "ip_ranges", "10.0.0.1-10.0.0.9"),
    ("access", "ip_ranges", "127.0.0.1"),
    ("access", "ip_ranges", "1.2.3.9-1.2.3.4"),
    ("access", "ip_ranges", "1.2.3.4-"),
    ("access", "ip_ranges", "1.2.3.256"),
    ("access", "ip_ranges", "0.0.0.0-255.255.255.255"),
    ("access", "ip_ranges", "1.2.3.4/0"),
    ("access", "ip_ranges", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("access", "ip_ranges", "1.2.3.4-2001:db8::1"),
    ("access", "ip_ranges", "😀"),
    ("access", "ip_ranges", "\n".join(["1.2.3.4"] * 150)),
]


@pytest.mark.parametrize("section", ["subject", "responsible", "website", "access"])
def test_a_wrong_value_is_answered_at_its_field_and_kept(section):
    desk = Desk()
    missed = []
    for page_id, field, typed in WRONG:
        if page_id != section:
            continue
        good = desk.kept(f"{SECTION_PREFIX[section]}.{field}")
        response = desk.type(section, **{field: typed})
        page = response.content.decode()
        told = response.status_code == 200 and field in wrong_fields(page)
        again = fields_of(page).get(field, [""])[0].split()
        kept = desk.kept(f"{SECTION_PREFIX[section]}.{field}").split()
        if not told or again != typed.split() or kept != typed.split():
            missed.append((field, typed, f"told: {told}", again, kept))
        desk.type(section, **{field: good})

    assert missed == []


SECTION_PREFIX = {
    "subject": "subject",
    "responsible": "responsible",
    "website": "websites.0",
    "manager": "websites.0.responsible",
    "access": "websites.0.access",
}


# of a shape that can't be kept: it stays on the page alone, the filing keeps what it had
SHAPELESS = [
    ("subject", "name", "长" * 10_000),
    ("subject", "address", "x" * 10_000),
    ("subject", "cert_number", "9" * 10_000),
    ("subject", "name", "a\x00b"),
    ("subject", "nature", "999"),
    ("subject", "division", "000000"),
    ("subject", "division", "110105' OR '1'='1"),
    ("subject", "cert_type", "-1"),
    ("responsible", "cert_until", "31.12.2030"),
    ("responsible", "cert_until", "2030-02-31"),
    ("responsible", "cert_until", "99999-01-01"),
    ("responsible", "mobile", "１" * 500),
    ("website", "domain", "a" * 10_000 + ".cn"),
    ("website", "domain", "exa\x00mple.cn"),
    ("website", "services", ["8", "99999"]),
    ("website", "services", ["8\x00"]),
    ("website", "languages", ["abc"]),
    ("website", "remark", "x" * 1_000_000),
    ("access", "ways", ["5", "-5", "5"]),
    ("access", "ip_ranges", "1.2.3.4\n" * 10_000),
]


def test_a_shapeless_value_is_answered_at_its_field_and_nothing_is_lost():
    desk = Desk()
    missed = []
    for section, field, typed in SHAPELESS:
        path = f"{SECTION_PREFIX[section]}.{field}"
        before = desk.kept(path)
        response = desk.type("basics" if field == "nature" else section, **{field: typed})
        page = response.content.decode()
        told = response.status_code == 200 and field in wrong_fields(page)
        again = fields_of(page).get(field, [""])[0]
        shown = not isinstance(typed, str) or field in ("nature", "division", "cert_type")  # lists show known ones
        shown = shown or words_of(again) == words_of(typed)
        if not told or not shown or desk.kept(path) != before:
            missed.append((field, repr(typed)[:20], f"told: {told}", f"on the page again: {shown}"))

    assert missed == []


@pytest.mark.parametrize(
    ("section", "field", "typed", "kept"),
    [
        ("website", "domain", "ｅｘａｍｐｌｅ.ＣＮ", "example.cn"),
        ("website", "domain", " Example.CN. ", "example.cn"),
        ("website", "domain", "例子.中国", "xn--fsqu00a.xn--fiqs8s"),
        ("responsible", "mobile", "１３８００００１２３４", "13800001234"),
        ("responsible", "mobile", "138 0000 1234", "13800001234"),
        ("responsible", "email", "Zhang.San@Example.CN", "zhang.san@example.cn"),
        ("access", "ip_ranges", "１９２.３１.１９６.９", "192.31.196.9"),
    ],
)
def test_full_width_and_loose_spelling_is_taken_in_its_normal_form(section, field, typed, kept):
    desk = Desk()

    desk.type(section, **{field: typed})

    assert desk.kept(f"{SECTION_PREFIX[section]}.{field}") == kept


def test_a_full_width_certificate_number_is_taken_in_its_normal_form():
    desk = Desk()
    number = desk.kept("subject.cert_number")
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)

    response = desk.type("subject", cert_number=wide)

    assert response.status_code == 302
    assert desk.kept("subject.cert_number") == number


def test_markup_in_every_text_field_is_kept_as_text_and_never_as_markup():
    desk = Desk()
    texts = {"name": f"示例{ONE_SCRIPT}公司", "address": f'"><img src=x onerror=alert(1)>{ONE_SCRIPT}'}

    desk.type("subject", **texts)

    assert desk.kept("subject.name") == texts["name"]
    for url in (desk.url("subject"), reverse("filings:check", args=[desk.case.filing.pk]), reverse("filings:home")):
        page = desk.client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert escape(texts["name"]) in desk.client.get(desk.url("subject")).content.decode()


def test_a_text_that_turns_the_writing_direction_does_not_pass_the_checks():
    """A name with a right-to-left override reads as another one on the reviewer's screen."""
    desk = Desk()

    response = desk.type("subject", name="示例\u202e司公技科")

    assert "name" in wrong_fields(response.content.decode())


def test_a_missing_or_spoilt_version_loses_nothing_and_changes_nothing():
    desk = Desk()
    before = desk.kept("websites.0.name")
    page = desk.client.get(desk.url("website")).content.decode()
    for version in [None, "", "-1", "0", "1", "9" * 20, "1e3", "1.5", "１", "\x00", "abc", "9" * 5000]:
        form = fields_of(page) | {"name": ["新的网站名称"]}
        form.pop("version")
        form.pop("seen")  # a page that says what it has shown is judged by that
        if version is not None:
            form["version"] = [version]

        response = desk.client.post(desk.url("website"), form)

        answer = response.content.decode()
        assert (version, response.status_code) == (version, 200)
        assert 'role="alert"' in answer
        assert fields_of(answer)["name"] == ["新的网站名称"]
        assert desk.kept("websites.0.name") == before


def test_what_was_typed_survives_a_lost_race_and_can_be_sent_again():
    desk = Desk()
    form = fields_of(desk.client.get(desk.url("website")).content.decode()) | {"name": ["我的网站名称"]}
    services.save_facts(desk.case.filing.pk, desk.case.host, {"websites.0.name": "别处的名称"}, version=None)

    lost = desk.client.post(desk.url("website"), form).content.decode()

    assert desk.kept("websites.0.name") == "别处的名称"
    again = fields_of(lost)
    assert again["name"] == ["我的网站名称"]
    assert desk.client.post(desk.url("website"), again).status_code == 302
    assert desk.kept("websites.0.name") == "我的网站名称"


def test_an_unknown_page_of_the_form_is_not_found():
    desk = Desk()
    for section in ("no-such-section", "Subject", "papers-", "a" * 500, "0"):
        assert desk.client.get(desk.url(section)).status_code == 404
        assert desk.client.post(desk.url(section), {"version": "1"}).status_code == 404


def test_fields_the_page_does_not_have_are_ignored():
    desk = Desk()
    before = Filing.objects.values("status", "host_id", "provider_id", "round", "claimed_by_id").get()

    desk.type("website", status="filed", host_id="1", provider="1", round="9", claimed_by="1", same="on", nature="1")

    assert Filing.objects.values("status", "host_id", "provider_id", "round", "claimed_by_id").get() == before
    assert desk.kept("subject.nature") == 4


def test_several_values_where_one_is_expected_are_one_value():
    desk = Desk()

    response = desk.type("website", name=["第一个网站名", "第二个网站名"], domain=["a.cn", desk.case.filing.domain])

    assert response.status_code == 302
    assert desk.kept("websites.0.name") == "第二个网站名"


def test_bytes_that_are_no_utf_8_are_answered_and_not_stored_broken():
    desk = Desk()
    version = fields_of(desk.client.get(desk.url("website")).content.decode())["version"][0]
    body = (
        b"version=" + version.encode() + b"&name=%FF%FE%ED%A0%80&domain=\xff\xfe\xed\xa0\x80.cn&services=8&languages=1"
    )

    response = desk.client.post(desk.url("website"), body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 200
    assert "domain" in wrong_fields(response.content.decode())


BROKEN_BODIES = [
    (b"\xff\xfe\x00\x00", "application/x-www-form-urlencoded"),
    (b'{"version": 1, "name": "\\u0000"}', "application/json"),
    (b"version=1&name=x", "application/x-www-form-urlencoded; charset=utf-16"),
    (b"version=1&name=x", "application/x-www-form-urlencoded; charset=no-such-code"),
    (b"version=1&name=x", "application/x-www-form-urlencoded; charset=rot13"),
    (b'--x\r\nContent-Disposition: form-data; name="version"\r\n\r\n1\r\n', "multipart/form-data; boundary=x"),
    (b"--x\r\nrubbish", "multipart/form-data; boundary=x"),
    (b"rubbish", "multipart/form-data"),
    (b"rubbish", "multipart/form-data; boundary=" + "b" * 300),
    (
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nx\r\n--x--',
        "multipart/form-data; boundary=x; charset=no-such-code",
    ),
    (b"&".join(b"f%d=1" % number for number in range(2000)), "application/x-www-form-urlencoded"),
    (b"name=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
    (b"<a/>", "text/xml"),
    (b"x", ""),
]


def test_a_broken_body_is_refused_politely():
    desk = Desk()
    for body, content_type in BROKEN_BODIES:
        response = desk.client.generic("POST", desk.url("website"), body, content_type=content_type)

        assert (content_type, response.status_code) in ((content_type, 200), (content_type, 400))
        assert desk.kept("websites.0.domain") == desk.case.filing.domain
