"""Render a proof of a record as PDF, with the QR code of its public page."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from filings.evidence.printing import A4, MARGIN, Pair
from ministry.reference import code_tables, domains, english
from records import proofs
from records.models import Proof

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


def rows(content: dict[str, Any]) -> list[Pair]:
    """Return the lines of a proof as (label, value)."""
    found = [
        (_("Number"), content["number"]),
        (_("Site host"), content["name"]),
        (_("Type of site host"), code_tables.name_of(code_tables.NATURES, content["nature"])),
    ]
    if "domain" in content:
        found += _service(content) if "service" in content else _website(content)
        found += [
            (_("Access provider"), english.joined(content["providers"]) or _("none")),
        ]
    found.append((_("Approved on"), date_format(date.fromisoformat(content["approved_on"]))))
    if content["is_suspended"]:
        found.append((_("In force"), _("suspended by the bureau")))
    if "websites" in content:
        named = [f"{number} {_readable(names)}" for number, *names in content["websites"]]
        found.append((_("Its websites"), english.joined([*named, *(["…"] if content["more"] else [])]) or _("none")))
    return found


def _website(content: dict[str, Any]) -> list[Pair]:
    return [
        (_("Website"), content["website"]),
        (_("Domain"), _readable([content["domain"], *content.get("further_domains", ())])),
    ]


def _service(content: dict[str, Any]) -> list[Pair]:
    """Return the lines for an APP, a mini-program or a quick app, which are identified by name."""
    return [
        (_("Service type"), code_tables.name_of(code_tables.SERVICE_TYPES, content["service"])),
        (_("Service name"), content["website"]),
    ]


def _readable(names: Iterable[str]) -> str:
    return english.joined(map(domains.display_domain, names))
