"""Which addresses messages may be sent to: public https ones, checked when they are typed and at each connection."""

import socket
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from filings.models import AttemptOutcome
from filings.tests.webhooks.receiving import Receiver, certificate, receiver, serving
from filings.webhooks import posting, targets
from filings.webhooks.posting import PostResult
from ministry.reference import addresses

HOST = "hooks.example.cn"
SECRET = "whsec_" + "c2VjcmV0" * 4
PUBLIC = "93.184.216.34"


def sent_to(url: str) -> PostResult:
    return posting.post(url, '{"a":1}', "msg_1", [SECRET], timezone.now())


@pytest.fixture
def resolves(monkeypatch):
    """Let every host name resolve to these addresses."""

    def to(*found: str) -> None:
        real = socket.getaddrinfo

        def look_up(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
            if host != HOST:
                return real(host, port, *rest, **more)
            return [
                (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
                for one in found
            ]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)

    return to


@pytest.fixture
def connected(monkeypatch):
    """Keep the addresses to which a connection is opened; each of them leads to ``to``, if that is set."""
    kept: list[Any] = []
    real = socket.create_connection

    def connect(address: Any, *rest: Any, **more: Any) -> Any:
        kept.append(address)
        if connect.to is None:
            raise ConnectionRefusedError
        return real(connect.to, *rest, **more)

    connect.to = None
    kept_connect = connect
    monkeypatch.setattr(posting.socket, "create_connection", kept_connect)
    return kept, kept_connect


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("https://hooks.example.cn/icp", "https://hooks.example.cn/icp"),
        ("https://HOOKS.Example.CN", "https://hooks.example.cn/"),
        ("https://hooks.example.cn:443/a", "https://hooks.example.cn/a"),
        ("https://hooks.example.cn:8443/a?b=1&c=%20", "https://hooks.example.cn:8443/a?b=1&c=%20"),
        ("https://示例.中国/接收", "https://xn--fsq092h.xn--fiqs8s/%E6%8E%A5%E6%94%B6"),
        (" https://hooks.example.cn/a ", "https://hooks.example.cn/a"),
    ],
)
def test_an_address_has_one_normal_form(typed, normal):
    assert targets.check_url(typed) == normal
    assert targets.check_url(normal) == normal


NO_ADDRESS = "This is not a web address"
NO_HTTPS = "must begin with https://"
NO_NAME = "This is an IP address"
NO_SUFFIX = "does not end in a known suffix"
NO_PORT = "Use port 443 or 8443"
MORE = "without a user name and without “#”"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("http://hooks.example.cn/", NO_HTTPS),
        ("ftp://hooks.example.cn/", NO_HTTPS),
        ("hooks.example.cn", NO_HTTPS),
        ("//hooks.example.cn/", NO_HTTPS),
        ("https://", NO_HTTPS),
        ("https://localhost/", NO_SUFFIX),
        ("https://127.0.0.1/", NO_NAME),
        ("https://93.184.216.34/", NO_NAME),
        ("https://[::1]/", NO_NAME),
        ("https://2130706433/", NO_SUFFIX),
        ("https://0x7f.1/", NO_SUFFIX),
        ("https://intranet/", NO_SUFFIX),
        ("https://metadata.google.internal/", NO_SUFFIX),
        ("https://user:pass@hooks.example.cn/", MORE),
        ("https://hooks.example.cn@127.0.0.1/", MORE),
        ("https://hooks.example.cn:80/", NO_PORT),
        ("https://hooks.example.cn:6379/", NO_PORT),
        ("https://hooks.example.cn:99999/", NO_ADDRESS),
        ("https://hooks.example.cn:x/", NO_ADDRESS),
        ("https://[::1", NO_ADDRESS),
        ("https://hooks.example.cn/#part", MORE),
        ("https://hooks.example.cn/a\r\nX-Injected: 1", "line break"),
        ("https://hooks.example.cn/a\x00", "invisible character at position 27"),
        ("https://hooks.example.cn/" + "a" * 500, "You entered 525 characters; at most 500"),
        ("https://hooks.example.cn/" + "接" * 300, "too long; at most 500"),
        ("", "Not filled in yet"),
    ],
)
def test_another_address_is_refused(typed, refused):
    with pytest.raises(ValidationError, match=refused):
        targets.check_url(typed)


