"""What a status page says of returns and of the clock: the days a return has cost, today, and nothing that is over."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from filings.states import Status
from icp_portal.tests.builders import Case, case_at, sign_in, user_of

pytestmark = pytest.mark.django_db

CHINA = ZoneInfo("Asia/Shanghai")
# A Thursday; Friday 25 September to Sunday 27 September and 1 to 7 October 2026 are off, Sunday 20 September is worked.
THURSDAY = datetime(2026, 9, 17, 10, tzinfo=CHINA)


def page_of(case: Case):
    return sign_in(Client(), user_of(case.host)).get(f"/filings/{case.filing.pk}/")


def at(time_machine, month: int, day: int) -> None:
    time_machine.move_to(datetime(2026, month, day, 11, tzinfo=CHINA))


def costs(case: Case, which: str = "remarks") -> list[str]:
    return [remark.cost for remark in page_of(case).context[which]]


def test_a_return_by_the_provider_costs_the_working_days_until_the_host_submits_again(time_machine):
    time_machine.move_to(THURSDAY)
    case = case_at(Status.RETURNED_TO_HOST)
    assert costs(case) == ["至今 0 个工作日（自退回次日起算，退回日为9月17日，计至今日）"]

    at(time_machine, 9, 28)  # 18, 20 to 24 and 28 September are worked
    assert costs(case) == ["至今 7 个工作日（自退回次日起算，退回日为9月17日，计至今日）"]
    assert "至今 7 个工作日" in page_of(case).content.decode()

    case.submit()
    at(time_machine, 10, 20)
    assert costs(case) == []
    (earlier,) = page_of(case).context["earlier_remarks"]
    assert earlier.cost == "7 个工作日（自退回次日起算，退回日为9月17日，计至9月28日）"
    assert earlier.answer == "已改为单位全称。"


def test_a_return_by_the_bureau_costs_the_working_days_until_it_receives_the_filing_again(time_machine):
    time_machine.move_to(THURSDAY)
    case = case_at(Status.RETURNED_TO_PROVIDER)
    at(time_machine, 9, 18)
    case.send_back()  # with the bureau's remark, which the host sees once
    at(time_machine, 9, 21)
    case.submit()
    at(time_machine, 9, 22)
    case.verify()

    (cost,) = costs(case, "earlier_remarks")
    assert cost == "2 个工作日（自退回次日起算，退回日为9月18日，计至9月21日）"

    case.return_to_provider()
    at(time_machine, 9, 24)
    assert costs(case) == ["至今 2 个工作日（自退回次日起算，退回日为9月22日，计至今日）"]
    case.verify()
    assert costs(case, "earlier_remarks")[0] == "2 个工作日（自退回次日起算，退回日为9月22日，计至9月24日）"


def test_a_return_of_an_ended_filing_stops_counting(time_machine):
    time_machine.move_to(THURSDAY)
    case = case_at(Status.RETURNED_TO_HOST)
    at(time_machine, 9, 18)
    case.withdraw()
    at(time_machine, 10, 20)

    assert costs(case, "earlier_remarks") == ["1 个工作日（自退回次日起算，退回日为9月17日，计至9月18日）"]


@pytest.mark.parametrize(("month", "day", "number"), [(9, 17, None), (9, 19, None), (9, 18, 1), (10, 23, None)])
def test_today_is_marked_in_the_calendar_while_the_bureau_decides(time_machine, month, day, number):
    """On the day of the receipt, on a weekend, on a working day, and after the due date, 22 October."""
    time_machine.move_to(THURSDAY)
    case = case_at(Status.WITH_BUREAU)
    at(time_machine, month, day)

    page = page_of(case)

    cells = page.context["clock"].days
    assert [(cell.date.month, cell.date.day, cell.number) for cell in cells if cell.kind == "today"] == [
        (month, day, number)
    ]
    marked = page.content.decode().split('aria-current="date"')
    assert len(marked) == 2
    assert "<span>今天</span>" in marked[1].split("</li>")[0]


@pytest.mark.parametrize(
    "status", [Status.RETURNED_TO_PROVIDER, Status.RETURNED_TO_HOST, Status.FILED, Status.CLOSED, Status.WITH_PROVIDER]
)
def test_no_calendar_and_no_provisional_date_stand_where_the_bureau_does_not_decide(time_machine, status):
    time_machine.move_to(datetime(2026, 12, 15, 10, tzinfo=CHINA))  # so the due date would be provisional
    case = case_at(Status.WITH_BUREAU)
    assert "到期日为暂定" in page_of(case).content.decode() or page_of(case).context["clock"].provisional
    decided = {
        Status.RETURNED_TO_PROVIDER: ["return_to_provider"],
        Status.RETURNED_TO_HOST: ["return_to_provider", "send_back"],
        Status.WITH_PROVIDER: ["return_to_provider", "send_back", "submit"],
        Status.FILED: ["approve"],
        Status.CLOSED: ["return_to_provider", "close"],
    }
    for step in decided[status]:
        getattr(case, step)()

    page = page_of(case)

    assert page.context["clock"] is None
    assert 'class="clock"' not in page.content.decode()
    assert 'class="calendar"' not in page.content.decode()
