"""The public pages about the interface; they read no table."""

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.db.models import IntegerChoices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.links import link_to
from accounts.throttle import address_of, too_often
from desks.components import PageTab, page_tabs
from desks.files import file_response
from interchange import result_codes, sandbox, schemas
from interchange.conformance import checks, samples
from interchange.conformance.checks import Conformance
from interchange.conformance.forms import LENIENT, MessageForm
from interchange.messages.faults import RULES, MessageFault
from interchange.result_codes import RESULTS, MsgCode
from interchange.soap.services import SERVICES

CHECKS_A_MINUTE: Final = 20  # of a network address
MOST_SHOWN: Final = 200  # records with faults, and faults of them
XML: Final = "text/xml; charset=gbk"

# Schemas that those of the messages include
INCLUDED: Final = sorted(
    schemas.FILES - {f"{kind}/{message}.xsd" for kind in ("strict", "lenient") for message in schemas.MESSAGES}
)
# Element, what it is, its values by the strict and by the lenient schemas (``differences.xsd`` in each)
DIFFERENCES: Final = [
    ("msg", _("of a return"), _("exactly 256 characters, version required"), _("at most 256 characters")),
    ("Czlx", _("of a result"), "1–7", _("also 35, verification material sent alone")),
    ("Zxlb", _("of what has ended"), "0–1", _("also 2, the end of an access")),
    ("Ssdxlx", _("of an attachment's use, in the code tables"), _("from 1"), _("also 0, the host")),
    ("Zjlx", _("of a changed record"), "1–11", "1–999"),
]


TABS: Final = {"index": _("About the interface"), "codes": _("Codes"), "check": _("Check a message")}


def _tabs(current: str) -> list[PageTab]:
    return page_tabs(TABS, current, lambda name: reverse(f"interface:{name}"))


class CodeGroup(IntegerChoices):
    """What result codes are about: their thousands."""

    FILINGS = 1, _("Results about filings")
    ADDRESSES = 2, _("Results about IP addresses")
    DOMAINS = 3, _("Results about domain names, which go to the ministry only")
    ANY = 5, _("Results about any message")


@dataclass(frozen=True, slots=True)
class BothLanguages:
    """A text in Chinese and in English."""

    chinese: str
    english: str


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code of the interface with its meaning."""

    code: int
    meaning: BothLanguages


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault of a message, as the page shows it."""

    fault: MessageFault
    meaning: BothLanguages
    demand: BothLanguages


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what the interface is: addresses, schemas, samples, and how to get a connection."""
    context = {
        "tabs": _tabs("index"),
        "services": [{"service": service, "url": link_to(f"soap:{service.name}")} for service in SERVICES],
        "schemas": [
            (message, [reverse("soap:schema", args=[f"{kind}/{message}.xsd"]) for kind in ("strict", "lenient")])
            for message in schemas.MESSAGES
        ],
        "included": [(name, reverse("soap:schema", args=[name])) for name in INCLUDED],
        "differences": DIFFERENCES,
        "password": sandbox.PASSWORD,
        "uploads": samples.UPLOADS,
        "downloads": samples.DOWNLOADS,
        "returns": samples.RETURNS,
    }
    return render(request, "interchange/conformance/index.html", context)


@require_safe
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """Show a sample message."""
    if name not in samples.SAMPLES:
        raise Http404
    return render(request, "interchange/conformance/sample.html", {"sample": samples.SAMPLES[name]})


@require_safe
def sample_file(_request: HttpRequest, name: str) -> HttpResponse:
    """Return a sample message as a file, in GBK."""
    if name not in samples.SAMPLES:
        raise Http404
    return file_response(samples.SAMPLES[name].content, XML, f"{name}.xml", published=True)


@require_safe
def all_codes(request: HttpRequest) -> HttpResponse:
    """Show every code of the interface in both languages."""
    groups = groupby(RESULTS.items(), key=lambda item: item[0] // 1000)
    context = {
        "tabs": _tabs("codes"),
        "operations": [CodeRow(code.value, in_both(code.label)) for code in MsgCode],
        "results": [
            (CodeGroup(thousand), [CodeRow(code, in_both(text)) for code, text in rows]) for thousand, rows in groups
        ],
    }
    return render(request, "interchange/conformance/codes.html", context)


@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """Check one message by its schema and show its records; nothing is kept."""
    posted = request.method == "POST"
    form = MessageForm(request.POST if posted else None, request.FILES if posted else None)
    context = {"tabs": _tabs("check"), "form": form, "most": MOST_SHOWN, "found": None, "rows": (), "faulty": 0}
    if posted and form.is_valid():
        if too_often("interface-check", address_of(request), tries=CHECKS_A_MINUTE, seconds=60):
            return render(request, "429.html", status=429)
        cleaned = form.cleaned_data
        found = checks.check(cleaned["content"], cleaned["kind"], lenient=cleaned["schema"] == LENIENT)
        faulty = sum(bool(record.faults) for record in found.records)
        context |= {"found": found, "rows": _rows(found), "faulty": faulty}
    return render(request, "interchange/conformance/check.html", context)


def _rows(found: Conformance) -> list[tuple[str, list[FaultRow]]]:
    """Return the records, those with faults first, with the first faults of all; at most ``MOST_SHOWN`` of each."""
    left, rows = MOST_SHOWN, []
    for record in sorted(found.records, key=lambda one: not one.faults)[:MOST_SHOWN]:
        rows.append((record.place, [_row(fault) for fault in record.faults[:left]]))
        left -= len(record.faults[:left])
    if found.fault:
        rows.insert(0, (found.fault.record, [_row(found.fault)]))
    return rows


def _row(fault: MessageFault) -> FaultRow:
    return FaultRow(fault, in_both(RESULTS[fault.code]), in_both(RULES[fault.rule]))


def in_both(text: Promise | str) -> BothLanguages:
    """Return a text of the catalogue in both languages."""
    with translation.override("en"):
        english = str(text)
    return BothLanguages(result_codes.official(text), english)
