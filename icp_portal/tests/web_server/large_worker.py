"""A web server's process that answers with a large response, or with the most memory that it has had."""

import resource
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from icp_portal.deployment.web_worker import BufferingWorker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

RESPONSE_BYTES: Final = 64 * 1024 * 1024


class LargeWorker(BufferingWorker):
    """It serves the pages below instead of the portal."""

    def load_wsgi(self) -> None:
        """Take the pages."""
        self.wsgi = _page


def _page(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    peak = str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024).encode()
    body = b"a" * RESPONSE_BYTES if environ["PATH_INFO"] == "/large" else peak
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
