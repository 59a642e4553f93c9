"""SOAP calls by zeep to an address that a provider has entered: checked addresses, limits of time and of size.

The WSDL comes from the bureau's system, because the document has none. Nothing from elsewhere is loaded.
"""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import zeep
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util import connection as sockets
from zeep.exceptions import Error, Fault, TransportError
from zeep.wsdl.bindings.soap import SoapBinding

from filings.webhooks import targets
from interchange.models import ExchangeEnd
from interchange.reporting.unanswered import SECONDS, NotAnswered
from interchange.soap.services import LONGEST_UPLOAD, Service

WAIT_SECONDS: Final = 30.0  # for the next bytes
CONNECT_SECONDS: Final = 10.0
PIECE: Final = 64 * 1024
LONGEST_WSDL: Final = 1024 * 1024


@dataclass(frozen=True)
class Certificates:
    """The client's certificate with its key, and those that the server's is checked with, as PEM; "" without.

    Without the latter it is checked with the public authorities.
    """

    client: str = ""
    authority: str = ""


def called(
    service: Service,
    url: str,
    certificates: Certificates,
    operation: str,
    parts: dict[str, Any],
    seconds: float = SECONDS,
) -> str:
    """Call an operation of a service below ``url`` and return its string; raise NotAnswered.

    Parameters are named as the WSDL has them: ispID or ispId. ``seconds``: for the WSDL and the call together.
    """
    if not targets.is_allowed(url):
        raise NotAnswered(ExchangeEnd.ADDRESS)
    address = f"{url.rstrip('/')}/{service.path}"
    with _refusing(), _session(certificates, seconds) as session:
        transport = _Wire(session, address)
        settings = zeep.Settings(strict=True, xml_huge_tree=True, forbid_dtd=True, forbid_entities=True)
        client: Any = zeep.Client(f"{address}?wsdl", transport=transport, settings=settings)  # type: ignore[no-untyped-call]
        binding = _binding(client, operation)
        proxy = client.create_service(str(binding.name), address)  # not where the WSDL points to
        known = {str(name).lower(): str(name) for name, _type in binding.get(operation).input.body.type.elements}
        answer = proxy[operation](**{known.get(name.lower(), name): value for name, value in parts.items()})
    if not isinstance(answer, str):
        raise NotAnswered(ExchangeEnd.UNREADABLE)
    return answer


def _binding(client: Any, operation: str) -> Any:
    """Return the first SOAP binding with an operation; raise NotAnswered if there is none."""
    for one in client.wsdl.bindings.values():
        if isinstance(one, SoapBinding) and operation in one.all():  # type: ignore[no-untyped-call]
            return one
    raise NotAnswered(ExchangeEnd.UNREADABLE)


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn whatever can go wrong in a call into NotAnswered."""
    try:
        yield
    except NotAnswered:
        raise
    except (targets.NameNotFound, targets.NotPublic) as error:
        is_unknown = isinstance(error, targets.NameNotFound)
        raise NotAnswered(ExchangeEnd.NAME if is_unknown else ExchangeEnd.ADDRESS) from None
    except (requests.Timeout, ReadTimeoutError):
        raise NotAnswered(ExchangeEnd.SLOW) from None
    except (requests.exceptions.SSLError, ssl.SSLError):
        raise NotAnswered(ExchangeEnd.TLS) from None
    except (requests.RequestException, HTTPError, OSError):
        raise NotAnswered(ExchangeEnd.CONNECTION) from None
    except (TransportError, Fault):
        raise NotAnswered(ExchangeEnd.STATUS) from None
    except (Error, ValueError, TypeError, AttributeError, KeyError):  # what zeep raises for a WSDL or an answer
        raise NotAnswered(ExchangeEnd.UNREADABLE) from None


class _Wire(zeep.Transport):
    """Loads the WSDL of one address and what lies beside it, and posts to that address only."""

    def __init__(self, session: "_Session", address: str) -> None:
        super().__init__(session=session)  # type: ignore[no-untyped-call]
        self._address = address

    def load(self, url: str) -> bytes:
        there, own = urlsplit(url), urlsplit(self._address)
        if (there.scheme, there.netloc) != (own.scheme, own.netloc):
            raise NotAnswered(ExchangeEnd.UNREADABLE)
        answer = self.session.get(url)
        if answer.status_code != requests.codes.ok:
            raise NotAnswered(ExchangeEnd.STATUS)
        if len(answer.content) > LONGEST_WSDL:
            raise NotAnswered(ExchangeEnd.UNREADABLE)
        return bytes(answer.content)


# --- Connections ------------------------------------------------------------------------------------------


class _Session(requests.Session):
    """Reads answers up to a size and within a time; follows no redirects and uses no proxies of the machine."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.trust_env = False
        self.headers["Accept-Encoding"] = "identity"
        self._ends = time.monotonic() + seconds
        for scheme in ("http://", "https://"):
            self.mount(scheme, _CheckedAdapter())

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        wait = max(1.0, min(WAIT_SECONDS, self._ends - time.monotonic()))
        limits = {"stream": True, "allow_redirects": False, "timeout": (CONNECT_SECONDS, wait)}
        answer = super().send(request, **options | limits)
        answer._content = b"".join(self._pieces(answer))
        answer.close()
        return answer

    def _pieces(self, answer: requests.Response) -> Iterator[bytes]:
        size = 0
        while piece := answer.raw.read1(PIECE):  # what has arrived, so that the time is looked at again
            size += len(piece)
            if size > LONGEST_UPLOAD:
                raise NotAnswered(ExchangeEnd.UNREADABLE)
            if time.monotonic() > self._ends:
                raise NotAnswered(ExchangeEnd.SLOW)
            yield piece


@contextmanager
def _session(certificates: Certificates, seconds: float) -> Iterator[_Session]:
    """Yield a session; the certificates are in files for as long as it lasts."""
    with _Session(seconds) as session, TemporaryDirectory() as folder:  # which only we may read
        if certificates.client:
            session.cert = _written(Path(folder, "client.pem"), certificates.client)
        if certificates.authority:
            session.verify = _written(Path(folder, "authority.pem"), certificates.authority)
        yield session


def _written(file: Path, pem: str) -> str:
    file.write_text(pem)
    return str(file)


class _CheckedAdapter(HTTPAdapter):
    """Connects to addresses that ``targets`` has checked, and to no other."""

    def init_poolmanager(self, *given: Any, **options: Any) -> None:
        super().init_poolmanager(*given, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


def _connected(connection: HTTPConnection) -> Any:
    refusal: OSError | None = None
    for address in targets.addresses_of(connection.host, connection.port):
        try:
            return sockets.create_connection((address, connection.port), connection.timeout)
        except OSError as error:
            refusal = error
    raise refusal or targets.NameNotFound(connection.host)


class _Connection(HTTPConnection):
    def _new_conn(self) -> Any:
        return _connected(self)


class _SecureConnection(HTTPSConnection):
    def _new_conn(self) -> Any:
        return _connected(self)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection
