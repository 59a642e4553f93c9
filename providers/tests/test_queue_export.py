"""The export of the provider's queue."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from filings.models import Export, Filing
from filings.states import Status
from icp_portal.tests.builders import case_at, client_of
from providers import export
from providers.tests.queue_pages import access_provider, bulk, numbers, sheet_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def test_an_export_holds_what_the_view_shows_masked_and_on_record():
    of, verifier, _chief = access_provider()
    one, two = (case_at(Status.WITH_PROVIDER, of=of) for _n in range(2))
    case_at(Status.WITH_BUREAU, of=of)
    case_at(Status.WITH_PROVIDER)
    client = client_of(verifier)

    response = client.post(reverse("provider_desk:bulk"), {"act": "export", "view": "tab=work"})

    head, *lines = sheet_of(response)
    assert [line[0] for line in lines] == numbers(one, two)
    assert lines[0][1] == one.filing.subject_name
    assert head[0] == "Filing"
    for case in (one, two):
        for secret in (
            case.filing.get("subject.cert_number"),
            case.filing.get("responsible.mobile"),
            case.filing.get("responsible.cert_number"),
        ):
            assert not any(secret in str(cell) for line in lines for cell in line)
    kept = Export.objects.get()
    assert (kept.user_id, kept.count, kept.filing_ids, kept.query) == (
        verifier.user_id,
        2,
        numbers(one, two),
        "tab=work",
    )
    assert "no-store" in response["Cache-Control"]
    assert "attachment" in response["Content-Disposition"]


def test_chosen_filings_alone_are_exported_and_never_a_stranger_s():
    of, verifier, _chief = access_provider()
    one, _two = (case_at(Status.WITH_PROVIDER, of=of) for _n in range(2))
    stranger = case_at(Status.WITH_PROVIDER)

    _head, *lines = sheet_of(bulk(client_of(verifier), "export", numbers(one, stranger)))

    assert [line[0] for line in lines] == numbers(one)


def test_a_search_is_exported_as_it_was_found():
    of, verifier, _chief = access_provider()
    case, stranger = case_at(Status.FILED, of=of), case_at(Status.FILED)
    client = client_of(verifier)

    for found, expected in ((case, numbers(case)), (stranger, [])):
        view = f"q={found.filing.domain}"
        _head, *lines = sheet_of(client.post(reverse("provider_desk:bulk"), {"act": "export", "view": view}))
        assert [line[0] for line in lines] == expected


def test_an_export_ends_at_its_limit_and_says_so(monkeypatch):
    monkeypatch.setattr(export, "MOST_ROWS", 1)
    of, verifier, _chief = access_provider()
    one, _two = (case_at(Status.WITH_PROVIDER, of=of) for _n in range(2))

    _head, *lines = sheet_of(
        client_of(verifier).post(reverse("provider_desk:bulk"), {"act": "export", "view": "tab=work"})
    )

    assert lines[0][0] == one.filing.pk
    assert "the first 1" in str(lines[1][0])
    assert Export.objects.get().count == 1


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_nothing_in_an_export_is_a_formula(name):
    of, verifier, _chief = access_provider()
    case = case_at(Status.WITH_PROVIDER, of=of)
    Filing.objects.update(subject_name=name)

    response = bulk(client_of(verifier), "export", numbers(case))

    cell = load_workbook(BytesIO(response.content)).active.cell(row=2, column=2)
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert str(cell.value).strip() == name.strip()
