"""Render a proof of a record as PDF, with the QR code of its public page.

Imported where one is written: see ``filings.evidence.printing``.
"""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from filings.evidence.printing import A4, MARGIN
from records import proofs
from records.models import Proof
from records.proof_rows import rows

CODE = 32.0  # millimetres: the QR code's side


def pdf(proof: Proof) -> bytes:
    """Return the proof as a PDF; the same content each time."""
    paper = A4(_("Proof of an ICP filing %(number)s") % {"number": proof}, proof.issued_at)
    paper.add_page()
    paper.qr(proofs.address_of(proof), paper.l_margin + paper.epw - CODE, MARGIN, CODE)
    paper.headline(_("Proof of an ICP filing"), proof.content["number"])
    paper.set_y(MARGIN + CODE)
    paper.heading(_("On record on %(date)s") % {"date": date_format(proof.issued_on)})
    paper.rows(rows(proof.content))
    paper.heading(_("How to check this proof"))
    paper.rows(
        [
            (_("Scan the code"), _("It opens the page that shows whether the record has changed since.")),
            (_("Number of the proof"), str(proof)),
            (_("Address"), proofs.address_of(proof)),
            (_("SHA-256 of the content"), proof.sha256),
        ]
    )
    return bytes(paper.output())
