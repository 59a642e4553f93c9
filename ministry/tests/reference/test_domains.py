import re
from contextlib import suppress
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from ministry.reference import domains
from ministry.reference.domains import (
    display_domain,
    display_home_url,
    normalise_domain,
    normalise_home_url,
    url_contains_domain,
)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("example.com", "example.com"),
        (" Example.COM ", "example.com"),
        ("example.com.", "example.com"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"),
        ("１２３.cn", "123.cn"),
        ("example.com.cn", "example.com.cn"),
        ("example.bj.cn", "example.bj.cn"),
        ("例子.中国", "xn--fsqu00a.xn--fiqs8s"),
        ("例子。中国", "xn--fsqu00a.xn--fiqs8s"),
        ("XN--FSQU00A.xn--fiqs8s", "xn--fsqu00a.xn--fiqs8s"),
        ("例子.公司.cn", "xn--fsqu00a.xn--55qx5d.cn"),
        ("例子.公司", "xn--fsqu00a.xn--55qx5d"),
        ("例子.网络", "xn--fsqu00a.xn--io0a7i"),
        ("例子.政府", "xn--fsqu00a.xn--mxtq1m"),
        ("例子.公益", "xn--fsqu00a.xn--55qw42g"),
        ("github.io", "github.io"),
        (f"{'a' * 63}.{'b' * 61}.ck", f"{'a' * 63}.{'b' * 61}.ck"),  # as long as the official field
    ],
)
def test_a_registrable_domain_comes_back_in_its_normal_form(typed, normal):
    assert normalise_domain(typed) == normal
    assert normalise_domain(normal) == normal


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "required"),
        ("", "required"),
        ("exam\0ple.com", "invisible"),
        ("\u200bexample.com", "invisible"),
        ("\ud800.com", "invisible"),
        ("a" * 10_000 + ".com", "too_long"),
        (f"{'a' * 63}.{'b' * 62}.ck", "too_long"),
        ("http://example.com", "url"),
        ("HTTPS://example.com", "url"),
        ("ｈｔｔｐ：／／example.com", "url"),
        ("example.com/", "url"),
        ("example.com:80", "url"),
        ("example.com?x=1", "url"),
        ("javascript:alert(1)", "url"),
        ("me@example.com", "email"),
        ("www.example.com", "www"),
        ("WWW.例子.中国", "www"),
        ("shop.example.com", "subdomain"),
        ("www.shop.example.com", "subdomain"),
        ("name.github.io", "subdomain"),
        ("com", "suffix"),
        ("com.cn", "suffix"),
        ("bj.cn", "suffix"),
        ("中国", "suffix"),
        ("公司.cn", "suffix"),
        ("8.8.8.8", "ip_address"),
        ("８.８.８.８", "ip_address"),
        ("8.8.8.8:80", "ip_address"),
        ("::1", "ip_address"),
        ("[2001:db8::1]", "ip_address"),
        ("example", "unknown_suffix"),
        ("example.notasuffix", "unknown_suffix"),
        ("exa mple.com", "invalid"),
        ("exa_mple.com", "invalid"),
        ("-example.com", "invalid"),
        ("example-.com", "invalid"),
        ("*.example.com", "invalid"),
        ("example..com", "invalid"),
        (".", "invalid"),
        ("a" * 64 + ".com", "invalid"),
        ("xn--a.com", "invalid"),
        ("😀.com", "invalid"),
        ("<b>.com", "invalid"),
    ],
)
def test_anything_else_is_refused_for_its_reason(text, code):
    with pytest.raises(ValidationError) as refusal:
        normalise_domain(text)

    assert refusal.value.code == code
    assert refusal.value.messages


def test_a_message_tells_the_correction_in_readable_letters():
    with pytest.raises(ValidationError) as refusal:
        normalise_domain("www.xn--fsqu00a.xn--fiqs8s")

    assert refusal.value.messages == ["Leave out www. and enter 例子.中国."]


@given(st.text(max_size=80))
def test_reading_raises_nothing_but_validation_errors_and_is_stable(text):
    try:
        normal = normalise_domain(text)
    except ValidationError:
        return
    assert normalise_domain(normal) == normal
    assert normalise_domain(display_domain(normal)) == normal


