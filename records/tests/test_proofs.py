"""Proofs of records: what they say, that they can't be forged, and what they say once the record is another one."""

import re
from datetime import date

import pgtrigger
import pytest
import time_machine
from django.core.cache import cache
from django.core.signing import Signer
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from filings.states import Status
from icp_portal.tests.builders import Case, case_at, client_of, host
from ministry.models import Access, Subject, Website
from ministry.register import ends
from records import proofs
from records.models import Proof
from records.proofs import NotGenuine, ProofStanding

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


@pytest.fixture
def case() -> Case:
    return case_at(Status.FILED)


def website_of(case: Case) -> Website:
    return case.filing.subject.websites.get()


def proof_of(case: Case) -> Proof:
    return proofs.of_website(website_of(case).pk, case.host)


def url_of(proof: Proof) -> str:
    return reverse("proof_page", args=[proofs.token_of(proof)])


# --- What it says ---------------------------------------------------------------------------------------


def test_a_proof_holds_what_is_public_and_nothing_else(case):
    website, subject = website_of(case), case.filing.subject
    assert proof_of(case).content == {
        "number": str(website.number),
        "subject_number": str(subject.number),
        "name": subject.name,
        "nature": subject.nature,
        "website": website.name,
        "domain": website.domain,
        "approved_on": website.approved_on.isoformat(),
        "providers": [case.provider.name],
        "is_suspended": False,
    }
    assert proofs.of_subject(subject.pk, case.host).content == {
        "number": str(subject.number),
        "name": subject.name,
        "nature": subject.nature,
        "approved_on": subject.approved_on.isoformat(),
        "websites": [[str(website.number), website.domain]],
        "more": False,
        "is_suspended": False,
    }


def test_its_page_is_open_to_everybody_and_leaves_no_trace(case):
    facts = case.filing.facts
    client = Client()

    response = client.get(url_of(proof_of(case)))

    page = response.content.decode()
    assert (response.status_code, dict(client.cookies), response["X-Robots-Tag"]) == (200, {}, "noindex")
    assert "Genuine, and still the same today" in page
    assert str(website_of(case).number) in page
    personal = [facts["subject"]["cert_number"], facts["responsible"]["name"], facts["responsible"]["mobile"]]
    assert [value for value in personal if value in page] == []
    assert "proof.pdf" not in page


def test_its_host_has_it_as_pdf_and_nobody_else(case):
    proof = proof_of(case)
    url = reverse("records:proof_pdf", args=[proof.pk])

    response = client_of(case.host).get(url)

    assert (response.status_code, response.content[:5]) == (200, b"%PDF-")
    assert url in client_of(case.host).get(url_of(proof)).content.decode()
    assert client_of(host()).get(url).status_code == 404
    assert client_of(case.staff).get(url).status_code == 404


def test_asking_twice_on_a_day_makes_one_and_another_day_another(case):
    website = website_of(case)
    client = client_of(case.host)
    url = reverse("records:prove_website", args=[website.pk])

    first, second = client.post(url), client.post(url)

    assert first["Location"] == second["Location"] == url_of(Proof.objects.get())
    with time_machine.travel("2027-03-01 12:00+08:00", tick=False):
        proofs.of_website(website.pk, case.host)
    assert [proof.issued_on for proof in Proof.objects.all()] == [timezone.localdate(), date(2027, 3, 1)]


def test_nobody_has_a_proof_made_of_somebody_elses_record(case):
    website, subject = website_of(case), case.filing.subject
    for member in (host(), case.staff, case.reviewer):
        with pytest.raises(Website.DoesNotExist):
            proofs.of_website(website.pk, member)
        with pytest.raises(Subject.DoesNotExist):
            proofs.of_subject(subject.pk, member)
    assert not Proof.objects.exists()


def test_a_cancelled_record_has_no_new_proof(case):
    ends.cancel_website(website_of(case).pk, timezone.localdate())

    with pytest.raises(Website.DoesNotExist):
        proof_of(case)


# --- Forgery --------------------------------------------------------------------------------------------


def altered(token: str) -> list[str]:
    code, signature = token.split(".")
    return [
        code,
        f"{code}.",
        f".{signature}",
        f"{code}.{signature[:-1]}",
        f"{code}.{signature}x",
        f"{code[:-1]}{'A' if code[-1] != 'A' else 'B'}.{signature}",
        f"{code.lower()}.{signature}",
        f"{code}.{signature.swapcase()}",
        f"{code}.{Signer(key='another', sep='.', salt='records.proofs').signature(code)}",
        f"{code}.{signature}.{signature}",
        "x" * 4000,
        "证明",
    ]


