"""Whatever is typed, pasted, uploaded or forged: a message at the field, nothing lost, never a fault of ours.

Django's test client raises what a view raises, so a 500 fails a test by itself.
"""

import json
import re
import struct
import zlib
from html import escape, unescape
from io import BytesIO
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from post_office.models import Email

from accounts.models import Party, User
from filings import services
from filings.models import Evidence, Filing, Remark
from filings.states import Status
from filings.tasks import send_mails
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, case_at, reviewer, staff, user

pytestmark = pytest.mark.django_db

ONE_SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _nobody_throttled_yet():
    cache.clear()


def browser(member: User) -> Client:
    client = Client()
    if member.needs_second_factor:
        TOTP.activate(member, generate_totp_secret())
    client.force_login(member)
    return client


def fields_of(page: str) -> dict[str, list[str]]:
    """What the browser would send back: name → values of inputs, text areas and chosen options of a page."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        if (name := re.search(r'\bname="([^"]*)"', tag)) and not (
            re.search(r'type="(?:radio|checkbox)"', tag) and " checked" not in tag
        ):
            value = re.search(r'\bvalue="([^"]*)"', tag)
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea\b[^>]*\bname="([^"]*)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        found.setdefault(name, []).append(unescape(text))
    for name, options in re.findall(r'<select\b[^>]*\bname="([^"]*)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found.setdefault(name, []).append(unescape(chosen[1]) if chosen else "")
    return found


def wrong_fields(page: str) -> set[str]:
    """The names of the fields beside which the page shows an error."""
    return set(re.findall(r'<div id="id_(?:[\w-]*-)?(\w+)_error">', page))


class Desk:
    """The host's desk: one draft, its form's pages."""

    def __init__(self) -> None:
        self.case = Case()
        self.client = browser(self.case.filing.host)

    def url(self, section: str) -> str:
        return reverse("filings:section", args=[self.case.filing.pk, section])

    def type(self, section: str, **typed: Any) -> HttpResponse:
        """Open a page, change these fields, press "save and continue"."""
        form = fields_of(self.client.get(self.url(section)).content.decode())
        return self.client.post(self.url(section), form | typed)

    def kept(self, path: str) -> Any:
        return self.case.refresh().filing.get(path)


# --- The form's pages ---------------------------------------------------------------------------------


def test_the_happy_case_is_kept_and_goes_on():
    desk = Desk()

    response = desk.type("website", name="示例科技新官网")

    assert (response.status_code, response["Location"]) == (302, desk.url("manager"))
    assert desk.kept("websites.0.name") == "示例科技新官网"


# section, field, what is typed: wrong, but of a shape that can be kept while it is mended
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
    ("website", "domain", "www.example.cn"),
    ("website", "domain", "http://example.cn"),
    ("website", "domain", "https://example.cn/path?x=1#y"),
    ("website", "domain", "example.cn/"),
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


def words_of(text: str) -> list[str]:
    """The text as a browser sends it back: NUL can't be in a page."""
    return text.replace("\x00", "").split()


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


# --- Addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/filings/99999999999999999999999/",
        "/filings/9223372036854775808/",
        "/filings/-1/",
        "/filings/" + "9" * 6000 + "/",
        "/filings/0/evidence/99999999999999999999/",
        "/filings/１/",
        "/providers/%E7%A4%BA/",
        "/navigation/nowhere/",
        "/no/such/page/%FF%FE",
        "/no/such/page/%ED%A0%80",
        "/../../etc/passwd",
        "/static/../icp_portal/settings.py",
        "/static/%2e%2e/icp_portal/settings.py",
    ],
)
def test_addresses_that_lead_nowhere_are_not_found(path):
    client = browser(user(Party.HOST))

    assert client.get(path, follow=True).status_code == 404
    assert client.post(path, {"version": "1"}).status_code in (403, 404, 405)


@pytest.mark.parametrize(
    "path", ["/filings/%00/", "/\x00", "/query/?q=%00", "/query/?%00=1", "/static/%00", "/accounts/login/?next=%00"]
)
def test_nul_bytes_in_an_address_are_refused(path):
    assert Client().get(path).status_code in (400, 404)


