"""A provider that reports from its desk to the server of the same portal, as if that were a bureau's own system.

The server takes no filing in whose subject is already open here, so what its bureau decides is written by hand.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from bureaus.models import Bureau
from filings import services
from filings.evidence.files import kept
from filings.models import Sheet
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.builders import BEIJING, Case, staff
from interchange import kept_files, outbox
from interchange.messages.reading import read_upload
from interchange.messages.writing import write_download
from interchange.models import Download, Report, ReportingConnection
from interchange.reporting import applying, running
from interchange.tests.systems import System
from providers.models import StaffRole


class ReportingProvider:
    """The provider with its supervisor, its account at the server, and its connection to it."""

    def __init__(self, url: str, **changes: Any) -> None:
        Bureau.objects.filter(pk=BEIJING).update(external=True)
        self.system = System(**changes)
        self.provider, keys, row = self.system.provider, self.system.keys, self.system.row
        self.supervisor = staff(self.provider, StaffRole.SUPERVISOR)
        self.connection = ReportingConnection.objects.create(
            provider=self.provider,
            bureau_id=BEIJING,
            url=url,
            isp_id=row.isp_id,
            user_name=row.user_name,
            password=keys.password,
            secret=keys.secret,
            iv=keys.iv,
            profile=row.profile,
        )

    def verified(self, **facts: Any) -> Case:
        """A filing that the desk has verified, with the signed copy of its sheet."""
        case = Case(of=self.provider, **facts).submit().verify()
        sign(case)
        return case

    def approved(self, number: str) -> tuple[Case, dict[str, Any]]:
        """A filing that the bureau's system has approved under this number, and what it has published of it."""
        case = self.verified()
        self.run()
        report = report_of(case)
        published_now = published(report, number)
        self.hands_out(published_now | judged(report, is_approved=True))
        self.run()
        self.apply()
        assert case.refresh().filing.status == Status.FILED
        return case, published_now

    def run(self) -> ReportingConnection:
        """Send and fetch, as after the rest that a failure has caused."""
        past = timezone.now() - timedelta(seconds=1)
        ReportingConnection.objects.update(next_at=past, fetch_at=past)
        running.run(self.connection.pk)
        return self.reload()

    def apply(self) -> None:
        """Apply all that was fetched."""
        while waiting := running.not_applied():
            for key in waiting:
                applying.apply(key)

    def reload(self) -> ReportingConnection:
        self.connection.refresh_from_db()
        return self.connection

    def hands_out(self, tree: Mapping[str, Any]) -> Download:
        """What the bureau's system hands out next."""
        with kept():
            return outbox.write(self.system.row, write_download({"ICP": tree}, lenient=True))

    def codes(self) -> list[tuple[str, int | None]]:
        """The exchanges in their order, each with its code."""
        return list(self.connection.exchanges.order_by("pk").values_list("operation", "code"))


def sign(case: Case) -> None:
    """Upload the signed copies of a filing's sheets."""
    rows = Sheet.objects.filter(verification__filing=case.filing, verification__round=case.filing.round)
    for sheet in rows.order_by("website"):
        page = invent.card("SHEET", 100 * case.number + sheet.website)
        services.add_scan(case.filing.pk, case.staff, sheet.pk, [page])


def report_of(case: Case) -> Report:
    return Report.objects.filter(filing=case.filing).latest("pk")


def result(report: Report, code: int, said: str = "") -> dict[str, Any]:
    """A result of a record's check."""
    row = {"Jgxx": [{"Jgdm": code, "Dmms": said or None}], "Czlx": report.result_type, "Bs": report.names[0]}
    return {"Jg_xx": [row]}


def judged(report: Report, *, is_approved: bool, opinion: str = "同意") -> dict[str, Any]:
    """The bureau's decision with its opinion."""
    code = 1001 if is_approved else 1002
    row = {
        "Shsj": f"{timezone.localdate():%Y-%m-%d}",
        "Shyj": opinion,
        "Shjg": int(is_approved),
        "Czlx": report.result_type,
        "Jlid": report.names[0],
    }
    return {"BAJG": result(report, code) | {"GJSHS": {"Gjsh": [row]}}}


def published(report: Report, number: str, *, left_out: int = 0) -> dict[str, Any]:
    """The record of a first filing as it is after its approval, with the bureau's ids, but for the last websites."""
    (sent,) = sent_records(report)
    subject = {name: value for name, value in sent["Zt_xx"].items() if name not in ("Bbfs", "Bz")}
    today = f"{timezone.localdate():%Y-%m-%d}"
    subject |= {"Ztid": 7001, "Baxh": number, "Bbyhlx": 1, "Scbbsj": today, "Zjxgsj": today}
    websites = [
        _published(website, number, place + 1, report.upload.connection.isp_id)
        for place, website in enumerate(sent["Wz_xx"])
    ]
    return {"BASJ": {"Baxx": [{"Zt_xx": subject, "Wz_xx": websites[: len(websites) - left_out]}]}}


def _published(website: dict[str, Any], number: str, place: int, isp_id: int) -> dict[str, Any]:
    names = [{**one, "Ymid": place} for one in website["Ym_xx"]]
    accesses = [
        {**one, "Jrid": 9000 + place, "Ispid": isp_id, "Ip_xx": [{**ip, "Ipid": 1} for ip in one["Ip_xx"]]}
        for one in website["Jr_xx"]
    ]
    return {**website, "Wzid": 8000 + place, "Baxh": f"{number}-{place}", "Ym_xx": names, "Jr_xx": accesses}


def sent_records(report: Report) -> list[dict[str, Any]]:
    """The records of the upload that a report is in."""
    message = read_upload(kept_files.read(report.upload), lenient=True)
    return [record.fields for record in message.records()]
