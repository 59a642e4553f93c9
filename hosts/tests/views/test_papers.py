"""The pictures of a filing: PDF files, small copies, limits, and one code for all of them."""

import re
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from filings import services
from filings.models import Handover
from filings.verification import handovers
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, sign_in, user_of
from icp_portal.tests.photos import as_file, blurred, certificate

pytestmark = pytest.mark.django_db

CERTIFICATE, CARD = "papers.subject_certificate", "papers.responsible_front"
APPROVAL = "websites.0.papers.approval.1"


def pdf(pages: int, name: str = "scan.pdf") -> SimpleUploadedFile:
    first, *others = [certificate(number, 900) for number in range(pages)]
    target = BytesIO()
    first.save(target, "PDF", save_all=True, append_images=others)
    return SimpleUploadedFile(name, target.getvalue(), content_type="application/pdf")


def upload(case: Case, path: str, *files: SimpleUploadedFile) -> HttpResponse:
    client, version = sign_in(Client(), user_of(case.host)), case.refresh().filing.version
    url = reverse("filings:papers", args=[case.filing.pk])
    return client.post(url, {"version": version, path: files, "later": "1"})


def hashes(case: Case, path: str) -> list[str]:
    rows = case.filing.evidence.filter(replaced_at=None, path__startswith=path).order_by("path")
    return [row.sha256 for row in rows]


# --- PDF files ----------------------------------------------------------------------------------------------


def test_a_scan_of_one_page_replaces_the_picture_of_a_certificate():
    case = Case()
    before = hashes(case, CERTIFICATE)
    assert upload(case, CERTIFICATE, pdf(1)).status_code == 302
    assert len(hashes(case, CERTIFICATE)) == 1
    assert hashes(case, CERTIFICATE) != before


def test_the_pages_of_an_approvals_scan_fill_its_free_places():
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"websites.0.approvals": [1]}, version=None)
    upload(case, APPROVAL, pdf(2), invent.card("B", 2))
    kept = case.filing.evidence.filter(replaced_at=None, path__startswith=APPROVAL).order_by("path")
    assert [row.path for row in kept] == [f"{APPROVAL}.{page}" for page in (1, 2, 3)]


@pytest.mark.parametrize(
    ("path", "file"),
    [
        (CERTIFICATE, pdf(2)),
        (CARD, pdf(1)),  # a card is photographed, both sides
        (CERTIFICATE, SimpleUploadedFile("a.pdf", b"%PDF-1.7 nothing")),
    ],
    ids=["two pages", "a card", "broken"],
)
def test_a_pdf_that_is_no_such_scan_is_refused_at_its_field(path, file):
    case = Case()
    before = hashes(case, path)
    response = upload(case, path, file)
    assert list(response.context["form"].errors) == [path]
    assert hashes(case, path) == before


def test_each_field_says_beforehand_what_it_takes():
    case = Case()
    form = sign_in(Client(), user_of(case.host)).get(reverse("filings:papers", args=[case.filing.pk])).context["form"]
    said = {path: (str(form[path].help_text), form.fields[path].widget.attrs["accept"]) for path in (CERTIFICATE, CARD)}
    assert said == {
        CERTIFICATE: (
            _("JPEG, PNG or PDF, up to %(mb)s MB.") % {"mb": 20},
            "application/pdf,image/jpeg,image/png",
        ),
        CARD: (_("JPEG or PNG, up to %(mb)s MB.") % {"mb": 20}, "image/jpeg,image/png"),
    }


# --- One code for all of them -------------------------------------------------------------------------------


def code_for_all(case: Case) -> tuple[Client, str]:
    """The host's browser, and the address on the code."""
    client = sign_in(Client(), user_of(case.host))
    page = client.post(reverse("filings:handover", args=[case.filing.pk]), {"path": handovers.ALL}).content.decode()
    (address,) = re.findall(r'class="code">http://testserver(/filings/phone/[\w-]+/)<', unescape(page))
    return client, address


def send(address: str, path: str, file: SimpleUploadedFile | None = None) -> HttpResponse:
    return Client().post(address, {"path": path, "picture": file or invent.card("PHONE", 9)})


def test_one_code_takes_every_paper_until_the_host_is_finished():
    case = Case()
    client, address = code_for_all(case)
    rows = Client().get(address).context["rows"]
    assert [row["path"] for row in rows] == [CERTIFICATE, CARD, "papers.responsible_back"]

    for row in rows:
        sent = send(address, row["path"], invent.card(row["path"], 9))
        assert (sent.status_code, sent["Location"]) == (302, address)

    handover = Handover.objects.get()
    assert [one.path for one in handovers.current_pictures(case.filing, handover)] == [row["path"] for row in rows]
    state = client.get(reverse("filings:handover_state", args=[case.filing.pk, handover.pk]) + "?part")
    assert len(state.context["items"]) == 3
    assert Client().post(address, {"keep": "1"})["Location"] == reverse("filings:phone_done")
    assert Client().get(address).status_code == 404


def test_a_picture_that_could_be_better_is_told_beside_its_paper_and_can_be_replaced():
    case = Case()
    _client, address = code_for_all(case)
    send(address, CARD, as_file(blurred()))
    assert [bool(row["advice"]) for row in Client().get(address).context["rows"]] == [False, True, False]
    send(address, CARD)
    assert [bool(row["advice"]) for row in Client().get(address).context["rows"]] == [False] * 3
    assert len(hashes(case, CARD)) == 1


@pytest.mark.parametrize("path", ["", "papers", "papers.nothing", "websites.0.papers.photo", "../x", "\x00"])
def test_a_code_for_all_takes_no_picture_of_anything_else(path):
    case = Case()
    before = case.filing.evidence.count()
    _client, address = code_for_all(case)
    assert send(address, path).status_code == 404
    assert case.filing.evidence.count() == before


def test_a_code_for_all_of_a_returned_filing_takes_only_what_is_open():
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    remark = services.RemarkDraft(CARD, "P103", "看不清", "重新拍摄")
    services.send_back(case.filing.pk, case.staff, version=None, remarks=[remark])
    _client, address = code_for_all(case)

    assert [row["path"] for row in Client().get(address).context["rows"]] == [CARD]
    assert send(address, CERTIFICATE).status_code == 404
    assert send(address, CARD).status_code == 302
