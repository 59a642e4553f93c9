"""Imports that have been checked or written, and their faults."""

from filings.actors import Actor
from filings.agreements import mandates
from filings.models import MandateWay
from icp_portal.tests.builders import provider, staff
from providers.imports import files, writing
from providers.imports.columns import columns
from providers.imports.judging import JudgedSheet
from providers.models import Import, ImportMode, ImportState

S = ImportState


def letter(key: str) -> str:
    sheet = JudgedSheet(columns(), 0)
    return sheet.problem(key, "", "")["column"]


def checked(member: Actor, content: bytes) -> Import:
    batch = writing.begin(member, "list.xlsx", content)
    while writing.check_some(batch.pk):
        pass
    batch.refresh_from_db()
    assert batch.state == S.CHECKED
    return batch


def faults(batch: Import) -> list[tuple[int, str, str]]:
    """Return (row, column, code) of every fault."""
    return [(number, column, code) for number, column, _h, code, _w in files.problem_lines(batch)]


def written(batch: Import) -> Import:
    while writing.write_some(batch.pk):
        pass
    batch.refresh_from_db()
    return batch


def ask_all(batch: Import, member: Actor, mode: ImportMode = ImportMode.ROWS) -> None:
    writing.decide(batch.pk, member, mode=mode, way=MandateWay.INVITE, days=90)


def often_asked(email: str) -> None:
    """Return an address that may not be asked again today."""
    for _n in range(mandates.MOST_TO_AN_ADDRESS):
        mandates.ask(staff(provider()), email, "示例公司", 90)