@pytest.mark.parametrize(
    "cookie", ["\x00", "a" * 5000, "é", '"\\000\\000\\000\\000\\000\\000\\000\\000\\000"', "'; DROP TABLE x; --", ""]
)
@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages", "django_language"])
def test_forged_cookies_are_ignored(name, cookie):
    client = Client()
    client.cookies.load({name: ""})
    response = client.get("/accounts/login/", headers={"cookie": f"{name}={cookie}"})

    assert response.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "a b"},
        {"host": "\x00"},
        {"x-forwarded-for": "\x00, 'x'"},
        {"x-forwarded-host": "evil.example"},
        {"accept-language": "zz-" * 2000},
        {"accept-language": "\x00"},
        {"referer": "\x00"},
        {"user-agent": "\x00" * 100},
        {"content-type": "text/html; charset=no-such-code"},
    ],
    ids=repr,
)
@pytest.mark.parametrize("path", ["/accounts/login/", "/query/?q=x"])
def test_forged_headers_are_no_fault_of_ours(path, headers):
    headers = {name: value[:200] if name != "accept-language" else value for name, value in headers.items()}
    extra = {"CONTENT_TYPE": headers.pop("content-type")} if "content-type" in headers else {}

    response = Client().get(path, headers=headers, **extra)

    assert response.status_code in (200, 400)
    assert b"evil.example" not in response.content


def test_rubbish_in_a_queues_address():
    case = case_at(Status.WITH_BUREAU)
    desks = [
        (browser(User.objects.get(pk=who.user_id)), path)
        for who, path in ((case.staff, "/provider/"), (case.reviewer, "/bureau/"))
    ]
    host = browser(case.filing.host)
    for after in ("", "x", "%FF", "a:b:c", "." * 3000, "😀", "W10:x:y", ["1", "2"]):
        assert case.filing.domain in host.get("/filings/", {"after": after}).content.decode()
        for client, path in desks:
            for tab in ("work", "done", ["done", "work"]):
                assert client.get(path, {"tab": tab, "after": after}).status_code == 200
            for tab in ("", "rubbish", "😀"):
                assert client.get(path, {"tab": tab, "after": after}).status_code == 404


@pytest.mark.parametrize(
    "question",
    [
        "x" * 256,
        "x" * 10_000,
        "😀",
        ONE_SCRIPT,
        '"><img src=x>',
        "%",
        "_",
        "\\",
        "' OR '1'='1",
        "京ICP备99999999999999999999号",
        "京ICP备2026000001号-999999999999999999999",
        "京ICP备２０２６０００００１号",
        "http://[::1",
        "．．．",
        "xn--",
        "\ud7ff\ufffe",
        "１２３.cn",
        "℡.cn",
        "\u202e\u200b",
        "a\tb\nc",
    ],
)
def test_the_public_query_takes_any_question(question):
    response = Client().get("/query/", {"q": question})

    page = response.content.decode()
    assert response.status_code == 200
    assert ONE_SCRIPT not in page
    assert "<img src=x" not in page
    assert fields_of(page)["q"] == [question.strip()[:255]]


def test_the_public_query_finds_a_number_in_full_width():
    case = case_at(Status.FILED)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in str(case.filing.subject.number))

    assert case.filing.domain in Client().get("/query/", {"q": wide}).content.decode()


def test_the_public_query_of_broken_bytes():
    assert Client().get("/query/?q=%FF%FE%ED%A0%80").status_code == 200
    assert Client().get("/query/?q=" + "%E4%BA%AC" * 3000).status_code == 200
    assert Client().get("/query/?" + "&".join(f"q{n}=1" for n in range(900))).status_code == 200
    assert Client().get("/query/?" + "&".join(f"q{n}=1" for n in range(1100))).status_code == 400


# --- Recovery -------------------------------------------------------------------------------------------


GOOD_RECOVERY = {
    "province": "110000",
    "number": "京ICP备2026000001号-1",
    "cert_type": "1",
    "cert_number": invent.credit_code(1),
}


