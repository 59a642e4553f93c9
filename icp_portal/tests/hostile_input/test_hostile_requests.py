"""Forged addresses, headers, recoveries and sign-ups: refused with words, never an error of the portal.

Django's test client raises what a view raises, so a 500 fails a test by itself.
"""

import json

import pytest
from django.test import Client

from accounts.models import Party, User
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.builders import case_at, user
from icp_portal.tests.hostile import ONE_SCRIPT, browser, fields_of, wrong_fields

pytestmark = pytest.mark.django_db


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


FORM = "application/x-www-form-urlencoded"
# what → its type and content
UNREADABLE = {
    "another encoding": (f"{FORM}; charset=gbk", b"a=1"),
    "another name of UTF-8": (f"{FORM}; charset=utf8", b"a=1"),
    "too many fields": (FORM, b"&".join(b"a%d=1" % number for number in range(1100))),
    "too many bytes": (FORM, b"a=" + b"x" * 3_000_000),
    "no boundary": ("multipart/form-data", b"x"),
}


@pytest.mark.parametrize("path", ["/query/", "/no/such/page/", "/filings/%00/", "/api/v1/nowhere"])
@pytest.mark.parametrize("what", UNREADABLE)
def test_a_body_that_can_not_be_read_is_refused_on_every_page(path, what):
    """The token is looked for in the body, also by the page that says what is wrong."""
    content_type, content = UNREADABLE[what]
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")

    assert client.post(path, content, content_type=content_type).status_code in (400, 404, 413)


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

    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/recover/password/asked/")


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
