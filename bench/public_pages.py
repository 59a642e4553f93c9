"""Every page that visitors may open, and the responses of the API."""

import io
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import api_keys
from bench import record_pages, register_rows
from bench.browsers import Browser
from bench.measuring import Case
from bench.portal import MeasuredPortal
from bench.world import PROVINCE
from filings.models import Sheet
from hosts import event_streams
from hosts.batch_api import MOST_TEXTS
from ministry.imports.reports import ImportProgress
from ministry.models import RegisterChange, Website
from ministry.open_data import editions
from ministry.reference import code_tables
from ministry.register import changes
from ministry.register.public_search import SearchScope
from records import proofs

GUIDE = {"charge": "no", "reach": "domain", "number": "no", "nature": str(code_tables.ENTERPRISE), "province": PROVINCE}
# What a website's number is made of
NUMBER = ("sequence", "service", *(f"subject__{name}" for name in ("province", "year", "serial", "earlier_number")))
# Floors of a page of visitors, as of a record's; of one that shows many tables or checks a whole form; of an answer of
# the programming interface that reads no more than its key
PAGE, LONG_PAGE, ANSWER = 6.0, 12.0, 6.0
# case → name of its address
PLAIN = {
    "sign-in page": "account_login",
    "sign-up page": "account_signup",
    "page to reset a password": "account_reset_password",
    "certificate page": "query_certificate",
    "certificate: asked": "query_certificate_asked",
    "recovery page": "ministry:recover_password",
    "recovery: asked": "ministry:recovery_asked",
    "page to change a filing password": "ministry:change_password",
    "filing password: changed": "ministry:password_changed",
    "verification code page": "codes",
    "verification code: accepted": "codes_done",
    "verification code: again": "codes_again",
    "verification code: sent": "codes_sent",
    "page to check a proof": "proof",
    "shells": "shells",
    "API: page": "api_page",
    "interface page": "interface:index",
    "interface: codes": "interface:codes",
    "interface: check": "interface:check",
    "API: OpenAPI document": "api:openapi-json",
    "health check": "healthz",
}
LONG = ("API: page", "interface: codes")