def test_recovery_of_well_formed_data_is_taken():
    response = Client().post("/recover/password/", GOOD_RECOVERY)

    assert (response.status_code, response["Location"]) == (302, "/recover/password/asked/")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("province", "999999"),
        ("province", "440000"),
        ("province", ""),
        ("number", "x" * 10_000),
        ("number", "京ICP备"),
        ("number", "京ICP备2026\x00001号"),
        ("number", "B1.B2-20090001"),
        ("cert_type", "0"),
        ("cert_type", "abc"),
        ("cert_type", "99999999999999999999"),
        ("cert_number", "9" * 10_000),
        ("cert_number", "91110105MA0000000X"),
        ("cert_number", "😀"),
        ("cert_number", "\x00"),
        ("cert_number", ""),
    ],
)
def test_a_bad_field_of_the_recovery_is_answered_at_its_place(field, typed):
    response = Client().post("/recover/password/", GOOD_RECOVERY | {field: typed})

    page = response.content.decode()
    assert response.status_code == 200
    assert wrong_fields(page) == {field}
    other = next(name for name in ("number", "cert_number") if name != field)
    assert fields_of(page)[other] == [GOOD_RECOVERY[other]]


# --- Sign-up and sign-in ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "x" * 10_000,
        "a" * 300 + "@example.cn",
        "a@b",
        "a@b\u202e.cn",
        "a@" + "例" * 60 + ".cn",
        "\x00@example.cn",
        "a@example.cn\nb",
        "😀@😀.cn",
        ONE_SCRIPT,
        "",
    ],
)
def test_a_bad_address_at_sign_up_is_answered_at_its_field(typed):
    response = Client().post(
        "/accounts/signup/",
        {"email": typed, "password1": "correct-horse-battery", "password2": "correct-horse-battery"},
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert 'class="field-error"' in page
    assert ONE_SCRIPT not in page
    assert not User.objects.exists()


@pytest.mark.parametrize("typed", ["x" * 10_000, "\x00@example.cn", ONE_SCRIPT, "", "😀"])
@pytest.mark.parametrize("password", ["", "\x00", "x" * 100_000, "密码" * 100])
def test_rubbish_at_sign_in_is_answered(typed, password):
    response = Client().post("/accounts/login/", {"login": typed, "password": password})

    assert response.status_code == 200
    assert 'class="field-error"' in response.content.decode() or 'role="alert"' in response.content.decode()


@pytest.mark.parametrize(
    "credential",
    ["", "x", "null", "[]", "{}", '{"id": 1}', "\x00", '{"id":"\\ud800"}', json.dumps({"a": "x" * 10_000})],
)
def test_rubbish_as_a_passkey_is_answered(credential):
    client = Client()
    client.get("/accounts/2fa/webauthn/login/", headers={"x-requested-with": "XMLHttpRequest"})

    assert client.post("/accounts/2fa/webauthn/login/", {"credential": credential}).status_code in (200, 302, 400)


# --- Pictures ---------------------------------------------------------------------------------------------


def jpeg(**options: Any) -> bytes:
    target = BytesIO()
    Image.new("RGB", (640, 480), "#88aacc").save(target, "JPEG", **options)
    return target.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header claims this many pixels, with hardly any data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def png_with(kind: bytes, data: bytes) -> bytes:
    target = BytesIO()
    Image.new("RGB", (640, 480)).save(target, "PNG")
    head, tail = target.getvalue()[:33], target.getvalue()[33:]
    return head + struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) + tail


def gif() -> bytes:
    target = BytesIO()
    Image.new("RGB", (640, 480)).save(target, "GIF")
    return target.getvalue()


