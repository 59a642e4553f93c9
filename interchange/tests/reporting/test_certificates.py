"""Certificates of both sides, at a real TLS server whose own certificate is from a private authority."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.template.loader import render_to_string
from pytest_django import Settings

from interchange.models import ExchangeEnd
from interchange.reporting import wire
from interchange.reporting.unanswered import NotAnswered
from interchange.reporting.wire import Certificates
from interchange.soap.services import PREVIOUS, SERVICES, Service

NAMESPACE = "urn:test"
ANSWER = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    f'<n:isp_querypreviousuploadResponse xmlns:n="{NAMESPACE}"><return>{{}}</return>'
    "</n:isp_querypreviousuploadResponse></s:Body></s:Envelope>"
)
PARTS = {"ispId": 1, "userName": "isp", "randVal": "r", "pwdHash": "h", "hashAlgorithm": 0}


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def with_key(self) -> str:
        return self.pem + self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def issued(name: str, by: Issued | None = None, *, host: str = "localhost", days: int = 30) -> Issued:
    """Return a certificate of an authority, or of a host by one, that is valid for so many days from now."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=31))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(usage(is_authority=by is None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((by.key if by else key).public_key()), critical=False
        )
    )
    return Issued(builder.sign(by.key if by else key, hashes.SHA256()), key)


def usage(*, is_authority: bool) -> x509.KeyUsage:
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only")
    unused = dict.fromkeys((*others, "decipher_only"), False)
    return x509.KeyUsage(digital_signature=True, key_cert_sign=is_authority, crl_sign=is_authority, **unused)


AUTHORITY, STRANGER = issued("Bureau's authority"), issued("Another authority")


class Answers(BaseHTTPRequestHandler):
    """Answers the WSDL, and a call with the name in the client's certificate."""

    def do_GET(self) -> None:
        service = next(one for one in SERVICES if one.path in self.path)
        address = f"https://localhost:{self.server.server_port}/{service.path}"
        context = {"service": service, "namespace": NAMESPACE, "address": address}
        self._say(render_to_string("interchange/service.wsdl", context))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        shown: Any = self.connection.getpeercert()
        self._say(ANSWER.format(shown["subject"][0][0][1] if shown else "nobody"))

    def _say(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_said: object) -> None:
        """Write no log."""


class Quiet(ThreadingHTTPServer):
    def handle_error(self, *_asked: object) -> None:
        """Write nothing about a refused handshake."""


@pytest.fixture
def bureau(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Iterator[str]:
    """The address of a bureau's system; the parameter says whether it wants a client certificate, and its host."""
    wants, host = getattr(request, "param", (False, "localhost"))
    settings.WEBHOOKS_TO_LOCAL = True
    own, known = tmp_path / "own.pem", tmp_path / "known.pem"
    own.write_text(issued("Bureau's system", AUTHORITY, host=host).with_key)
    known.write_text(AUTHORITY.pem)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(own)
    if wants:
        tls.load_verify_locations(known)
        tls.verify_mode = ssl.CERT_REQUIRED
    server = Quiet(("127.0.0.1", 0), Answers)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"https://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def call(bureau: str, certificates: Certificates) -> str:
    service: Service = next(one for one in SERVICES if PREVIOUS in one.operations)
    return wire.called(service, bureau, certificates, PREVIOUS.name, PARTS)


WANTS, OTHER_HOST = (True, "localhost"), (False, "elsewhere.example.cn")


@pytest.mark.parametrize(
    ("bureau", "certificates", "name"),
    [
        ((False, "localhost"), Certificates(authority=AUTHORITY.pem), "nobody"),
        ((False, "localhost"), Certificates(authority=STRANGER.pem + AUTHORITY.pem), "nobody"),
        (WANTS, Certificates(issued("Provider", AUTHORITY).with_key, AUTHORITY.pem), "Provider"),
    ],
    indirect=["bureau"],
    ids=["its authority", "one of two", "client certificate"],
)
def test_a_system_with_a_private_authority_is_called(bureau: str, certificates: Certificates, name: str):
    assert call(bureau, certificates) == name


@pytest.mark.parametrize(
    ("bureau", "certificates"),
    [
        ((False, "localhost"), Certificates()),
        ((False, "localhost"), Certificates(authority=STRANGER.pem)),
        (OTHER_HOST, Certificates(authority=AUTHORITY.pem)),
        (WANTS, Certificates(authority=AUTHORITY.pem)),
        (WANTS, Certificates(issued("Provider", STRANGER).with_key, AUTHORITY.pem)),
    ],
    indirect=["bureau"],
    ids=["public authorities", "another authority", "another host", "no client certificate", "a stranger's"],
)
def test_what_a_certificate_does_not_prove_is_not_called(bureau: str, certificates: Certificates):
    with pytest.raises(NotAnswered) as refusal:
        call(bureau, certificates)
    assert refusal.value.why == ExchangeEnd.TLS