def test_an_altered_address_says_plainly_that_it_is_not_genuine(case):
    proof = proof_of(case)
    for token in altered(proofs.token_of(proof)):
        with pytest.raises(NotGenuine):
            proofs.read(token)
        response = Client().get(reverse("proof_page", args=[token]))
        assert (token, response.status_code) == (token, 404)
        assert "This proof was not issued by this portal" in response.content.decode()
        assert str(website_of(case).number) not in response.content.decode()
        cache.clear()


def test_the_signature_of_another_proof_does_not_do(case):
    one, other = proof_of(case), proof_of(case_at(Status.FILED))
    with pytest.raises(NotGenuine):
        proofs.read(f"{one.code}.{proofs.token_of(other).split('.')[1]}")


def test_the_database_refuses_to_change_a_proof(case):
    proof = proof_of(case)
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Proof.objects.filter(pk=proof.pk).update(issued_on=date(2020, 1, 1))


@pytest.mark.parametrize(
    "change",
    ['content = content || \'{"name": "别人"}\'', "issued_on = '2020-01-01'", "sha256 = repeat('0', 64)"],
)
def test_who_gets_round_the_database_is_found_out_by_the_signature(case, change):
    token = proofs.token_of(proof_of(case))
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE records_proof SET {change}")

    with pytest.raises(NotGenuine):
        proofs.read(token)


def test_a_proof_outlives_the_key_it_was_signed_with(case, settings):
    token = proofs.token_of(proof_of(case))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 50, [settings.SECRET_KEY]
    assert proofs.read(token).standing == ProofStanding.SAME

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(NotGenuine):
        proofs.read(token)


# --- By number ------------------------------------------------------------------------------------------


def test_a_proof_is_found_by_the_number_on_the_paper_however_it_is_typed(case):
    proof = proof_of(case)
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", str(proof))
    for text in (
        str(proof),
        str(proof).lower(),
        proof.code,
        str(proof).replace("-", " "),
        str(proof).replace("-", "–"),
        "".join(chr(ord(sign) + 0xFEE0) for sign in proof.code),  # full width, as Chinese keyboards type it
    ):
        response = Client().post(reverse("proof"), {"number": text})
        assert (response.status_code, response["Location"]) == (302, url_of(proof))


def test_a_number_nobody_has_and_a_filing_number_are_told_apart(case):
    for text, words in (
        ("2222-3333-4444-5555", "There is no proof with this number"),
        ("', OR 1=1 --", "There is no proof with this number"),
        (str(website_of(case).number), "This is a filing number"),
    ):
        response = Client().post(reverse("proof"), {"number": text})
        assert words in response.content.decode()


def test_guessing_numbers_is_throttled(case):
    for _n in range(60):
        Client().post(reverse("proof"), {"number": "2222-3333-4444-5555"})
    assert Client().post(reverse("proof"), {"number": "2222-3333-4444-5555"}).status_code == 429
    assert Client().get(url_of(proof_of(case))).status_code == 429


# --- Once the record is another one ---------------------------------------------------------------------


def test_a_proof_says_what_reads_differently_since(case):
    proof = proof_of(case)
    Access.objects.update(live=False)

    reading = proofs.read(proofs.token_of(proof))

    assert (reading.standing, reading.today["providers"]) == (ProofStanding.CHANGED, [])
    page = Client().get(url_of(proof)).content.decode()
    assert "Genuine, but the record has changed since" in page
    assert f"<del>{case.provider.name}</del>" in page


@pytest.mark.parametrize("cancel", ["website", "subject"])
def test_a_proof_says_that_the_record_was_cancelled_since(case, cancel):
    proof, website = proof_of(case), website_of(case)
    of_subject = proofs.of_subject(website.subject_id, case.host)
    if cancel == "website":
        ends.cancel_website(website.pk, timezone.localdate())
    else:
        ends.cancel_subject(website.subject_id, timezone.localdate())

    assert proofs.read(proofs.token_of(proof)).standing == ProofStanding.CANCELLED
    assert "Genuine, but the record has been cancelled since" in Client().get(url_of(proof)).content.decode()
    expected = ProofStanding.CHANGED if cancel == "website" else ProofStanding.CANCELLED
    assert proofs.read(proofs.token_of(of_subject)).standing == expected