NO_PICTURES = {
    "a script renamed": b"#!/bin/sh\nrm -rf /\n",
    "HTML renamed": b"<html><script>alert(1)</script></html>",
    "an SVG renamed": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a GIF": gif(),
    "an empty file": b"",
    "one byte": b"\xff",
    "a JPEG's head alone": b"\xff\xd8\xff\xe0",
    "a truncated JPEG": jpeg()[:900],
    "a JPEG cut before its end": jpeg(quality=95)[:-200],
    "200 megapixels": png_of(20_000, 10_000),
    "four gigapixels": png_of(2**31 - 1, 2**31 - 1),
    "61 megapixels": png_of(10_000, 6_100),
    "no pixels": png_of(0, 0),
    "too small to read": png_of(50, 50),
    "a PNG without its data": png_of(1000, 1000),
    "a text bomb": png_with(b"zTXt", b"k\0\0" + zlib.compress(b"A" * 100_000_000, 9)),
    "21 MB": jpeg() + b"\0" * (21 * 1024 * 1024),
}


def upload(desk: Desk, content: bytes, name: str = "card.jpg", **extra: Any) -> HttpResponse:
    url = reverse("filings:papers", args=[desk.case.filing.pk])
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    return desk.client.post(url, {"version": desk.case.filing.version, "subject_certificate": file, **extra})


def current(desk: Desk) -> Evidence:
    return desk.case.filing.evidence.get(kind="subject_certificate", replaced_at=None)


def stored(evidence: Evidence) -> bytes:
    with evidence.file.open("rb") as file:
        return file.read()


def test_what_is_no_usable_picture_is_answered_at_its_field():
    desk = Desk()
    before = current(desk)
    taken = []
    for what, content in NO_PICTURES.items():
        response = upload(desk, content)
        told = response.status_code == 200 and "subject_certificate" in wrong_fields(response.content.decode())
        if not told or current(desk) != before:
            taken.append(what)

    assert taken == []


def test_a_good_picture_beside_a_bad_one_is_kept():
    desk = Desk()
    before = current(desk)
    good = SimpleUploadedFile("front.jpg", jpeg(), content_type="image/jpeg")

    response = upload(desk, b"rubbish", responsible_front=good)

    assert wrong_fields(response.content.decode()) == {"subject_certificate"}
    assert desk.case.filing.evidence.filter(kind="responsible_front").count() == 2
    assert current(desk) == before


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"<?php system('id'); ?>", b"PK\x03\x04" + b"A" * 500])
def test_what_is_appended_to_a_picture_does_not_survive(tail):
    desk = Desk()

    assert upload(desk, jpeg(comment=b"<script>in a comment</script>") + tail).status_code == 302

    kept = stored(current(desk))
    assert kept.startswith(b"\xff\xd8\xff")
    assert tail not in kept
    assert b"script" not in kept
    assert kept.endswith(b"\xff\xd9")


def test_position_and_camera_do_not_survive_and_the_picture_stands_upright():
    desk = Desk()
    exif = Image.Exif()
    exif[0x010F] = "SpyCam"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 26.0)
    exif.get_ifd(0x8825)[1] = "N"

    assert upload(desk, jpeg(exif=exif.tobytes())).status_code == 302

    evidence = current(desk)
    kept = Image.open(BytesIO(stored(evidence)))
    assert dict(kept.getexif()) == {}
    assert b"SpyCam" not in stored(evidence)
    assert b"Exif" not in stored(evidence)
    assert (evidence.width, evidence.height) == (480, 640) == kept.size


def test_pictures_of_any_colour_kind_are_taken():
    desk = Desk()
    for mode in ("1", "L", "LA", "P", "RGBA", "CMYK", "I;16"):
        target = BytesIO()
        Image.new(mode, (640, 480)).save(target, "JPEG" if mode == "CMYK" else "PNG")

        assert (mode, upload(desk, target.getvalue()).status_code) == (mode, 302)
        assert Image.open(BytesIO(stored(current(desk)))).mode == "RGB"


def test_a_files_name_means_nothing():
    desk = Desk()
    long = "x" * 500 + ".jpg"
    for name in ("../../etc/passwd", "a\x00.jpg", "😀.jpg", long, "card.php", ".htaccess", "C:\\evil.jpg", "a%00.jpg"):
        assert (name, upload(desk, jpeg(), name=name).status_code) == (name, 302)
        assert re.fullmatch(rf"{desk.case.filing.pk}/[0-9a-f]{{32}}\.jpg", current(desk).file.name)


