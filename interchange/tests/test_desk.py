"""The bureau's pages about connections: what a chief sees and does, and what nobody else can."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bureaus.models import ReviewerRole
from filings.errors import MoveRefused
from filings.evidence.files import kept
from icp_portal.tests.builders import GUANGDONG, chief, provider, reviewer_user, sign_in, user_of
from icp_portal.tests.page_parts import cells
from interchange import checking, connections, outbox
from interchange.models import Connection, ConnectionChange
from interchange.tests.systems import System, settings_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]

SENT = {
    "networks": "192.0.2.0/24\n2001:db8::1",
    "profile": "strict",
    "is_lenient": "on",
    "may_report": "on",
    "reports_from": "09:00",
    "reports_until": "17:30",
    "waiting_limit": "5",
}


def browser(system: System) -> Client:
    return sign_in(Client(), user_of(system.chief))


def url(page: str, system: System) -> str:
    return reverse(f"connections:{page}", args=[system.row.pk])


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_chief_opens_a_connection_whose_secrets_are_shown_once():
    by, of = chief(), provider()
    client = sign_in(Client(), user_of(by))
    assert "No connections yet" in text(client.get(reverse("connections:listed")))

    shown = text(client.post(reverse("connections:new"), {**SENT, "provider": of.pk}))

    row = Connection.objects.get()
    assert (row.provider, row.bureau_id, row.isp_id) == (of, "110000", 110000000000 + of.pk)
    assert (row.networks, row.hours, row.waiting_limit) == (["192.0.2.0/24", "2001:db8::1/128"], "09:00–17:30", 5)
    secrets = (row.password, row.secret, row.iv)
    assert [secret in shown for secret in secrets] == [True] * 3
    assert [len(secret) for secret in secrets] == [20, 16, 16]
    page = text(client.get(reverse("connections:one", args=[row.pk])))
    assert [secret in page for secret in secrets] == [False] * 3
    assert f"{row.isp_id}" in page
    assert of.name in text(client.get(reverse("connections:listed")))


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("networks", "", "This field is required."),
        ("networks", "10.0.0.1/24", "“10.0.0.1/24” is neither an IP address nor a network such as 203.0.113.0/24."),
        ("networks", "host.example.cn", "“host.example.cn” is neither an IP address nor a network"),
        ("networks", "\n".join(f"192.0.2.{n}" for n in range(21)), "Enter at most 20 addresses."),
        ("networks", "a\0b", "Null characters are not allowed."),
        ("reports_from", "", "Enter both times, or neither."),
        ("reports_until", "", "Enter both times, or neither."),
        ("reports_until", "09:00", "Enter another time than the first one."),
        ("reports_until", "soon", "Enter a valid time."),
        ("profile", "md4", "Select a valid choice."),
        ("waiting_limit", "0", "Ensure this value is greater than or equal to 1."),
        ("provider", "999999", "Select a valid choice."),
    ],
)
def test_what_is_typed_wrong_is_said_at_its_field(field: str, typed: str, words: str):
    client, of = sign_in(Client(), user_of(chief())), provider()

    got = client.post(reverse("connections:new"), {**SENT, "provider": of.pk, field: typed})

    assert words in " ".join(got.context["form"].errors[field])
    assert not Connection.objects.exists()


def test_a_chief_changes_pauses_renews_and_closes_a_connection():
    system = System()
    client = browser(system)

    changed = client.post(url("one", system), {**SENT, "version": system.row.version})
    assert (changed.status_code, changed["Location"]) == (302, url("one", system))
    assert system.reload().hours == "09:00–17:30"
    (change, lines), (opened, none) = client.get(url("one", system)).context["changes"]
    assert (change.act, opened.act, none) == ("changed", "opened", [])
    assert any("17:30" in line for line in lines)
    assert len(lines) < len(change.words.splitlines())

    client.post(url("one", system), {"switch": "uploads_paused", "version": system.row.version})
    assert (system.reload().uploads_paused, system.row.downloads_paused) == (True, False)
    assert "Resume uploads" in text(client.get(url("one", system)))
    client.post(url("one", system), {"switch": "uploads_paused", "version": system.row.version})
    assert system.reload().uploads_paused is False
    client.post(url("one", system), {"switch": "password", "version": system.row.version})

    before = system.row.password
    assert "stop working at once" in text(client.get(url("secrets", system)))
    shown = text(client.post(url("secrets", system), {"version": system.row.version}))
    assert system.reload().password in shown
    assert system.row.password != before

    modern = {**SENT, "profile": "modern", "version": system.row.version}
    assert len(system.row.secret) == 16
    assert "Shown only now" in text(client.post(url("one", system), modern))
    assert len(system.reload().secret) == 32

    assert client.get(url("close", system)).status_code == 200
    client.post(url("close", system), {"version": system.row.version})
    assert (system.reload().password, system.row.closed_at is None) == ("", False)
    assert [client.get(url(page, system)).status_code for page in ("one", "secrets", "close")] == [200, 404, 404]
    assert client.post(url("one", system), {**SENT, "version": system.row.version}).status_code == 404
    acts = list(ConnectionChange.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["opened", "changed", "paused", "paused", "secrets", "secrets", "closed"]
    assert system.upload().code == 4


def test_a_connection_opened_again_keeps_its_id_and_goes_on_counting():
    system = System()
    assert system.upload().code == 0
    connections.close(system.chief, system.row.pk, version=system.reload().version)

    row, system.keys = connections.open_for(system.chief, system.provider.pk, settings_of())

    assert (row.pk, row.isp_id) == (system.row.pk, system.row.isp_id)
    assert [system.upload(sequence=sequence).code for sequence in (1, 2)] == [0, 0]
    assert system.reload().last_sequence == 2


def test_a_page_that_is_out_of_date_changes_nothing_and_says_so():
    system = System()
    client, old = browser(system), system.row.version
    system.change(waiting_limit=7)
    words = "A colleague has changed this connection in the meantime."

    assert words in text(client.post(url("one", system), {**SENT, "version": old}))
    for page, sent in (("one", {"switch": "uploads_paused"}), ("secrets", {}), ("close", {})):
        got = client.post(url(page, system), {**sent, "version": old}, follow=True)
        assert words in text(got)
    assert (system.reload().waiting_limit, system.row.uploads_paused, system.row.closed_at) == (7, False, None)


def test_a_connection_shows_what_was_read_leniently():
    system = System()
    client = browser(system)
    assert "has departed from the interface so far" in text(client.get(url("one", system)))
    system.change(is_lenient=False)
    assert "Not for this connection: a file that departs" in text(client.get(url("one", system)))

    system.row.leniencies.create(leniency="case", times=12)
    assert cells(client.get(url("one", system)), "Times") == ["12"]


def test_files_are_listed_without_their_content():
    system = System()
    assert system.upload("<a>示例个人信息</a>").code == 0
    with kept():
        row = outbox.write(system.row, b"<DownloadData/>")
    client = browser(system)

    uploads, downloads = (text(client.get(url(page, system))) for page in ("uploads", "downloads"))
    assert ("Waiting to be checked" in uploads, "示例个人信息" in uploads) == (True, False)
    assert row.file_name in downloads
    checking.check(system.row.uploads.get().pk)
    assert "File refused" in text(client.get(url("uploads", system)))
    system.download()
    system.acknowledge(row.file_name)
    page = client.get(url("downloads", system))
    acknowledged = dict(zip(cells(page, "File name"), cells(page, "Acknowledged"), strict=True))
    assert acknowledged[row.file_name] not in ("", "—")
    assert {shown for name, shown in acknowledged.items() if name != row.file_name} <= {"—"}


@pytest.mark.parametrize("page", ["listed", "uploads", "downloads"])
def test_a_list_costs_the_same_for_any_number_of_rows(page: str, django_assert_num_queries: Any):
    system = System()
    client = browser(system)
    address = reverse("connections:listed") if page == "listed" else url(page, system)
    counts = []
    for _n in range(2):
        for _m in range(2):
            assert system.upload().code == 0
            with kept():
                outbox.write(system.row, b"<DownloadData/>")
            System(by=system.chief)
        with django_assert_num_queries(_queries(client, address)):
            client.get(address)
        counts.append(_queries(client, address))
    assert counts[0] == counts[1]


def _queries(client: Client, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)


def test_reviewers_and_other_bureaus_find_nothing():
    system = System()
    others = (reviewer_user(role=ReviewerRole.REVIEWER), user_of(chief(GUANGDONG)))
    for member in others:
        client = sign_in(Client(), member)
        pages = [
            client.get(url(page, system)).status_code for page in ("one", "secrets", "close", "uploads", "downloads")
        ]
        assert pages == [404] * 5
        sent = {**SENT, "version": system.row.version}
        assert [client.post(url(page, system), sent).status_code for page in ("one", "secrets", "close")] == [404] * 3
    assert "No connections yet" in text(client.get(reverse("connections:listed")))
    assert (system.reload().version, system.row.closed_at) == (1, None)


def test_a_chief_who_is_none_any_more_is_refused():
    system = System()
    user_of(system.chief).reviewer.delete()

    with pytest.raises(MoveRefused, match="Only a chief"):
        connections.renew(system.chief, system.row.pk, version=system.row.version)


def test_a_provider_of_another_province_or_with_a_connection_is_refused():
    system = System()
    for of in (system.provider, provider(provinces=[GUANGDONG]), provider(is_active=False)):
        with pytest.raises(MoveRefused, match="already has a connection, or doesn't serve"):
            connections.open_for(system.chief, of.pk, settings_of())
