"""The receipts of a filing's handovers, as its parties see and find them."""

import json
import zipfile
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from desks.tests.casefile.casefiles_fetched import fetched, text
from filings import receipts
from filings.models import Event
from filings.services import transfers
from filings.states import Status
from icp_portal.tests.builders import Case, client_of, host, provider, reviewer, sign_in, staff
from icp_portal.tests.reports import Reported
from ministry.reference.certificates import check_digit
from providers.models import Provider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

HOST, REGISTER, PERSONS = "网站主办者", "部级备案库", "各负责人"


def listed(case: Case) -> list[dict]:
    """The receipts that the host reads through the interface, the first one first."""
    response = client_of(case.host).get(f"/api/filings/{case.filing.pk}/receipts")
    assert response.status_code == 200
    return response.json()["receipts"][::-1]


def ways(case: Case) -> list[tuple[str, str, int]]:
    return [(one["giver"], one["taker"], one["round"]) for one in listed(case)]


def test_each_handover_up_to_the_number_and_back_has_a_receipt():
    case = Case().to(Status.FILED)
    access_provider, bureau = case.provider.name, str(case.filing.bureau)

    assert ways(case) == [
        (HOST, access_provider, 1),
        (access_provider, bureau, 1),
        (bureau, REGISTER, 1),
        (REGISTER, access_provider, 1),
        (REGISTER, HOST, 1),
    ]
    found = listed(case)
    assert len({one["number"] for one in found}) == 5
    assert [one["record_number"] for one in found] == ["", "", *[str(case.filing.subject.number)] * 3]
    moves = case.filing.events.filter(name__in=["submit", "verify", "approve"]).order_by("pk")
    assert [one["at"] for one in found] == [
        event.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for event, times in zip(moves, (1, 1, 3), strict=True)
        for _time in range(times)
    ]


def test_what_a_providers_own_system_reports_comes_from_the_provider():
    case = Reported().report()

    shown = receipts.of(case.filing, case.filing.events.exclude(handed="").select_related("provider").order_by("-pk"))

    assert [(str(one.giver), str(one.taker)) for one in shown] == [(case.provider.name, str(case.filing.bureau))]


def test_returns_and_a_second_round_have_receipts():
    case = Case().to(Status.RETURNED_TO_PROVIDER)
    access_provider, bureau = case.provider.name, str(case.filing.bureau)

    assert ways(case) == [(HOST, access_provider, 1), (access_provider, bureau, 1), (bureau, access_provider, 1)]

    case.send_back()
    assert ways(case)[3:] == [(access_provider, HOST, 1)]


def test_the_responsible_persons_take_it_and_give_it_back():
    case = Case().to(Status.WITH_PERSONS).give_up()

    access_provider = case.provider.name
    assert ways(case) == [(HOST, access_provider, 1), (access_provider, PERSONS, 1), (PERSONS, access_provider, 1)]


def test_a_transfer_goes_from_the_former_provider_to_the_new_one():
    case = Case().to(Status.WITH_PROVIDER)
    former, new = case.provider, provider()
    Provider.objects.filter(pk=former.pk).update(accepts_new=False)

    transfers.transfer(case.filing.pk, case.host, new.pk, version=None)

    assert ways(case) == [(HOST, former.name, 1), (former.name, new.name, 1)]


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.LAPSED])
def test_an_end_hands_nothing_over(status):
    case = Case().to(status)

    assert [taker for _giver, taker, _round in ways(case)] == [case.provider.name] * (case.filing.round > 0)


def test_the_same_data_have_the_same_digest_and_changed_ones_another():
    case = Case().to(Status.WITH_BUREAU)
    submitted, verified = listed(case)
    other = listed(Case().to(Status.WITH_PROVIDER))[0]

    assert {len(submitted["digest"]), len(other["digest"])} == {64}
    assert submitted["digest"] != other["digest"]
    assert verified["digest"] == receipts.digest_of(case.filing.facts)
    case.approve()
    assert {one["digest"] for one in listed(case)[1:]} == {verified["digest"]}


def test_receipts_of_moves_before_there_were_receipts_have_no_digest():
    case = Case().to(Status.WITH_PROVIDER)
    event = case.filing.events.get(name="submit")
    old = Event(
        **{field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields} | {"id": None}
    )
    old.handed = ""
    old.save()

    assert [bool(one["digest"]) for one in listed(case)] == [True, False]