@pytest.mark.parametrize(
    ("a_label", "shown"),
    [
        ("example.com", "example.com"),
        ("xn--fsqu00a.xn--fiqs8s", "例子.中国"),
        ("xn--a.com", "xn--a.com"),
        ("", ""),
    ],
)
def test_a_domain_is_shown_as_people_read_it(a_label, shown):
    assert display_domain(a_label) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("www.example.com/a", "www.example.com/a"),
        ("xn--fsqu00a.xn--fiqs8s:8080/xn--fsqu00a", "例子.中国:8080/xn--fsqu00a"),
        ("[2001:4:112::1]", "[2001:4:112::1]"),
        ("Not An address", "Not An address"),
        ("", ""),
    ],
)
def test_a_home_page_is_shown_with_a_readable_host(url, shown):
    assert display_home_url(url) == shown


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("www.example.com", "www.example.com"),
        ("http://www.Example.com/", "www.example.com"),
        ("HTTPS://example.com/Home/a.html", "example.com/Home/a.html"),
        ("example.com:8080/a", "example.com:8080/a"),
        ("ｗｗｗ.example.com", "www.example.com"),
        ("例子.中国/首页", "xn--fsqu00a.xn--fiqs8s/首页"),
    ],
)
def test_a_home_page_comes_back_without_scheme(typed, normal):
    assert normalise_home_url(typed) == normal
    assert normalise_home_url(normal) == normal


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "required"),
        ("", "required"),
        ("http://", "invalid"),
        ("example.com/\0", "invisible"),
        ("example.com/" + "a" * 10_000, "too_long"),
        ("example.com/" + "㌀" * 100, "too_long"),
        ("ftp://example.com", "invalid"),
        ("javascript:alert(1)", "invalid"),
        ("me@example.com", "invalid"),
        ("example.com?x=1", "invalid"),
        ("example.com/#top", "invalid"),
        ("example.com/<script>", "invalid"),
        ("example.com/a b", "invalid"),
        ("example.com:", "invalid"),
        ("8.8.8.8/home", "invalid"),
        ("[::1]/home", "invalid"),
        ("😀.com", "invalid"),
        ("com.cn", "suffix"),
        ("www.example.notasuffix", "unknown_suffix"),
    ],
)
def test_a_wrong_home_page_is_refused_for_its_reason(text, code):
    with pytest.raises(ValidationError) as refusal:
        normalise_home_url(text)

    assert refusal.value.code == code


@given(st.text(max_size=80))
def test_reading_a_home_page_raises_nothing_but_validation_errors(text):
    with suppress(ValidationError):
        normalise_home_url(text)


@pytest.mark.parametrize(
    ("url", "contains"),
    [
        ("example.com", True),
        ("www.example.com/home", True),
        ("example.com:8080/", True),
        ("myexample.com", False),
        ("example.com.cn", False),
        ("other.com/example.com", False),
    ],
)
def test_a_home_page_lies_under_its_domain_or_not(url, contains):
    assert url_contains_domain(url, "example.com") is contains


# --- Published domains, and what goes wrong in them ---------------------------------------------------------

PUBLISHED = [
    "baidu.com",
    "12306.cn",
    "163.com",
    "xinhuanet.com",
    "people.com.cn",
    "sina.com.cn",
    "miit.gov.cn",
    "tsinghua.edu.cn",
    "cnnic.net.cn",
    "cas.ac.cn",
    "xn--fiqa61au8b7zsevnm8ak20mc4a87e.xn--fiqs8s",  # 中国互联网络信息中心.中国
]
published = st.sampled_from(PUBLISHED)
labels = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)


def refusal_code(text: str) -> str:
    with pytest.raises(ValidationError) as refusal:
        normalise_domain(text)
    return str(refusal.value.code)


@pytest.mark.parametrize("domain", PUBLISHED)
def test_published_domains_pass_in_either_writing(domain):
    assert normalise_domain(domain) == normalise_domain(display_domain(domain).upper()) == domain
    assert normalise_home_url(f"https://www.{domain}/") == f"www.{domain}"
    assert url_contains_domain(f"www.{domain}", domain)


@given(published, labels)
def test_a_host_in_a_published_domain_is_a_subdomain(domain, label):
    assert refusal_code(f"{label}.{domain}") == ("www" if label == "www" else "subdomain")


@given(published, st.sampled_from(" _!*,，'\"<>%&"), st.data())
def test_a_published_domain_with_a_foreign_character_is_refused(domain, char, data):
    position = data.draw(st.integers(1, len(domain.partition(".")[0]) - 1))

    assert refusal_code(domain[:position] + char + domain[position:]) == "invalid"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("baidu.con", "unknown_suffix"),
        ("baidu.cmo", "unknown_suffix"),
        ("people.com.cm.cn1", "unknown_suffix"),
        ("baidu..com", "invalid"),
        ("baidu,com", "invalid"),
        ("baidu com", "invalid"),
        ("baiducom", "unknown_suffix"),
        ("gov.cn", "suffix"),
        ("edu.cn", "suffix"),
    ],
)
def test_a_slip_in_the_suffix_is_noticed(typed, code):
    assert refusal_code(typed) == code


@given(st.text(st.sampled_from("abXn-.019"), min_size=1, max_size=70))
def test_a_plain_host_name_is_read_like_any_other(text):
    def outcome():
        try:
            return domains.normalise_host(f"{text}.cn")
        except ValidationError as error:
            return error.code

    quick = outcome()
    with mock.patch.object(domains, "_PLAIN_HOST", re.compile("(?!)")):
        assert outcome() == quick
