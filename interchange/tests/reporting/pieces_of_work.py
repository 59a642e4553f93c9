"""What the processes of ``portals`` do: the work of a provider's worker, and that of a bureau with its server."""

from datetime import timedelta
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from bureaus import access
from bureaus.models import Reviewer
from filings.models import Filing, SheetScan
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import BEIJING
from interchange import checking
from interchange.models import ReportingConnection, Upload, UploadState
from interchange.reporting import applying, running
from interchange.tests.systems import System


def serve(port: int) -> None:
    server = ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    server.serve_forever()


# --- The provider's worker --------------------------------------------------------------------------------


def exchange(connection_id: int) -> None:
    """Send, fetch and apply, as after the lease of a worker that has died."""
    past = timezone.now() - timedelta(seconds=1)
    ReportingConnection.objects.update(busy_until=past, next_at=past, fetch_at=past)
    running.run(connection_id)
    while due := running.not_applied():
        for key in due:
            applying.apply(key)


# --- The bureau -------------------------------------------------------------------------------------------


def account() -> dict[str, Any]:
    """An account for a provider's system."""
    system = System()
    row, keys = system.row, system.keys
    named = {"isp_id": row.isp_id, "user_name": row.user_name}
    return named | {name: getattr(keys, name) for name in ("password", "secret", "iv")}


def check() -> None:
    """Check what was uploaded, as after the rest of a worker that has died."""
    Upload.objects.update(tried_at=None)
    for upload in Upload.objects.filter(state=UploadState.WAITING).order_by("sequence"):
        checking.check(upload.pk)


def approve() -> None:
    """Check what was uploaded and approve every filing."""
    check()
    by = access.reviewer(Reviewer.objects.filter(bureau=BEIJING).earliest("pk").user)  # the chief of the account
    for filing in Filing.objects.filter(status=Status.WITH_BUREAU).order_by("pk"):
        play.approve(filing, by)


def on_record() -> list[dict[str, Any]]:
    """The filings of the bureau with their numbers, and the digests of their pictures."""
    return [_said(filing) for filing in Filing.objects.select_related("subject").order_by("pk")]


def _said(filing: Filing) -> dict[str, Any]:
    pages = SheetScan.objects.filter(sheet__verification__filing=filing).values_list("original_sha256", flat=True)
    return {
        "status": filing.status,
        "number": str(filing.subject.number) if filing.subject else "",
        "facts": filing.facts,
        "pictures": dict(filing.evidence.filter(replaced_at=None).values_list("path", "original_sha256")),
        "pages": sorted(pages),
    }
