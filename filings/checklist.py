"""The verification sheet 《网站备案信息真实性核验单》 as data: what the provider must check.

Source: the public sheets for units and individuals (blocks one to five), and what single provinces ask beyond them.
Answers are yes, no or, where allowed, not applicable.

The portal's own checks answer items too: ``judged`` are the facts whose findings count, ``proof`` is the text shown
when there are none. A blocking finding means "no", an item without data does not apply; only the verifier answers
"yes".
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from filings.checklist_items import (
    INDIVIDUAL,
    ITEMS,
    NO,
    OF_ALL_ITEMS,
    THE_REST,
    UNIT,
    Item,
)


def items_for(is_individual: bool, province: str, day: date) -> tuple[Item, ...]:
    """Return the lines of the sheet for a unit's or an individual's website in a province (GB/T 2260 code) on a day."""
    variant = INDIVIDUAL if is_individual else UNIT
    return tuple(item for item in ITEMS if item.is_asked(variant, province, day))


def unanswered(answers: Mapping[str, str], items: Iterable[Item]) -> list[Item]:
    """Return the items without a valid answer."""
    return [item for item in items if answers.get(item.id, "") not in item.answers]


def answered_no(answers: Mapping[str, str], items: Iterable[Item]) -> list[Item]:
    """Return the items answered with no, which block the filing."""
    return [item for item in items if answers.get(item.id) == NO]


def still_valid(
    previous_answers: Mapping[str, str], changed_paths: Iterable[str], items: Sequence[Item]
) -> dict[str, str]:
    """Return the previous round's answers that remain valid, by item, because the data have not changed."""
    again = {item.id for item in to_check_again(previous_answers, changed_paths, items)}
    return {item.id: previous_answers[item.id] for item in items if item.id not in again}


def to_check_again(
    previous_answers: Mapping[str, str], changed_paths: Iterable[str], items: Sequence[Item]
) -> list[Item]:
    """Return the items of this round's sheet that the previous round's answers don't cover.

    An item stays verified unless its data have changed or its answer was "no".
    """
    touched = touched_by(changed_paths, items)
    open_items = unanswered(previous_answers, items)
    return [item for item in items if item.id in touched or item in open_items or previous_answers[item.id] == NO]


def touched_by(changed_paths: Iterable[str], items: Sequence[Item]) -> set[str]:
    """Return the ids of the items that changes at these paths concern; at least one per path."""
    return {item_id for path in changed_paths for item_id in _touched(path, items)}


def _touched(path: str, items: Iterable[Item]) -> set[str]:
    """Return the ids of the items that a change at this path concerns; at least one."""
    return {item.id for item in items if _is_about(item, path)} or {THE_REST}


def _is_about(item: Item, path: str) -> bool:
    return is_at(path, (*item.about, *OF_ALL_ITEMS))


@lru_cache(maxsize=8192)  # few paths and items, asked thousands of times for a page
def is_at(path: str, beginnings: tuple[str, ...]) -> bool:
    """Return whether the path is at or under one of the beginnings."""
    return any(_begins(path, beginning) for beginning in beginnings)


def _begins(path: str, beginning: str) -> bool:
    """Return whether the path is at or under the beginning, step by step; ``*`` is any step."""
    steps, wanted = path.split("."), beginning.split(".")
    return len(steps) >= len(wanted) and all(one in ("*", step) for one, step in zip(wanted, steps, strict=False))
