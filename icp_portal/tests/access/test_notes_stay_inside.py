"""A note on a filing leaves its organisation by no address, file, mail, program or log of the portal."""

import zipfile
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from pypdfium2 import PdfDocument

from accounts.models import User
from bureaus import access as bureau_access
from filings import services
from filings.actors import Actor
from filings.deadlines import erasing
from filings.models import Event, HeldMail, Mention, StaffNote
from filings.review import notes
from filings.services import drafting, transfers
from filings.states import Status
from icp_portal.tests.access.access_answers import FIRST_ROLES
from icp_portal.tests.access.access_table import TABLE
from icp_portal.tests.builders import GUANGDONG, Case, case_at, provider, reviewer, sign_in, staff, user_of
from icp_portal.tests.visitors import World, rows_at, visit, with_second_factor
from ministry import audit
from ministry.models import AuditEntry
from providers import access as provider_access
from providers.models import Provider

pytestmark = pytest.mark.django_db

# Two words that no page contains by itself.
OF_PROVIDER, OF_BUREAU = "龘龘龘ProvidersSecret", "靐靐靐BureausSecret"
# status → whether the bureau has seen the filing
SEEN_BY_BUREAU = {Status.RETURNED_TO_HOST: False, Status.WITH_BUREAU: True, Status.FILED: True}


def texts(content: bytes) -> Iterator[str]:
    """Yield what can be read in a page or a file, and in the files within."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield from texts(archive.read(name))
    elif content.startswith(b"%PDF"):
        with closing(PdfDocument(content)) as document:
            yield "".join(page.get_textpage().get_text_range() for page in document)
    else:
        yield content.decode(errors="replace")


def says(response: HttpResponse, word: str) -> bool:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return any(word in text for text in texts(content)) or word in str(dict(response.headers))


class Noted(World):
    """A world in which staff and, if they have it, reviewers have written each other notes with mentions."""

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.words: dict[str, str] = {}
        self._note(provider_access.staff(self.member("staff")), self.case.staff, OF_PROVIDER)
        if SEEN_BY_BUREAU[status]:
            self._note(bureau_access.reviewer(self.member("reviewer")), self.case.reviewer, OF_BUREAU)
        audit.seal()

    def member(self, role: str) -> User:
        member = self.members[role]
        assert member is not None
        return member

    def _note(self, author: Actor, told: Actor, word: str) -> None:
        notes.write(self.case.filing.pk, author, text=f"{word} @{told.name}", mentioned=[told], seen=0)
        notes.write(self.case.filing.pk, told, text=f"{word}2", mentioned=[author], seen=0)


@pytest.mark.parametrize("status", SEEN_BY_BUREAU)
def test_no_address_shows_a_note_to_anybody_but_the_organisation_that_wrote_it(status):
    world = Noted(status)
    found = set()
    reachable = {**rows_at(status), **{name: row for name, row in TABLE.items() if set(row.args) <= {"filing"}}}
    for role in FIRST_ROLES:
        client = world.browser(role)
        for name, row in reachable.items():
            response = visit(client, world.url(name, row.args))
            found |= {(name, role, word) for word in (OF_PROVIDER, OF_BUREAU) if says(response, word)}

    expected = {("provider_desk:verify", "staff", OF_PROVIDER)}
    if SEEN_BY_BUREAU[status]:
        expected.add(("bureau_desk:review", "reviewer", OF_BUREAU))
    assert found == expected


def test_no_file_contains_one():
    """Both desks' case files, the sheets, the host's summary, the export of the queue, the bureau's board."""
    world = Noted(Status.FILED)
    filing = world.case.filing
    files = [
        *(("staff", reverse("provider_desk:case_file", args=[filing.pk, form]), {}) for form in ("pdf", "zip")),
        *(("reviewer", reverse("bureau_desk:case_file", args=[filing.pk, form]), {}) for form in ("pdf", "zip")),
        ("owner", reverse("filings:summary", args=[filing.pk]), {}),
        ("staff", world.url("provider_desk:sheet", ("filing", "sheet")), {}),
        ("reviewer", world.url("bureau_desk:sheet", ("filing", "sheet")), {}),
        ("staff", reverse("provider_desk:bulk"), {"act": "export", "filing": str(filing.pk)}),
        ("staff", reverse("provider_desk:bulk"), {"act": "export", "all": "1", "view": "tab=mentions"}),
    ]
    for role, url, posted in files:
        client = world.browser(role)
        response = client.post(url, posted) if posted else client.get(url)
        assert response.status_code == 200, url
        assert [word for word in (OF_PROVIDER, OF_BUREAU) if says(response, word)] == [], url


