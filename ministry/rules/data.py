"""Province rules from public documents, each with its source and first day.

Where a source names no first day, its date of publication is used. Where two sources disagree the newer one wins, and
the older one's rule ends the day before. Rules without a public source are marked as unverified and never block.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from ministry.reference import provinces
from ministry.reference.topics import Topic
from ministry.rules import approvals, changes, contents, domains, names, papers, people, websites
from ministry.rules.sources import ORDERS, OURS, WARNS, RuleRow

# The public source covers only the time before the bureau. The limit after a return by the bureau is our own choice,
# and longer, because the filing has been verified already.
WAITING = (
    RuleRow(Topic.DAYS_RETURNED_TO_HOST, "", ORDERS, severity=WARNS, amount=45),
    RuleRow(Topic.DAYS_WITH_PROVIDER, "", ORDERS, severity=WARNS, amount=45),
    RuleRow(Topic.DAYS_RETURNED_TO_PROVIDER, "", OURS, severity=WARNS, amount=90),
)
ROWS = (
    *people.ROWS,
    *websites.ROWS,
    *names.ROWS,
    *contents.ROWS,
    *domains.ROWS,
    *approvals.ROWS,
    *papers.ROWS,
    *changes.ROWS,
    *WAITING,
)
_CODES = {province.name: province.code for province in provinces.PROVINCES}


def as_columns() -> Iterator[dict[str, Any]]:
    """Yield each rule of each province as the columns of ``ProvinceRule``."""
    for row in ROWS:
        for province in _codes(row.places):
            yield {
                "province": province,
                "topic": row.topic.value,
                "audience": row.audience.value,
                "natures": list(row.natures),
                "amount": row.amount,
                "words": "\n".join(row.words.split()),
                "demand": str(row.demand),
                "severity": row.severity.value,
                "advice": row.advice,
                "source": row.source.name,
                "unverified": row.source.unverified,
                "valid_from": row.source.since,
                "valid_to": row.until,
            }


def _codes(places: str) -> list[str]:
    """Return the codes of provinces named in a row; that of everywhere if there are none."""
    return [_CODES[place] for place in places.split()] or [""]


def seed_rules(province_rule: Any, rule_change: Any) -> None:
    """Create the rules, each with a change without author; do nothing if there are rules already.

    Takes the two model classes, so that a migration can pass its historical ones.
    """
    if province_rule.objects.exists():
        return
    entered = province_rule.objects.bulk_create([province_rule(**columns) for columns in as_columns()])
    rule_change.objects.bulk_create([rule_change(rule=rule, after=_as_recorded(rule)) for rule in entered])


def _as_recorded(rule: Any) -> dict[str, Any]:
    """Return the columns as stored in a change, dates in ISO form."""
    values = {name: getattr(rule, name) for name in sorted(next(as_columns()))}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
