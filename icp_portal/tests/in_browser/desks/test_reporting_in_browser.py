"""A supervisor's pages about bureaus' own systems in a real browser: empty, with faults, full."""

from collections.abc import Callable

import pytest
from django.utils.translation import gettext as _

from bureaus.models import Bureau
from filings.states import Status
from icp_portal.tests import builders
from icp_portal.tests.browser import with_second_step
from icp_portal.tests.tours import Tour
from interchange.models import (
    Exchange,
    ExchangeEnd,
    FetchedFile,
    Report,
    ReportingConnection,
    ReportState,
    ReportUpload,
)
from providers.models import StaffRole

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOME = "/provider/organisation/reporting/"


def rows(case: builders.Case, connection: ReportingConnection) -> None:
    """A refused report with its exchanges, and one of each way in which a call can end."""
    upload = ReportUpload.objects.create(
        connection=connection, sequence=1, digest="a", operation="XZBA", records=1, size=1, content="a", file_key="a"
    )
    file = FetchedFile.objects.create(
        connection=connection, file_name="20261129_bj_1.xml", digest="a", size=1, content="a", open_results=2
    )
    Report.objects.filter(filing=case.filing).update(state=ReportState.REFUSED, upload=upload, codes=[5001, 1005])
    calls = [("isp_upload", 0, {"upload": upload}), ("isp_download", 2, {}), ("isp_downloadack", 21, {"file": file})]
    for operation, code, about in calls:
        Exchange.objects.create(
            connection=connection, operation=operation, ended_by=ExchangeEnd.ANSWERED, code=code, took=9, **about
        )
    Exchange.objects.create(connection=connection, operation="isp_upload", ended_by=ExchangeEnd.SLOW, took=30_000)
    Exchange.objects.create(connection=connection, operation="isp_upload")


def test_pages_about_bureaus_systems(tour: Callable[..., Tour]) -> None:
    of = builders.provider()
    supervisor = tour(with_second_step(builders.staff_user(of, StaffRole.SUPERVISOR)), thorough=True)
    supervisor.visit(HOME, f"{HOME}new/", f"{HOME}reports/", f"{HOME}exchanges/")
    Bureau.objects.filter(pk=builders.BEIJING).update(external=True)
    supervisor.visit(HOME, f"{HOME}new/")
    supervisor.press(_("Save"), "connection, not filled in")

    case = builders.Case(of=of).to(Status.WITH_BUREAU)
    connection = ReportingConnection.objects.create(
        provider=of, bureau_id=builders.BEIJING, url="https://bureau.example/", isp_id=110000000001, user_name="isp1"
    )
    rows(case, connection)
    report = Report.objects.get()
    supervisor.visit(HOME, f"{HOME}{connection.pk}/", f"{HOME}reports/", f"{HOME}reports/{report.pk}/")
    supervisor.visit(f"{HOME}exchanges/", f"{HOME}reports/?only=open")
    ReportingConnection.objects.update(stopped_by=5)
    supervisor.visit(HOME, f"{HOME}{connection.pk}/")
    supervisor.press(_("Use again"), "connection, used again")
    ReportingConnection.objects.update(failures=2)
    supervisor.visit(f"{HOME}{connection.pk}/")
