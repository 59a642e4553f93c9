"""Records that a provider's system uploads, made of the facts and files of invented filings."""

from itertools import count
from typing import Any

from filings import facts
from filings.facts import Facts
from filings.services import ReportedPapers
from icp_portal.tests.builders import number
from icp_portal.tests.reports import papers, said
from interchange import checking, kept_files
from interchange.mapping import writing
from interchange.mapping.record_parts import OwnIds, Pictures, WebsiteIds
from interchange.messages.reading import read_download
from interchange.messages.writing import write_upload
from interchange.models import Download, Upload
from interchange.tests.systems import System
from ministry.reference import addresses


def own_ids(values: Facts) -> OwnIds:
    """Ids as the provider's system gives them; each once."""
    numbers = map(str, count(1_000_000 * number() + 1))
    websites = []
    for path in facts.accesses(values):
        ranges = addresses.parse_ip_ranges(facts.read(values, f"{path}.ip_ranges"))
        accesses = {next(numbers): [next(numbers) for _one in ranges]}
        websites.append(WebsiteIds(next(numbers), [next(numbers)], accesses))
    return OwnIds(next(numbers), websites)


class SentFiling:
    """A first filing as a provider's system sends it, again and again with changes."""

    def __init__(self, system: System, **facts_of: Any) -> None:
        self.system, self.number = system, number()
        self.values = said(self.number, **facts_of)
        self.papers = papers(self.values, self.number)
        self.ids = own_ids(self.values)

    def record(self, **changes: Any) -> dict[str, Any]:
        """The record with these facts changed, by path."""
        return writing.new_filing(facts.written(self.values, changes), pictures(self.papers), self.ids)

    def send(self, **changes: Any) -> Upload:
        """Upload the record alone and have it checked."""
        return sent(self.system, {"XZBA": {"Baxx": [self.record(**changes)]}})


def pictures(of: ReportedPapers) -> Pictures:
    return Pictures(dict(of.pictures), {site: list(pages) for site, pages in of.sheets.items()}, dict(of.photos))


def sent(system: System, tree: dict[str, Any]) -> Upload:
    """Upload a message of ICP records and have it checked."""
    xml = write_upload({"ICP": {**tree, "Qqdwid": system.row.isp_id}}, lenient=True)
    assert system.upload(xml).code == 0
    row = system.row.uploads.latest("sequence")
    checking.check(row.pk)
    row.refresh_from_db()
    return row


def records(row: Download, path: str = "ICP/BAJG/Jg_xx") -> list[dict]:
    """The records of a file as the provider's system reads them."""
    found = read_download(kept_files.read(row), lenient=True)
    return [record.fields for record in found.records() if record.path == path]


def newest(system: System) -> Download:
    return system.row.downloads.latest("pk")