# One address of each network of IANA's registries that is not public, as a resolver may answer it.
NOT_PUBLIC = [
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1"),
    *("172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:93.184.216.34", "::127.0.0.1", "64:ff9b::7f00:1"),
    *("fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::"),
]


@pytest.mark.parametrize("private", NOT_PUBLIC)
@pytest.mark.parametrize("others", [(), (PUBLIC,)])
def test_nothing_is_sent_to_a_name_with_an_address_that_is_not_public(resolves, connected, private, others):
    resolves(*others, private)

    result = sent_to(f"https://{HOST}/")

    assert (result.outcome, result.status, connected[0]) == (AttemptOutcome.ADDRESS, None, [])


def test_the_connection_goes_to_the_checked_address_and_nothing_is_looked_up_again(
    monkeypatch, resolves, connected, tmp_path
):
    """The name answers with this machine from the second question on, as a hostile name server does."""
    pem = certificate(tmp_path, HOST)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    asked = []
    with receiver(serving(pem)) as system:
        connected[1].to = ("127.0.0.1", system.port)
        resolves(PUBLIC)
        first = socket.getaddrinfo

        def once(host, *rest, **more):
            if host == HOST:
                asked.append(host)
                resolves("127.0.0.1" if len(asked) > 1 else PUBLIC)
            return first(host, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", once)
        result = sent_to(f"https://{HOST}/a?b=1")

    assert (result.outcome, result.status) == (AttemptOutcome.OK, 200)
    assert (asked, connected[0]) == ([HOST], [(PUBLIC, 443)])
    assert [(path, headers["host"]) for path, headers, _body in system.requests] == [("/a?b=1", HOST)]


def test_the_next_address_is_tried_when_one_takes_no_connection(resolves, connected):
    resolves(PUBLIC, "2606:2800:220:1::1")

    result = sent_to(f"https://{HOST}:8443/")

    assert result.outcome == AttemptOutcome.CONNECTION
    assert connected[0] == [(PUBLIC, 8443), ("2606:2800:220:1::1", 8443)]


@pytest.mark.parametrize(("of", "is_trusted"), [("other.example.cn", True), (HOST, False)])
def test_a_certificate_of_another_name_or_nobody_is_refused(monkeypatch, resolves, connected, tmp_path, of, is_trusted):
    pem = certificate(tmp_path, of)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with receiver(serving(pem)) as system:
        connected[1].to = ("127.0.0.1", system.port)
        resolves(PUBLIC)
        result = sent_to(f"https://{HOST}/")

    assert (result.outcome, system.requests) == (AttemptOutcome.TLS, [])


@pytest.mark.parametrize(
    "stored",
    [f"http://{HOST}/", f"https://{HOST}:6379/", "https://127.0.0.1/", "https://93.184.216.34/", "file:///etc/x"],
)
def test_an_address_that_came_past_the_form_gets_nothing(resolves, connected, stored):
    """Written by SQL, or while ``WEBHOOKS_TO_LOCAL`` was on."""
    resolves(PUBLIC)

    assert (sent_to(stored).outcome, connected[0]) == (AttemptOutcome.ADDRESS, [])


def test_a_name_without_an_address(monkeypatch):
    def nothing(*_asked: Any, **_more: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)

    assert sent_to(f"https://{HOST}/").outcome == AttemptOutcome.NAME


def test_proxies_of_the_environment_are_not_used(monkeypatch, system: Receiver):
    with receiver() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        result = sent_to(system.url())

    assert (result.outcome, proxy.requests, len(system.requests)) == (AttemptOutcome.OK, [], 1)


def test_the_networks_are_those_of_the_register_of_addresses():
    with pytest.raises(ValidationError) as refusal:
        addresses.check_address("100.64.0.1")
    assert refusal.value.code == "not_public"
    assert addresses.check_address(PUBLIC) == PUBLIC