def cases(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield every case."""
    yield from queries(portal)
    yield Case("home page", Browser().get("/"), PAGE, 0)
    yield from _figures()
    yield from directory(portal)
    yield from _open_data()
    yield from _guide()
    yield from _of_records(portal)
    yield Case("bureaus", Browser().get("/bureaus/"), PAGE, 2)
    yield Case("bureau", Browser().get("/bureaus/beijing/"), LONG_PAGE, 6)
    yield from _announcements(portal)
    for name, address in PLAIN.items():
        yield Case(name, Browser().get(reverse(address)), LONG_PAGE if name in LONG else PAGE, 1)
    yield from _of_interface(portal)


def queries(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield the public query."""
    anybody, website = Browser(), portal.website
    exact = {
        "domain": website.domain,
        "number": str(website.number),
        "name": website.subject.name,
        "nothing": "absent.cn",
    }
    for what, text in exact.items():
        yield Case(f"query: {what}", anybody.get(f"/query/?{urlencode({'q': text})}"), 1.0, 1, 12)
    person = urlencode({"q": register_rows.PERSON})
    yield Case("query: usual name of a person", anybody.get(f"/query/?{person}"), LONG_PAGE, 1)
    for what, text, statements in (("number", str(website.subject.number), 3), ("domain", website.domain, 2)):
        yield Case(f"record: {what}", anybody.get(reverse("record", args=[text])), 6.0, statements)
    # One query for the whole name, one for its pairs of characters, one for the rows that have them.
    parts = {"part of a name": register_rows.BRAND, "usual part of names": register_rows.INDUSTRY}
    for what, text in parts.items():
        yield Case(f"query: {what}", anybody.get(f"/query/?{urlencode({'q': text})}"), LONG_PAGE, 3)
        cancelled = urlencode({"q": text, "kind": SearchScope.CANCELLED})
        yield Case(f"query: {what}, cancelled", anybody.get(f"/query/?{cancelled}"), PAGE, 4)


def directory(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield the pages of the directory."""
    anybody, provider = Browser(), portal.queues.provider
    yield Case("directory", anybody.get("/navigation/"), 3.0)
    yield Case("directory: one province", anybody.get("/navigation/beijing/"), 3.0)
    yield Case("directory: filtered", anybody.get(f"/navigation/?{urlencode({'province': PROVINCE})}"), PAGE, 1)
    yield Case("directory: search", anybody.get(f"/navigation/find/?{urlencode({'q': provider.name})}"), PAGE, 1)
    hosted = f"/navigation/find/?{urlencode({'q': record_pages.ADDRESS})}"
    yield Case("directory: who hosts an address", anybody.get(hosted), PAGE, 1)
    yield Case("provider's page", anybody.get(reverse("directory:provider", args=[provider.slug])), PAGE, 2)


def _announcements(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield the pages and feeds of announcements; rows are read in the order of an index."""
    anybody = Browser()
    yield Case("announcements", anybody.get(reverse("announcements:of_bureau", args=["beijing"])), 6.0, 1, 8)
    yield Case("announcement", anybody.get(portal.announcement.get_absolute_url()), 6.0, 2, 8)
    yield Case("announcements: feed", anybody.get(reverse("announcements:feed", args=["beijing"])), 12.0, 1, 8)
    yield Case("announcements: feed of all", anybody.get(reverse("announcements:feed_of_all")), 12.0, 1, 8)


def _figures() -> Iterator[Case]:
    """Yield the public figures; the sweep has counted, so a page reads rows by their key."""
    anybody = Browser()
    of_province = urlencode({"province": "beijing"})
    yield Case("figures", anybody.get("/figures/"), 4.0, 2)
    yield Case("figures: one province", anybody.get(f"/figures/?{of_province}"), 4.0, 2)
    yield Case("figures: CSV", anybody.get(f"/figures/register.csv?{of_province}"), 4.0, 2)


def _open_data() -> Iterator[Case]:
    """Yield the writing of a month's files, and what is at their addresses."""
    silent = ImportProgress(io.StringIO(), is_terminal=False)
    month = timezone.localdate().replace(day=1)
    edition = editions.write(month, silent)
    (name, *_others) = (file["name"] for file in edition.files)
    yield Case("open data: writing them", lambda: editions.write(month, silent), None, 13, long=True)
    for what, url in {"page": "", "manifest": "manifest.json", "file": name, "checksum": f"{name}.sha256"}.items():
        yield Case(f"open data: {what}", Browser().get(f"/open-data/{url}"), 4.0, 1, 10)


def _guide() -> Iterator[Case]:
    """Yield a page for each step of the guide, one of its ends, and a question with its answer."""
    anybody, steps = Browser(), list(GUIDE)
    yield Case("guide", anybody.get("/guide/"), PAGE, 0)
    for number in range(1, len(steps) + 1):
        answers = {step: GUIDE[step] for step in steps[:number]}
        yield Case(f"guide: step {number + 1}", anybody.get(f"/guide/?{urlencode(answers)}"), LONG_PAGE, 1)
    yield Case("guide: first filing", anybody.get(f"/guide/?{urlencode(GUIDE | {'host': 'none'})}"), LONG_PAGE, 5)
    yield Case("guide: licence", anybody.get(f"/guide/?{urlencode({'charge': 'yes'})}"), PAGE, 1)
    yield Case("guide: questions", anybody.get(reverse("guide:questions")), PAGE, 0)
    yield Case("guide: answer", anybody.get(reverse("guide:topic", args=["access-provider"])), PAGE, 1)


def _of_records(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield the pages behind the codes on printed papers, and a bureau's bulletins."""
    anybody = Browser()
    sheet = Sheet.objects.filter(verification__filing=portal.filed)[0]
    yield Case("sheet's page", anybody.get(reverse("sheet", args=[sheet.token])), PAGE, 1)
    yield Case("proof's page", anybody.get(reverse("proof_page", args=[proofs.token_of(portal.proof)])), LONG_PAGE, 3)
    month = f"{portal.bulletin.month:%Y-%m}"
    yield Case("bulletins", anybody.get(reverse("bulletins:index", args=["beijing"])), PAGE, 2)
    yield Case("bulletin", anybody.get(reverse("bulletins:month", args=["beijing", month])), PAGE, 2)


def _of_interface(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield what ``hosts.api`` answers to a program; saving a page is “form: autosave”."""
    owner, draft = portal.browsers["host"], portal.draft
    findings, save = (
        reverse("api:findings", args=[draft.pk]),
        reverse("api:save_page", args=[draft.pk, "website"]),
    )
    yield Case("API: findings", owner.get(findings), 24.0, 8)
    yield Case("API: signed out", Browser().get(findings, 401), ANSWER, 0)
    yield Case("API: not found", owner.get(reverse("api:findings", args=[2**62]), 404), ANSWER, 2)
    yield Case("API: invalid", owner.post(save, lambda: {"name": "示例"}, 422), LONG_PAGE, 3)
    yield Case("API: conflict", owner.post(save, lambda: {"version": 1, "name": "示例"}, 409), LONG_PAGE, 5)
    yield from _batches(portal)
    yield from _changes()  # after the register has been filled


def _batches(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield the look-up of 100 texts, numbers and domains in turns."""
    owner = portal.queues.host
    owner.look_ups_a_day = 10**6
    owner.save(update_fields=["look_ups_a_day"])
    _row, key = api_keys.make(owner, "bench")
    rows = Website.objects.select_related("subject").only("domain", *NUMBER).order_by("pk")[:MOST_TEXTS]
    texts = [row.domain if place % 2 else str(row.number) for place, row in enumerate(rows)]
    yield Case("API: batch of 100", Browser().send(reverse("api:batch"), {"texts": texts}, key), 12.0, 8)
    yield from record_pages.cases(portal, key)


def _changes() -> Iterator[Case]:
    """Yield pages of the feed of changes: its beginning, its middle, and what a reader gets who has read all."""
    url, count = reverse("api:changes"), RegisterChange.objects.count()
    middle = RegisterChange.objects.order_by("pk")[count // 2]
    asked = {"first page": "after=0", "middle": f"after={changes.point_of(middle)}", "nothing new": "after=now"}
    for what, query in asked.items():
        yield Case(f"API: changes, {what}", Browser().get(f"{url}?limit=20&{query}"), 0.8, 1, 300)
    newest = changes.newest()
    yield Case("stream of changes: a look", lambda: changes.after(newest, event_streams.AT_ONCE), 0.8, 1, 80)
