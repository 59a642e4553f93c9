"""Suggestions from the pictures of certificates: offered beside the fields, used when the host says so."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from filings import services
from filings.models import CertificateReading
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, client_of
from icp_portal.tests.hostile import fields_of

pytestmark = pytest.mark.django_db

BOX = {"left": 0.1, "top": 0.2, "right": 0.5, "bottom": 0.3}
NUMBER = "11010519491231002X"
SAID = {"name": "欧阳明月", "cert_number": NUMBER}
UNTIL = {"cert_from": "2016-05-11", "cert_until": "long_term"}
NAMES = tuple(f"responsible.{name}" for name in (*SAID, *UNTIL))


@pytest.fixture
def case(settings) -> Case:
    """A draft in which the responsible person is still to be filled in, and both sides of the card have been read."""
    made = Case()
    services.save_facts(made.filing.pk, made.host, dict.fromkeys(NAMES, ""), version=None)
    settings.READ_CERTIFICATES = True
    read(made.refresh(), "front", SAID)
    read(made, "back", UNTIL)
    return made


def read(case: Case, side: str, said: dict[str, str], **columns: Any) -> CertificateReading:
    facts = {name: {"value": value, "box": BOX} for name, value in said.items()}
    picture = case.filing.evidence.get(path=f"papers.responsible_{side}", replaced_at=None)
    done = {"read_at": timezone.now()} | columns
    return CertificateReading.objects.create(evidence=picture, facts=facts, **done)


def page(case: Case, name: str = "responsible", client: Client | None = None) -> str:
    return (client or client_of(case.host)).get(f"/filings/{case.filing.pk}/edit/{name}/").content.decode()


def offered(page: str) -> dict[str, str]:
    """What the page suggests: field → value."""
    return dict(re.findall(r'name="use" value="(\w+)" data-use="\w+" data-value="([^"]*)"', page))


def post(case: Case, page_name: str, **data: str) -> Any:
    client = client_of(case.host)
    fields = dict(
        re.findall(r'<input type="hidden" name="(version|seen)" value="([^"]*)"', page(case, page_name, client))
    )
    return client.post(f"/filings/{case.filing.pk}/edit/{page_name}/", fields | data)


def saved(case: Case) -> dict[str, str]:
    case.refresh()
    return {name: case.filing.get(name) for name in NAMES}


def test_each_field_is_offered_what_its_picture_says(case):
    assert offered(page(case)) == {**SAID, **UNTIL}
    assert saved(case) == dict.fromkeys(NAMES, "")


def test_a_suggestion_is_put_into_the_field_and_saved_only_with_the_page(case):
    answer = post(case, "responsible", use="name", mobile="13800001234")

    assert re.findall(r'name="name" value="(\w+)"', answer.content.decode()) == [SAID["name"]]
    assert 'value="13800001234"' in answer.content.decode()
    assert offered(answer.content.decode()).keys() == {"cert_number", *UNTIL}
    assert saved(case) == dict.fromkeys(NAMES, "")


def test_all_empty_fields_are_filled_in_and_what_was_typed_stays(case):
    answer = post(case, "responsible", use="*", name="李四")
    text = answer.content.decode()

    assert re.findall(r'name="name" value="(\w+)"', text) == ["李四"]
    assert re.findall(r'name="cert_number" value="(\w+)"', text) == [NUMBER]
    assert re.findall(r'name="cert_from" value="([\d-]+)"', text) == [UNTIL["cert_from"]]
    assert "checked" in re.findall(r'<input[^>]*name="cert_until"[^>]*value="long_term"[^>]*>', text)[0]
    assert offered(text) == {"name": SAID["name"]}
    assert "欧阳明月”，请与证件核对" in text


def test_what_is_typed_alike_is_not_spoken_of(case):
    services.save_facts(case.filing.pk, case.host, {"responsible.name": " 欧阳明月 "}, version=None)

    assert offered(page(case)).keys() == {"cert_number", *UNTIL}


def test_the_page_of_the_pictures_fills_in_what_is_empty(case):
    services.save_facts(case.filing.pk, case.host, {"responsible.name": "李四"}, version=None)
    client, url = client_of(case.host), f"/filings/{case.filing.pk}/edit/papers"
    shown = client.get(f"{url}/").content.decode()
    version = re.findall(r'name="version" value="(\d+)"', shown)[0]

    assert "欧阳明月" in shown
    answer = client.post(f"{url}/use/", {"version": version}, follow=True)

    assert [str(message) for message in answer.context["messages"]] == ["已填入3项，请核对识读结果。"]
    assert saved(case) == {
        "responsible.name": "李四",
        "responsible.cert_number": NUMBER,
        "responsible.cert_from": "2016-05-11",
        "responsible.cert_until": "long_term",
    }


def test_an_old_page_fills_in_nothing(case):
    client_of(case.host).post(f"/filings/{case.filing.pk}/edit/papers/use/", {"version": "0"})

    assert saved(case) == dict.fromkeys(NAMES, "")


@pytest.mark.parametrize("use", ["", "nature", "\x00", "mobile", "name" * 999])
def test_a_button_that_no_page_has_changes_nothing(case, use):
    answer = post(case, "responsible", use=use, mobile="13800001234")

    assert (answer.status_code, saved(case)) == (200, dict.fromkeys(NAMES, ""))


def test_before_submitting_what_differs_is_pointed_out_and_blocks_nothing(case):
    services.save_facts(case.filing.pk, case.host, {"responsible.name": "李四"}, version=None)
    client, url = client_of(case.host), f"/filings/{case.filing.pk}/check/"
    before = client.get(url).context["count"]
    note = "图片上识读为“欧阳明月”，请与证件核对。"

    assert [one.message for one in client.get(url).context["notes"]].count(note) == 1
    services.save_facts(case.filing.pk, case.host, {"responsible.name": "欧阳明月"}, version=None)
    assert [one.message for one in client.get(url).context["notes"]].count(note) == 0
    assert client.get(url).context["count"] == before


def test_while_a_picture_is_read_the_page_says_so_and_asks_when_it_is_done(case):
    reading = CertificateReading.objects.get(evidence__path="papers.responsible_front")
    CertificateReading.objects.filter(pk=reading.pk).update(read_at=None)
    client = client_of(case.host)
    url = f"/filings/{case.filing.pk}/edit/papers/reading/"

    assert f'data-reading="{url}"' in page(case, client=client)
    assert client.get(url).json() == {"pending": True}
    CertificateReading.objects.filter(pk=reading.pk).update(read_at=timezone.now())
    assert client.get(url).json() == {"pending": False}
    assert "data-reading" not in page(case, client=client)


def test_where_pictures_are_still_missing_the_page_says_that_they_save_typing(case, settings):
    hint = f'<a href="/filings/{case.filing.pk}/edit/papers/">先上传证件图片</a>'
    assert hint not in page(case)
    services.remove_evidence(case.filing.pk, case.host, "papers.responsible_front", version=None)
    assert hint in page(case)
    settings.READ_CERTIFICATES = False
    assert hint not in page(case)


def test_after_an_upload_that_may_fill_in_more_the_host_stays_with_the_pictures(case):
    version = re.findall(r'name="version" value="(\d+)"', page(case, "papers"))[0]
    upload = {"version": version, "papers.responsible_front": invent.card("FRONT", 1)}

    answer = client_of(case.host).post(f"/filings/{case.filing.pk}/edit/papers/", upload)

    assert answer.url == f"/filings/{case.filing.pk}/edit/papers/"
    assert "data-reading" in page(case, "papers")


def test_off_the_form_offers_nothing_and_asks_nothing(case, settings):
    settings.READ_CERTIFICATES = False

    assert offered(page(case)) == {}
    assert 'id="read"' not in page(case, "papers")
    assert client_of(case.host).get(f"/filings/{case.filing.pk}/edit/papers/reading/").json() == {"pending": False}


def test_strangers_learn_nothing(case):
    client = client_of(Case().host)
    urls = [f"/filings/{case.filing.pk}/edit/{page}/" for page in ("papers/reading", "papers", "responsible")]

    assert [client.get(url).status_code for url in urls] == [404] * 3
    assert client.post(f"/filings/{case.filing.pk}/edit/papers/use/", {"version": "1"}).status_code == 404
    assert saved(case) == dict.fromkeys(NAMES, "")


def test_a_retired_picture_says_nothing_more(case):
    services.remove_evidence(case.filing.pk, case.host, "papers.responsible_front", version=None)

    assert offered(page(case)) == UNTIL


@pytest.fixture
def returned(settings) -> Case:
    """A filing returned for name and number of the person responsible; the front of the card has been read."""
    settings.RELAX_SECOND_FACTOR = True
    made = Case().submit()
    services.claim(made.filing.pk, made.staff)
    remarks = [services.RemarkDraft(f"responsible.{name}", "B703", "与证件不符", "填写证件上的内容") for name in SAID]
    services.send_back(made.filing.pk, made.staff, version=None, remarks=remarks)
    settings.READ_CERTIFICATES = True
    read(made.refresh(), "front", SAID)
    return made


def corrected(case: Case, **data: str) -> Any:
    client, url = client_of(case.host), f"/filings/{case.filing.pk}/correct/"
    return client.post(url, fields_of(client.get(url).content.decode()) | data)


def test_a_correction_is_offered_what_the_picture_says(returned):
    shown = client_of(returned.host).get(f"/filings/{returned.filing.pk}/correct/").content.decode()

    assert re.findall(r'name="use" value="([\w.]+)"', shown) == ["responsible.name", "responsible.cert_number"]
    assert "欧阳明月”，请与证件核对" in shown


def test_without_scripts_the_button_of_a_correction_saves_what_was_typed_too(returned):
    answer = corrected(returned, **{"use": "responsible.name", "responsible.cert_number": "123"})

    assert (answer.status_code, returned.refresh().filing.get("responsible.name")) == (200, SAID["name"])
    assert returned.filing.get("responsible.cert_number") == "123"
    assert 'name="use" value="responsible.name"' not in answer.content.decode()


@pytest.mark.parametrize("use", ["", "nature", "\x00", "responsible.mobile", "name" * 99])
def test_a_button_that_no_correction_has_fills_in_nothing(returned, use):
    before = returned.filing.facts
    answer = corrected(returned, use=use)

    assert (answer.status_code, returned.refresh().filing.facts) == (200, before)


def test_an_individuals_name_is_compared_once(settings):
    case = Case(individual=True)
    settings.READ_CERTIFICATES = True
    services.save_facts(case.filing.pk, case.host, {"subject.name": "李四"}, version=None)
    read(case.refresh(), "front", SAID)
    client = client_of(case.host)

    shown = client.get(f"/filings/{case.filing.pk}/edit/papers/").context["read"]
    assert [(row.label, row.value) for row in shown if row.value == "李四"] == [("主体信息 · 主办者名称", "李四")]
    notes = client.get(f"/filings/{case.filing.pk}/check/").context["notes"]
    assert [one.message for one in notes].count("图片上识读为“欧阳明月”，请与证件核对。") == 1
