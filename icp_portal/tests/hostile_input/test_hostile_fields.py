"""Every field that a page's form has takes bytes that are no text, and no answer is a fault of the server."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote_plus, urljoin
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from filings.states import Status
from icp_portal.tests.access.access_accounts import ACCOUNT_ARGS, ACCOUNTS, TABLES
from icp_portal.tests.access.access_answers import FIRST_ROLES, PAGE
from icp_portal.tests.access.test_access_to_admin_pages import object_of
from icp_portal.tests.visitors import STATUSES, World, browser, rows_at, visit

pytestmark = pytest.mark.django_db

# NUL, half a pair of surrogates, and a byte that UTF-8 doesn't have
HOSTILE = (b"a\x00b", b"\xed\xa0\x80", b"\xff")
FIELDS = ("input", "select", "textarea", "button")
TOKEN = "csrfmiddlewaretoken"
# How many different forms are found at least; without one the test would pass, too
FORMS_AT = {Status.WITH_BUREAU: 100, Status.FILED: 10, Status.DRAFT: 8}


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: where and how it is sent, the names of the fields that people type in, and the other ones."""

    url: str
    method: str
    typed: tuple[str, ...]
    fixed: tuple[tuple[str, str], ...]
    is_multipart: bool

    @property
    def shape(self) -> tuple[object, ...]:
        """Return what two forms have in common whose hidden values alone differ."""
        return (self.url, self.method, self.typed, tuple(name for name, _value in self.fixed))

    def filled(self) -> Iterator[list[tuple[str, bytes]]]:
        """Yield the fields with each hostile value where people type, and then everywhere."""
        for value in HOSTILE:
            typed = [(name, value) for name in self.typed]
            if typed:
                yield [*typed, *((name, kept.encode()) for name, kept in self.fixed)]
            yield [*typed, *((name, value) for name, _kept in self.fixed)]


def body_of(form: Form, fields: list[tuple[str, bytes]]) -> tuple[bytes, str]:
    """Return the body as a browser would write it, and its content type."""
    if not form.is_multipart:
        pairs = [f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields]
        return "&".join(pairs).encode(), "application/x-www-form-urlencoded"
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields
    ]
    return b"".join([*parts, b"--b--\r\n"]), "multipart/form-data; boundary=b"


def forms(url: str, page: HttpResponse) -> Iterator[Form]:
    """Yield the forms of a page, but for the one by which one signs out."""
    if page.status_code != PAGE or page.streaming or not page.get("Content-Type", "").startswith("text/html"):
        return
    tree = html5lib.parse(page.content, transport_encoding="utf-8", namespaceHTMLElements=False)
    for form in tree.iter("form"):
        if not form.get("action", "").endswith("/logout/"):
            yield _form(url, form, tree)


def _form(url: str, form: Element, tree: Element) -> Form:
    fields = [one for one in form.iter() if one.tag in FIELDS]
    fields += [one for one in tree.iter() if one.tag in FIELDS and form.get("id") and one.get("form") == form.get("id")]
    named = {one.get("name", ""): one for one in fields if one.get("name") not in (None, TOKEN)}
    is_fixed = {name: one.get("type") in ("hidden", "submit") or one.tag == "button" for name, one in named.items()}
    return Form(
        urljoin(url, form.get("action", "")),
        form.get("method", "get").lower(),
        tuple(name for name in named if not is_fixed[name]),
        tuple((name, one.get("value", "")) for name, one in named.items() if is_fixed[name]),
        form.get("enctype") == "multipart/form-data",
    )


def answers(client: Client, form: Form) -> Iterator[tuple[bytes, HttpResponse]]:
    """Yield the bodies of a form and their responses; each is sent in a transaction that is rolled back."""
    for fields in form.filled():
        body, content_type = body_of(form, fields)
        with transaction.atomic():
            if form.method == "post":
                response = client.post(form.url, body, content_type=content_type)
            else:
                response = client.get(f"{form.url.partition('?')[0]}?{body.decode()}")
            transaction.set_rollback(True)
        yield body, response


def faults(client: Client, urls: Iterable[str], sent: set[object]) -> list[tuple[str, bytes, object]]:
    """Send the forms of these pages that differ from those in ``sent``, and add them to it.

    Return the answers that are a fault of the server, or show that the visitor is no longer signed in.
    """
    client.raise_request_exception = False
    found = {form.shape: form for url in urls for form in forms(url, visit(client, url)) if form.shape not in sent}
    sent.update(found)
    is_member = "sessionid" in client.cookies
    wrong = []
    for form in found.values():
        for body, response in answers(client, form):
            target = response.get("Location", "")
            if response.status_code >= 500 or (is_member and target.startswith("/accounts/login/")):
                wrong.append((form.url, body, target or response.status_code))
    return wrong


@pytest.mark.parametrize("status", STATUSES)
def test_no_field_of_a_form_makes_the_server_fail(status):
    world, sent, wrong = World(status), set(), []
    for place, role in enumerate(FIRST_ROLES):
        urls = [world.url(name, row.args) for name, row in rows_at(status).items() if row.get[place] == PAGE]
        wrong += faults(world.browser(role), urls, sent)

    assert wrong == []
    assert len(sent) >= FORMS_AT.get(status, 0)


def test_no_field_of_an_account_makes_the_server_fail():
    member, sent = World(Status.DRAFT).case.filing.host, set()
    urls = [reverse(name, args=ACCOUNT_ARGS.get(name, ())) for name in ACCOUNTS if name != "account_logout"]

    assert [faults(client, urls, sent) for client in (Client(), browser(member))] == [[], []]
    assert len(sent) >= 6


def test_no_field_of_a_table_makes_the_server_fail():
    world, sent = World(Status.FILED), set()
    bases = {table: f"ministry_desk:{table}" for table in TABLES}
    urls = [reverse(f"{base}_changelist") for base in bases.values()]
    urls += [reverse(f"{base}_add") for table, base in bases.items() if TABLES[table]]
    urls += [reverse(f"{base}_change", args=[object_of(table, world).pk]) for table, base in bases.items()]

    assert faults(world.browser("operator"), urls, sent) == []
    assert len(sent) > 40