def test_two_files_in_one_field_are_one_file():
    desk = Desk()
    url = reverse("filings:papers", args=[desk.case.filing.pk])
    files = [SimpleUploadedFile("a.jpg", b"rubbish"), SimpleUploadedFile("b.jpg", jpeg())]

    response = desk.client.post(url, {"version": "1", "subject_certificate": files})

    assert response.status_code == 302
    assert desk.case.filing.evidence.filter(kind="subject_certificate").count() == 2


def test_text_in_a_file_field_and_a_file_in_a_text_field():
    desk = Desk()
    url = reverse("filings:papers", args=[desk.case.filing.pk])
    assert desk.client.post(url, {"version": "1", "subject_certificate": "text"}).status_code in (200, 302)
    file = SimpleUploadedFile("name", jpeg())
    assert desk.type("website", name=file).status_code == 200


# --- The desks ----------------------------------------------------------------------------------------------


class Staffed:
    """A desk of staff with one filing that has been taken into work."""

    def __init__(self, status: Status) -> None:
        self.case = case_at(status)
        self.actor, page = {
            Status.WITH_PROVIDER: (self.case.staff, "provider_desk:verify"),
            Status.WITH_BUREAU: (self.case.reviewer, "bureau_desk:review"),
        }[status]
        services.claim(self.case.filing.pk, self.actor)
        self.client = browser(User.objects.get(pk=self.actor.user_id))
        self.url = reverse(page, args=[self.case.filing.pk])
        self.button = "send_back" if status == Status.WITH_PROVIDER else "return"

    def form(self) -> dict[str, Any]:
        return fields_of(self.client.get(self.url).content.decode())

    def send(self, **changes: Any) -> HttpResponse:
        return self.client.post(self.url, self.form() | changes)

    def status(self) -> str:
        return self.case.refresh().filing.status


def remark(**changes: str) -> dict[str, str]:
    written = {"path": "websites.0.name", "code": "P301", "seen": "看到的内容", "expected": "应有的内容"} | changes
    return {f"remarks-0-{name}": value for name, value in written.items()}


BOTH = pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.WITH_BUREAU])


@BOTH
def test_a_whole_remark_returns_the_filing(status):
    desk = Staffed(status)

    response = desk.send(**{desk.button: "1"}, **remark())

    assert response.status_code == 302
    assert desk.status() in (Status.RETURNED_TO_HOST, Status.RETURNED_TO_PROVIDER)
    assert Remark.objects.get().seen == "看到的内容"


BAD_REMARKS = [
    ({"path": "no.such.path"}, "path"),
    ({"path": "subject"}, "path"),
    ({"path": ""}, "path"),
    ({"code": "X999"}, "code"),
    ({"code": ""}, "code"),
    ({"seen": ""}, "seen"),
    ({"seen": " \u3000\t"}, "seen"),
    ({"seen": "x" * 10_000}, "seen"),
    ({"seen": "a\x00b"}, "seen"),
    ({"expected": "长" * 501}, "expected"),
]


@BOTH
def test_a_bad_remark_is_answered_at_its_field_and_nothing_is_lost(status):
    desk = Staffed(status)
    for changes, field in BAD_REMARKS:
        typed = remark(**changes)

        response = desk.send(**{desk.button: "1"}, **typed)

        page = response.content.decode()
        assert response.status_code == 200
        assert field in wrong_fields(page)
        again = fields_of(page)
        for name in ("remarks-0-seen", "remarks-0-expected"):
            assert words_of(again[name][0]) == words_of(typed[name])
        assert desk.status() == status
        assert not Remark.objects.exists()


@BOTH
def test_returning_without_a_remark_is_refused_in_words(status):
    desk = Staffed(status)

    page = desk.send(**{desk.button: "1"}).content.decode()

    assert "tone-wrong" in page
    assert desk.status() == status