def test_no_mail_event_or_row_besides_the_sealed_note_contains_one():
    world = Noted(Status.WITH_BUREAU)
    assert Mention.objects.count() == 4
    mails = Email.objects.filter(to__in=[user_of(world.case.staff).email, user_of(world.case.reviewer).email])
    assert mails.count() >= 2

    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            for word in (OF_PROVIDER, OF_BUREAU):
                cursor.execute(f'SELECT count(*) FROM "{table}" AS one WHERE one::text LIKE %s', [f"%{word}%"])
                assert (table, cursor.fetchone()[0]) == (table, 0)  # the note itself is sealed
    assert OF_PROVIDER not in str([*Event.objects.values(), *HeldMail.objects.values()])


def test_the_operators_see_that_there_is_a_note_and_not_what_it_says():
    world = Noted(Status.WITH_BUREAU)
    client = world.browser("operator")
    entries = AuditEntry.objects.filter(shape__name="filings_staffnote")
    assert entries.count() == 4
    urls = [reverse("operators:log_entry", args=[entry.pk]) for entry in entries]
    urls += [f"/ministry/log/?filing={world.case.filing.pk}", "/ministry/mails/"]
    urls += [reverse("operators:mail", args=[mail.pk]) for mail in Email.objects.filter(subject__contains="备注")]
    assert len(urls) > 8

    for url in urls:
        response = client.get(url)
        assert response.status_code == 200, url
        assert [word for word in (OF_PROVIDER, OF_BUREAU) if says(response, word)] == [], url


# --- Later organisations, and filings that come of one ----------------------------------------------------


def page(actor: Actor, name: str, filing_id: int) -> str:
    client = sign_in(Client(), with_second_factor(user_of(actor)))
    response = client.get(reverse(name, args=[filing_id]))
    assert response.status_code == 200
    return response.content.decode()


def noted_case(status: Status = Status.WITH_BUREAU, **facts: Any) -> Case:
    case = case_at(status, **facts)
    notes.write(case.filing.pk, case.staff, text=OF_PROVIDER, seen=0)
    if case.filing.received_at:
        notes.write(case.filing.pk, case.reviewer, text=OF_BUREAU, seen=0)
    return case


def test_the_provider_to_which_a_filing_is_transferred_sees_nothing_of_it():
    case = noted_case()
    new = provider(provinces=case.provider.provinces)
    Provider.objects.filter(pk=case.provider.pk).update(is_active=False)
    transfers.transfer(case.filing.pk, case.reviewer, new.pk, version=None)
    successor = staff(new)
    services.claim(case.filing.pk, successor)

    shown = page(successor, "provider_desk:verify", case.filing.pk)
    client = sign_in(Client(), user_of(successor))
    files = [client.get(reverse("provider_desk:case_file", args=[case.filing.pk, form])) for form in ("pdf", "zip")]

    assert OF_PROVIDER not in shown
    assert OF_BUREAU not in shown
    assert [says(file, OF_PROVIDER) for file in files] == [False, False]


def test_another_bureau_to_which_a_filing_moves_sees_nothing_of_it():
    case = noted_case()
    case.return_to_provider().send_back()
    services.unlock(case.filing.pk, case.host, version=None)
    type(case.filing).objects.filter(pk=case.filing.pk).update(bureau=GUANGDONG, subject_province=GUANGDONG)
    other = reviewer(GUANGDONG)

    shown = page(other, "bureau_desk:review", case.filing.pk)

    assert OF_BUREAU not in shown
    assert OF_PROVIDER not in shown


def test_a_filing_started_with_the_data_of_another_begins_without_its_notes():
    case = noted_case(Status.WITH_PROVIDER).withdraw()

    copied = drafting.copy(case.filing.pk, case.host)

    assert not StaffNote.objects.filter(filing=copied).exists()
    assert StaffNote.objects.count() == 1


def test_the_words_are_erased_with_the_filing_s_data():
    case = noted_case(Status.WITH_PROVIDER)
    colleague = staff(case.provider)
    notes.write(case.filing.pk, case.staff, text=OF_PROVIDER, mentioned=[colleague], seen=10**9)
    case.withdraw()
    audit.seal()

    assert erasing._erase(case.filing.pk)

    assert [note.text for note in StaffNote.objects.all()] == ["", ""]
    assert not Mention.objects.exists()
    audit.seal()
    assert list(audit.faults()) == []
    shown = page(case.staff, "provider_desk:verify", case.filing.pk)
    assert OF_PROVIDER not in shown
    assert "note_text" not in shown
    client = sign_in(Client(), user_of(case.staff))
    client.post(reverse("provider_desk:verify", args=[case.filing.pk]), {"note_text": OF_PROVIDER, "note_add": "1"})
    assert StaffNote.objects.count() == 2
