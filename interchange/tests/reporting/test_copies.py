"""Comparison, field by field, of the register with the records that a bureau's own system publishes."""

import copy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Party
from desks.operator import difference_words
from icp_portal.tests.builders import sign_in, user
from interchange.models import OfficialId
from interchange.tests.reporting.reporting_provider import ReportingProvider
from ministry.models import Subject, Website
from ministry.register import ends
from records.comparison import running
from records.models import Copies, CopyDifference

NUMBER = "京ICP备2026000077号"


@pytest.fixture
def record(reporting: ReportingProvider) -> dict[str, Any]:
    """A record as the bureau's system has published it when it approved the filing."""
    _case, published = reporting.approved(NUMBER)
    (found,) = published["BASJ"]["Baxx"]
    return copy.deepcopy(found)


def publish(reporting: ReportingProvider, record: dict[str, Any]) -> None:
    reporting.hands_out({"BASJ": {"Baxx": [record]}})
    reporting.run()
    reporting.apply()


def differing() -> set[tuple[str, str]]:
    return set(CopyDifference.objects.open().filter(copies=Copies.BUREAU).values_list("place", "field"))


def test_equal_copies_have_no_difference_at_night(reporting: ReportingProvider, record: dict[str, Any]):
    subject = Subject.objects.get()

    running.compare([subject.pk])

    said = {one.what: set(one.published) for one in OfficialId.objects.all()}
    assert {"subject.name", "subject.cert_number", "responsible.mobile"} <= said["subject"]
    assert {"websites.0.domain", "websites.0.services", "websites.0.responsible.email"} <= said["website"]
    assert said["access"] == {f"websites.0.access.{name}" for name in ("ways", "places", "ip_ranges")}
    assert differing() == set()


def test_what_the_bureau_changed_is_named_until_the_copies_are_equal_again(
    reporting: ReportingProvider, record: dict[str, Any], client: Client, settings
):
    settings.RELAX_SECOND_FACTOR = True
    changed = copy.deepcopy(record)
    changed["Zt_xx"]["Dwmc"] = "示例改名后的公司"
    changed["Zt_xx"]["Fzr"]["Fzr_sjhm"] = "13800009999"
    changed["Wz_xx"][0]["Fwnr"] = {"Fwnr_id": ["1", "2"]}
    changed["Wz_xx"][0]["Jr_xx"][0]["Ip_xx"][0]["Zzip"] = "3223307270"

    publish(reporting, changed)

    access = OfficialId.objects.get(what="access").row
    assert differing() == {
        ("subject", "subject.name"),
        ("subject", "responsible.mobile"),
        ("website 1", "websites.0.services"),
        (f"access {access}", "websites.0.access.ip_ranges"),
    }
    name = CopyDifference.objects.get(field="subject.name")
    assert name.stated == (Subject.objects.get().name, "示例改名后的公司")
    assert CopyDifference.objects.get(field="websites.0.services").stated[1] == [1, 2]
    sign_in(client, user(Party.MINISTRY))
    page = client.get(reverse("operators:differences")).content.decode()
    assert "管局自有系统" in page
    assert "示例改名后的公司" in page
    assert "13800009999" not in page

    publish(reporting, record)

    assert differing() == set()
    assert set(CopyDifference.objects.values_list("settled_by", flat=True)) == {None}


def test_what_a_message_leaves_out_is_not_compared(reporting: ReportingProvider, record: dict[str, Any]):
    del record["Zt_xx"]["Dwxz"], record["Zt_xx"]["Fzr"]["Fzr_sjhm"]
    del record["Wz_xx"][0]["Fwnr"]

    publish(reporting, record)

    assert differing() == set()


def test_an_access_that_has_ended_here_is_not_compared(reporting: ReportingProvider, record: dict[str, Any]):
    record["Wz_xx"][0]["Jr_xx"][0]["Wzfb"] = {"Fbdd": ["11"]}
    publish(reporting, record)
    access = Website.objects.get().accesses.get()
    assert differing() == {(f"access {access.pk}", "websites.0.access.places")}

    Website.objects.get().accesses.update(live=False, cancelled_on=timezone.localdate())
    running.compare([Subject.objects.get().pk])

    assert differing() == set()


@pytest.mark.parametrize(("what", "place"), [("0", "subject"), ("1", "website 1")])
def test_what_the_bureau_has_ended_of_its_own_accord_differs_until_it_has_ended_here(
    reporting: ReportingProvider, record: dict[str, Any], what: str, place: str
):
    key = record["Zt_xx"]["Ztid"] if what == "0" else record["Wz_xx"][0]["Wzid"]
    reporting.hands_out({"ZXSJ": {"Zxxx": [{"Zxlb": what, "Jlid": key}]}})
    reporting.run()
    reporting.apply()

    assert reporting.connection.files.latest("pk").open_results == 0
    assert differing() == {(place, "in_force")}
    (row,) = CopyDifference.objects.open().filter(copies=Copies.BUREAU)
    assert "在本系统同样作出注销决定" in str(difference_words.shown(row).repair)

    subject = Subject.objects.get()
    website = subject.websites.get()
    if what == "0":
        ends.cancel_subject(subject.pk, timezone.localdate())
    else:
        ends.cancel_website(website.pk, timezone.localdate())
    running.compare([subject.pk])
    assert differing() == set()


def test_the_end_of_something_unknown_stays_open_at_its_file(reporting: ReportingProvider, record: dict[str, Any]):
    reporting.hands_out({"ZXSJ": {"Zxxx": [{"Zxlb": "1", "Jlid": "987654"}]}})
    reporting.run()
    reporting.apply()

    assert reporting.connection.files.latest("pk").open_results == 1
    assert differing() == set()


def test_a_website_that_only_the_bureau_has_on_record_is_named(reporting: ReportingProvider, record: dict[str, Any]):
    changed = copy.deepcopy(record)
    changed["Wz_xx"].append(copy.deepcopy(changed["Wz_xx"][0]) | {"Wzid": "7999", "Baxh": f"{NUMBER}-5"})

    publish(reporting, changed)

    assert differing() == {("subject", "further_websites")}
    (row,) = CopyDifference.objects.open().filter(copies=Copies.BUREAU)
    shown = difference_words.shown(row)
    assert shown.field == "其他在案网站"
    assert [value for _copy, value in shown.values] == ["—", f"{NUMBER}-5"]

    publish(reporting, record)
    assert differing() == set()