FORGED_COUNTS: list[dict[str, str | None]] = [
    *({"remarks-TOTAL_FORMS": text} for text in ("100000", "-1", "abc", "", "²", "９", "9" * 5000, "\x00", None)),
    *({"remarks-INITIAL_FORMS": text} for text in ("100000", "-5", None)),
    {"remarks-TOTAL_FORMS": None, "remarks-INITIAL_FORMS": None},
]


@BOTH
@pytest.mark.parametrize("forged", FORGED_COUNTS, ids=lambda forged: str(forged)[:45])
def test_a_forged_count_of_remarks_is_no_fault_of_ours(status, forged):
    desk = Staffed(status)
    form = desk.form() | {name: value for name, value in forged.items() if value is not None}
    for name, value in forged.items():
        if value is None:
            form.pop(name)
    for button in ("more", desk.button, "no-such-button"):
        response = desk.client.post(desk.url, form | {button: ["1"]})

        assert response.status_code == 200
        assert response.content.decode().count('class="remark-row"') <= 40
        assert desk.status() == status


@BOTH
def test_one_more_row_keeps_what_was_typed(status):
    desk = Staffed(status)
    rows = desk.client.get(desk.url).content.decode().count('class="remark-row"')

    page = desk.send(more="1", **remark()).content.decode()

    assert page.count('class="remark-row"') == rows + 1
    assert fields_of(page)["remarks-0-seen"] == ["看到的内容"]
    assert 'class="field-error"' not in page


@BOTH
def test_a_decision_without_a_true_version_is_refused_and_nothing_is_lost(status):
    desk = Staffed(status)
    for version in (None, "", "-1", "0", "99999999999999999999", "abc", "\x00"):
        form = desk.form() | remark() | {desk.button: "1"}
        form.pop("version")
        if version is not None:
            form["version"] = version

        page = desk.client.post(desk.url, form).content.decode()

        assert "tone-wrong" in page
        assert fields_of(page)["remarks-0-seen"] == ["看到的内容"]
        assert desk.status() == status


@BOTH
def test_remarks_survive_when_the_lease_has_run_out_meanwhile(status):
    """The refusal promises that what was typed is still here."""
    desk = Staffed(status)
    form = desk.form() | remark() | {desk.button: "1"}
    Filing.objects.update(claimed_until=timezone.now())

    page = desk.client.post(desk.url, form).content.decode()

    assert "tone-wrong" in page
    assert "看到的内容" in page
    assert "应有的内容" in page
    assert desk.status() == status


@BOTH
def test_remarks_survive_when_a_colleague_has_it_meanwhile(status):
    desk = Staffed(status)
    form = desk.form() | remark() | {desk.button: "1"}
    services.release(desk.case.filing.pk, desk.actor)
    colleague = staff(desk.case.provider) if status == Status.WITH_PROVIDER else reviewer()
    services.claim(desk.case.filing.pk, colleague)

    page = desk.client.post(desk.url, form).content.decode()

    assert colleague.name in page
    assert "看到的内容" in page
    assert desk.status() == status


def sheet(desk: Staffed, **changes: Any) -> dict[str, Any]:
    return {**play.answers(desk.case.filing), "place": "营业厅一层", "statement": "on", "pass": "1", **changes}


def test_the_photo_is_kept_first_and_the_filing_passes_with_the_next_click():
    desk = Staffed(Status.WITH_PROVIDER)

    kept = desk.send(photo="1", photo_file=invent.portrait(1))
    again = fields_of(kept.content.decode())
    response = desk.client.post(desk.url, again | sheet(desk))

    assert kept.status_code == 200
    assert response.status_code == 302
    assert desk.status() == Status.WITH_BUREAU


def test_photo_and_sheet_pass_with_one_click():
    desk = Staffed(Status.WITH_PROVIDER)

    assert desk.send(**sheet(desk, photo_file=invent.portrait(1))).status_code == 302
    assert desk.status() == Status.WITH_BUREAU


