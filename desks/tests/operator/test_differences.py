"""The operators' pages of differences between copies: list, page, reason, start page."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.models import Party
from filings import receipts
from filings.states import Status
from icp_portal.tests.builders import Case, chief, on_record, sign_in, user, user_of
from ministry.models import LiveDomain, Subject
from records.comparison import running
from records.models import CopyDifference
from records.tests.comparison.compared import plant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor", "english")]

LIST = "/ministry/differences/"


@pytest.fixture
def operator() -> Client:
    return sign_in(Client(), user(Party.MINISTRY, name="值班员"))


@pytest.fixture
def drifted() -> Case:
    """A record whose address and whose responsible person's number are not what was approved."""
    case = Case().to(Status.FILED)
    subject = Subject.objects.get(pk=case.filing.subject_id)
    subject.responsible_mobile = subject.responsible_mobile[:3] + "0000" + subject.responsible_mobile[7:]
    subject.save(update_fields=["responsible_mobile"])
    plant("ministry_subject", subject.pk, suspended_on="2026-01-05")
    running.compare([subject.pk])
    return case


def url(field: str) -> str:
    return reverse("operators:difference", args=[CopyDifference.objects.get(field=field).pk])


def test_the_start_page_counts_open_differences_and_says_nothing_without_any(operator):
    assert "between the copies of records" not in operator.get(reverse("ministry_desk:index")).content.decode()

    website = on_record(Case().provider)
    LiveDomain.objects.all().delete()
    running.compare([website.subject_id])

    page = operator.get(reverse("ministry_desk:index")).content.decode()
    assert "1 difference between the copies of records is open" in page
    assert f'href="{LIST}"' in page


def test_the_list_names_record_field_and_masked_values_and_can_be_narrowed(operator, drifted):
    page = operator.get(LIST).content.decode()
    mobile = drifted.filing.get("responsible.mobile")

    assert page.count(f">{drifted.filing.subject.number}<") == 2
    assert mobile not in page
    assert [row.row.field for row in operator.get(LIST).context["rows"]] == ["responsible.mobile", "suspended"]
    for query, count in (
        ("copies=register", 2),
        ("copies=public", 0),
        ("province=110000", 2),
        ("province=440000", 0),
        ("copies=nonsense&province=999999", 2),
        ("tab=settled", 0),
        ("tab=nonsense&after=x", 2),
    ):
        response = operator.get(f"{LIST}?{query}")
        assert (response.status_code, len(response.context["rows"])) == (200, count), query


def test_a_page_says_what_each_copy_states_and_from_which_receipt_and_how_to_put_it_right(operator, drifted):
    event = drifted.filing.events.get(name="approve")
    page = operator.get(url("suspended")).content.decode()

    for words in ("Approved or ordered", "Register", receipts.number_of(event.pk), drifted.provider.name):
        assert words in page
    assert "ask the bureau for an order" in page
    mobile = operator.get(url("responsible.mobile")).content.decode()
    assert "They differ in characters that are masked here." in mobile
    assert "ask the host for a change of this data" in mobile
    assert drifted.filing.get("responsible.mobile") not in mobile


def test_a_difference_is_settled_with_a_reason_once(operator, drifted):
    address = url("suspended")
    for reason in ("", "1234", "x" * 501):
        response = operator.post(address, {"reason": reason})
        assert (response.status_code, bool(response.context["form"].errors)) == (200, True)
    assert CopyDifference.objects.settled().count() == 0

    assert operator.post(address, {"reason": "经核实，管局已恢复"}).status_code == 302
    row = CopyDifference.objects.settled().get()
    assert (row.field, row.reason, row.settled_by.name) == ("suspended", "经核实，管局已恢复", "值班员")
    page = operator.get(address).content.decode()
    assert "经核实，管局已恢复" in page
    assert 'name="reason"' not in page

    again = operator.post(address, {"reason": "第二次办结的原因"}, follow=True).content.decode()
    assert "This difference has been settled already." in again
    assert CopyDifference.objects.settled().get().reason == "经核实，管局已恢复"
    assert Subject.objects.get(pk=drifted.filing.subject_id).suspended_on is not None, "no copy is changed"


def test_nobody_else_sees_them(drifted):
    for client in (Client(), sign_in(Client(), drifted.filing.host), sign_in(Client(), user_of(chief()))):
        for address in (LIST, url("suspended")):
            assert client.get(address).status_code in (302, 404)
            assert client.post(address, {"reason": "一个很好的原因"}).status_code in (302, 404, 403)
    assert CopyDifference.objects.settled().count() == 0


def test_an_unknown_difference_is_not_found(operator):
    assert operator.get(reverse("operators:difference", args=[999999])).status_code == 404


@pytest.mark.parametrize("table", ["ministry_website", "ministry_access", "ministry_subjectcertificate"])
def test_every_kind_of_row_has_a_page(operator, table):
    case = Case().to(Status.FILED)
    column = {
        "ministry_website": "services",
        "ministry_access": "ip_ranges",
        "ministry_subjectcertificate": "cert_type",
    }
    value = {"services": [9], "ip_ranges": ["192.31.196.250"], "cert_type": 2}[column[table]]
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    plant(table, model.objects.latest("pk").pk, **{column[table]: value})
    running.compare([case.filing.subject_id])

    row = CopyDifference.objects.get()
    assert operator.get(reverse("operators:difference", args=[row.pk])).status_code == 200
    assert operator.get(LIST).status_code == 200