def test_the_host_and_both_desks_read_the_same_numbers():
    case = Case().to(Status.FILED)
    numbers = [one["number"] for one in listed(case)]
    pages = [
        client_of(case.host).get(reverse("filings:status", args=[case.filing.pk])),
        client_of(case.staff).get(reverse("provider_desk:verify", args=[case.filing.pk])),
        client_of(case.reviewer).get(reverse("bureau_desk:review", args=[case.filing.pk])),
    ]

    for page in pages:
        assert [one.number for one in page.context["receipts"]][::-1] == numbers
        assert [number for number in numbers if number not in page.content.decode()] == []


def test_the_case_file_prints_them_and_its_index_lists_them():
    case = Case().to(Status.FILED)
    found = listed(case)

    printed = text(fetched(case.reviewer, case))
    with zipfile.ZipFile(BytesIO(fetched(case.reviewer, case, "zip"))) as packed:
        index = json.loads(packed.read("index.json"))["receipts"]

    assert [one["number"] for one in found if one["number"] in printed] == [one["number"] for one in found]
    assert found[1]["digest"] in printed
    assert [(one["number"], one["digest"]) for one in index] == [(one["number"], one["digest"]) for one in found]


def searched(client: Client, desk: str, typed: str) -> list[int]:
    response = client.post(reverse(f"{desk}:search"), {"q": typed}, follow=True)
    assert response.status_code == 200
    return [filing.pk for filing in response.context["found"].rows]


def test_both_desks_find_a_filing_by_each_of_its_receipts_however_it_is_typed():
    case, _other = Case().to(Status.FILED), Case().to(Status.WITH_BUREAU)
    desks = [(client_of(case.staff), "provider_desk"), (client_of(case.reviewer), "bureau_desk")]
    numbers = [one["number"] for one in listed(case)]

    for client, desk in desks:
        for number in numbers:
            plain = number.replace("-", "")
            for typed in (number, number.lower(), plain, plain[1:], number.replace("-", " "), f" {number} "):
                assert searched(client, desk, typed) == [case.filing.pk], typed


def test_a_number_with_one_wrong_digit_or_of_a_foreign_desk_finds_nothing():
    case = Case().to(Status.FILED)
    number = listed(case)[0]["number"].replace("-", "")
    client = client_of(case.reviewer)

    for place in range(1, len(number)):
        wrong = f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"
        assert receipts.event_in(wrong) is None
    assert searched(client, "bureau_desk", f"{number[:-1]}{(int(number[-1]) + 1) % 10}") == []
    assert searched(client_of(staff(provider())), "provider_desk", number) == []
    assert searched(client_of(reviewer("440000")), "bureau_desk", number) == []


def test_a_guessed_number_with_a_right_check_digit_is_none():
    event = Case().to(Status.WITH_PROVIDER).filing.events.get(name="submit")
    right = receipts.number_of(event.pk).replace("-", "")[1:]
    body = f"{right[:9]}{(int(right[9:15]) + 1) % 10**6:06d}"

    assert receipts.event_in(right) == event.pk
    assert receipts.event_in(body + check_digit(body)) is None


def test_a_number_on_paper_is_the_same_in_every_release(settings):
    """Its keyed digits, 674985, were computed apart: the last six of the first 15 hex characters of the HMAC."""
    settings.AUDIT_KEY = "a key of the tests"

    assert receipts.number_of(12_345) == "R0001-2345-1674-9854"


@pytest.mark.parametrize(
    "typed", ["", "R", "R" + "9" * 60, "R0000-0000-0000-0000", "٣" * 16, "R" + "１" * 16, "京ICP备"]
)
def test_what_is_no_receipt_names_no_event(typed):
    assert receipts.event_in(typed) is None


def test_numbers_of_large_keys_can_be_read_back():
    for key in (1, 99_999_999, 100_000_000, 2**63 - 1):
        assert receipts.event_in(receipts.number_of(key, 3)) == key


def test_strangers_get_no_receipts():
    case = Case().to(Status.WITH_PROVIDER)
    address = f"/api/filings/{case.filing.pk}/receipts"

    assert client_of(host()).get(address).status_code == 404
    assert Client().get(address).status_code == 401
    assert sign_in(Client(), case.filing.host).get("/api/filings/9999999999/receipts").status_code == 404