BAD_SHEETS: list[tuple[dict[str, Any], str]] = [
    ({"domain_correct": "maybe"}, "domain_correct"),
    ({"domain_correct": "na"}, "domain_correct"),
    ({"domain_correct": ""}, "domain_correct"),
    ({"place": ""}, "place"),
    ({"place": "x" * 10_000}, "place"),
    ({"place": "a\x00b"}, "place"),
    ({"statement": ""}, "statement"),
    ({"photo_file": b"rubbish"}, "photo_file"),
    ({"photo_file": b""}, "photo_file"),
    ({"photo_file": png_of(20_000, 10_000)}, "photo_file"),
]


def test_a_bad_answer_of_the_sheet_is_answered_at_its_field():
    desk = Staffed(Status.WITH_PROVIDER)
    services.add_evidence(desk.case.filing.pk, desk.actor, "photo", invent.portrait(1))
    for changes, field in BAD_SHEETS:
        sent = {
            name: SimpleUploadedFile("p.jpg", value) if isinstance(value, bytes) else value
            for name, value in changes.items()
        }
        page = desk.send(**sheet(desk, **sent)).content.decode()

        assert field in wrong_fields(page)
        if field != "place":
            assert fields_of(page)["place"] == ["营业厅一层"]
        assert desk.status() == Status.WITH_PROVIDER


def test_a_no_on_the_sheet_does_not_pass():
    desk = Staffed(Status.WITH_PROVIDER)
    services.add_evidence(desk.case.filing.pk, desk.actor, "photo", invent.portrait(1))

    page = desk.send(**sheet(desk, domain_correct="no")).content.decode()

    assert "tone-wrong" in page
    assert desk.status() == Status.WITH_PROVIDER


def test_markup_in_a_remark_is_text_for_everybody_and_readable_in_the_mail():
    seen = f"看到{ONE_SCRIPT}&<b>粗</b>"
    desk = Staffed(Status.WITH_BUREAU)
    Email.objects.all().delete()
    desk.send(**{"return": "1"}, **remark(seen=seen, expected='"><img src=x onerror=alert(1)>'))
    case = desk.case
    services.claim(case.filing.pk, case.staff)
    pages = [
        browser(User.objects.get(pk=case.staff.user_id)).get(reverse("provider_desk:verify", args=[case.filing.pk]))
    ]
    services.send_back(
        case.filing.pk,
        case.staff,
        version=None,
        remarks=[services.RemarkDraft(path="websites.0.name", code="P301", seen=seen, expected=ONE_SCRIPT)],
    )
    host = browser(case.filing.host)
    for name, args in (("status", []), ("overview", []), ("section", ["website"])):
        pages.append(host.get(reverse(f"filings:{name}", args=[case.filing.pk, *args])))
    pages.append(desk.client.get(desk.url))

    for response in pages:
        page = response.content.decode()
        assert response.status_code == 200
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert escape(seen) in page
    mails = [mail.message for mail in Email.objects.all() if "P301" in mail.message]
    assert mails
    assert all(seen in message for message in mails)


def test_a_mail_that_can_not_be_sent_does_not_hold_up_the_others(mailbox):
    case = Case()
    services.submit(case.filing.pk, case.host, version=None)
    first, *others = Email.objects.order_by("pk")
    first.to = ["a@b\u202e.cn"]
    first.save()

    send_mails()

    assert len(mailbox.messages()) == len(others) == 1


def test_a_line_break_in_what_goes_into_a_mails_subject_makes_no_header():
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"subject.name": "示例\nBcc: all@example.cn"}, version=None)
    services.submit(case.filing.pk, case.host, version=None)

    for mail in Email.objects.all():
        assert "\n" not in mail.subject
        assert mail.bcc == []


def test_saving_after_the_filing_has_gone_on_loses_no_words():
    """Two windows: in one the filing is submitted, in the other a page is saved a moment later."""
    desk = Desk()
    form = fields_of(desk.client.get(desk.url("website")).content.decode()) | {"remark": ["在另一个窗口写下的长备注"]}
    services.submit(desk.case.filing.pk, desk.case.host, version=None)

    response = desk.client.post(desk.url("website"), form)

    assert "在另一个窗口写下的长备注" in response.content.decode()
    assert desk.kept("websites.0.remark") == ""
