"""Data for the guide's pages from the portal's own rules and tables: limits, codes, dates, numbers."""

from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureaus.models import Bureau
from desks.components import CalendarCell
from filings import clock, states
from filings.kinds import KINDS
from filings.states import Role, Status
from ministry.calendar import workdays
from ministry.models.rules import EVERYWHERE
from ministry.public import views
from ministry.reference import code_tables, provinces
from ministry.reference.numbers import FilingNumber
from ministry.reference.topics import Demand, Topic
from ministry.rules.rules import of_topic, rules_on
from records import footers

WORKING_DAYS = clock.WORKING_DAYS

DEMANDS: dict[str, Promise] = {
    Demand.PAPER: _("The approval document is required."),
    Demand.PLEDGE: _(
        "Prior approval is no longer required; some bureaus ask for a pledge that you do not offer such content."
    ),
    Demand.EITHER: _("The approval document, or a pledge that your business does not need it."),
    Demand.ASK: _("Prior approval is no longer required; ask the bureau of your province."),
    Demand.NOTHING: _("No documents are required."),
}
# Ids of the service contents “shopping” and “payment” in the official code table
SHOPPING, PAYING = 9, 10
WAY = (Status.DRAFT, Status.WITH_PROVIDER, Status.WITH_BUREAU, Status.FILED)


def numbers() -> dict[str, Any]:
    """Return sample numbers of this year, in the register's form: of a subject and of its services."""
    province = provinces.PROVINCES[0]
    serial = f"{timezone.localdate().year}000001"
    second = f"{timezone.localdate().year}000002"
    first = FilingNumber(province, serial, 1)
    return {
        "subject_number": FilingNumber(province, serial),
        "other_number": FilingNumber(province, second),
        "first_website": first,
        "first_website_code": footers.code_for(first),
        "second_website": FilingNumber(province, serial, 2),
        "app_number": FilingNumber(province, serial, 3, "A"),
        "mini_program_number": FilingNumber(province, serial, 4, "X"),
        "number_province": province,
    }


def changes() -> dict[str, Any]:
    """Return the statuses in which a host can edit or withdraw a filing, by the table of states."""
    return {
        "editable": [status.label for status in states.EDITABLE if states.HOLDERS[status] == Role.HOST],
        "withdrawable": [status.label for status in Status if status in states.WITHDRAW.sources],
    }


def recovery() -> dict[str, Any]:
    """Return how often an IP address may request a new password per hour."""
    return {"tries": views.RECOVERIES_AN_HOUR}


def codes() -> dict[str, Any]:
    """Return whether verification codes are asked for everywhere, where it is otherwise, and for what. One query."""
    today = timezone.localdate()
    rules = [rule for rule in of_topic(Topic.CODES, today) if rule.valid_from <= today]
    everywhere = any(rule.province == EVERYWHERE and rule.demand == Demand.CODE for rule in rules)
    apart = [rule for rule in rules if rule.province != EVERYWHERE and (rule.demand == Demand.CODE) != everywhere]
    return {
        "everywhere": everywhere,
        "apart": list(dict.fromkeys(rule.get_province_display() for rule in apart)),
        "proved": [law.kind.label for law in KINDS.values() if law.proof],
        "without_code": [law.kind.label for law in KINDS.values() if not law.code_holders],
    }


def travel() -> dict[str, Any]:
    """Return the main statuses of a filing, and whose turn it is in each."""
    return {"stations": [{"where": status.label, "whose": _holder(status)} for status in WAY]}


def _holder(status: Status) -> str | Promise:
    holder = states.HOLDERS[status]
    return holder.label if holder else _("completed")


def approvals() -> dict[str, Any]:
    """Return the kinds of content that need a prior approval, with the nationwide requirement. One query."""
    today = timezone.localdate()
    book = rules_on(EVERYWHERE, today)
    rows = []
    for row in code_tables.valid_on(code_tables.PRIOR_APPROVALS, today):
        rule = book.for_line(Topic.APPROVAL, str(row.id), individual=False)
        rows.append({"row": row, "asked": DEMANDS[rule.demand if rule else Demand.ASK]})
    return {"approvals": rows}


def deadline() -> dict[str, Any]:
    """Return the twenty working days of a filing that the bureau receives today. Three queries."""
    today = timezone.localdate()
    due = clock.due(today)
    return {"due": due, "days": [CalendarCell.of(day) for day in workdays.days_of(today, due.on)]}


def payments() -> dict[str, Any]:
    """Return the official names of the service contents about payment."""
    names = [code_tables.name_of(code_tables.SERVICE_CONTENTS, code) for code in (SHOPPING, PAYING)]
    return {"shopping": names[0], "paying": names[1]}


def bureaus() -> dict[str, Any]:
    """Return the provinces, each with its bureau's phone. One query."""
    rows = {row.province: row for row in Bureau.objects.all()}
    return {
        "bureaus": [
            {"province": province, "phone": rows[province.code].contact_phone if province.code in rows else ""}
            for province in provinces.PROVINCES
        ]
    }
