"""The papers that the portal makes on request: PDFs, the case file, the files of a bulletin.

What a download records (a look, an export) is undone, so that every call makes the same paper.
"""

from collections.abc import Iterator

from django.urls import reverse

from accounts import throttle
from bench.browsers import Browser, undone
from bench.measuring import Call, Case
from bench.portal import MeasuredPortal
from filings.models import Sheet
from filings.verification import sheet_files
from ministry import audit


def cases(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield every case."""
    audit.seal()  # the entries of the filled tables, which each call for a case file would seal otherwise
    for name, call in {**_of_filings(portal), **_of_bulletins(portal)}.items():
        yield Case(f"paper: {name}", undone(call), long=True)


def _of_filings(portal: MeasuredPortal) -> dict[str, Call]:
    verifier, decider = portal.browsers["verifier"], portal.browsers["reviewer"]
    received, filed = portal.received.pk, portal.filed.pk
    issued = Sheet.objects.filter(verification__filing__in=[received, filed]).order_by("verification__filing")
    for sheet in issued:
        sheet_files.pdf_of(sheet)  # as the first look does: what is measured is a later one
    sheet = issued.filter(verification__filing=received)[0]
    return {
        "summary of a filing": portal.browsers["host"].get(reverse("filings:summary", args=[received])),
        "proof of a record": _proof(portal),
        "blank sheet": verifier.get(reverse("provider_desk:blank_sheet", args=[portal.claimed.pk, 1])),
        "sheet": decider.get(reverse("bureau_desk:sheet", args=[received, sheet.pk])),
        "case file as PDF": decider.get(reverse("bureau_desk:case_file", args=[filed, "pdf"])),
        "case file as zip": decider.get(reverse("bureau_desk:case_file", args=[filed, "zip"])),
    }


def _proof(portal: MeasuredPortal) -> Call:
    """Return a call for the proof that first resets the host's count of them: there may be 30 an hour."""
    ask = portal.browsers["host"].get(reverse("records:proof_pdf", args=[portal.proof.pk]))

    def call() -> object:
        throttle.forget("proof-pdf", str(portal.queues.host.pk))
        return ask()

    return call


def _of_bulletins(portal: MeasuredPortal) -> dict[str, Call]:
    """Return calls for the published files, and for files whose figures are counted again."""
    anybody, decider, month = Browser(), portal.browsers["reviewer"], f"{portal.bulletin.month:%Y-%m}"
    return {
        f"bulletin as {form}, {name}": browser.get(reverse(address, args=[*place, month, form]))
        for name, browser, address, place in (
            ("published", anybody, "bulletins:file", ["beijing"]),
            ("counted anew", decider, "bureau_desk:bulletin_file", []),
        )
        for form in ("pdf", "xlsx")
    }
