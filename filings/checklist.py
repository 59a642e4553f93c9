"""The verification sheet 《网站备案信息真实性核验单》 as data: what the provider must have looked at.

Source: the public sheets for units and individuals (blocks one to five). Answers are yes, no or, where
allowed, not applicable.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BOTH, UNIT, INDIVIDUAL = "both", "unit", "individual"

YES, NO, NOT_APPLICABLE = "yes", "no", "na"
ANSWERS = {YES: _("yes"), NO: _("no"), NOT_APPLICABLE: _("not applicable")}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the sheet."""

    id: str
    block: str
    text: Promise | str
    # the facts and papers it is about: paths or their beginnings, ``*`` for any website
    about: tuple[str, ...]
    variant: str = BOTH
    may_not_apply: bool = False


BLOCKS = {
    "subject": _("1. Subject"),
    "contact": _("2. Contact"),
    "website": _("3. Website"),
    "access": _("4. Access"),
    "papers": _("5. Written papers"),
}

_SEEN = _("The original certificate of the host has been seen.")
_HOST = ("subject.name", "subject.cert_type", "subject.cert_number", "subject.cert_address")
_OWN_PAPERS = ("papers.responsible_front", "papers.responsible_back")
_MANAGERS_PAPERS = (
    "papers.manager_front",
    "papers.manager_back",
    "websites.*.papers.manager_front",
    "websites.*.papers.manager_back",
)
_NUMBER = ("cert_type", "cert_number")
_PHONE = _("The office telephone is correct.")


def _of_both(*names: str) -> tuple[str, ...]:
    """These data of the host's responsible person and of each website's."""
    return tuple(f"{person}.{name}" for person in ("responsible", "websites.*.responsible") for name in names)


def _of_manager(*names: str) -> tuple[str, ...]:
    return tuple(f"websites.*.responsible.{name}" for name in names)


ITEMS = (
    Item(
        "certificate_seen",
        "subject",
        _SEEN,
        (
            *_HOST,
            "papers.subject_certificate",
            # printed on it: the legal representative
            "responsible.name",
            "responsible.legal_representative",
        ),
        UNIT,
    ),
    Item(
        "certificate_seen",
        "subject",
        _SEEN,
        (*_HOST, *_OWN_PAPERS, "responsible.name"),
        INDIVIDUAL,
    ),
    Item(
        "numbers_correct",
        "subject",
        _("The certificate numbers of the host and of the website's responsible person are correct."),
        ("subject.cert_type", "subject.cert_number", *_of_manager(*_NUMBER)),
    ),
    Item(
        "copies_kept",
        "subject",
        _("Copies of both certificates are kept."),
        (
            "papers.subject_certificate",
            *_OWN_PAPERS,
            *_MANAGERS_PAPERS,
            *_of_both("cert_type", "cert_number", "cert_until"),
        ),
    ),
    Item(
        "photo_taken",
        "subject",
        _("The photo of the website's responsible person was taken face to face and is kept."),
        ("papers.photo", "websites.*.papers.photo", *_of_manager("name", *_NUMBER)),
    ),
    Item("mobile_correct", "contact", _("The mobile number is correct."), _of_both("mobile", "emergency_mobile")),
    Item("phone_correct", "contact", _PHONE, _of_both("office_phone"), UNIT),
    Item("phone_correct", "contact", _PHONE, _of_both("office_phone"), INDIVIDUAL, may_not_apply=True),
    Item("email_correct", "contact", _("The e-mail address is correct."), _of_both("email")),
    Item(
        "address_correct",
        "contact",
        _("The postal address is correct."),
        ("subject.province", "subject.division", "subject.address"),
    ),
    Item(
        "name_well_formed",
        "website",
        _("The website name follows the rules."),
        ("websites.*.name", "subject.name"),
    ),
    Item(
        "domain_correct",
        "website",
        _("The domain is correct and belongs to the host."),
        ("websites.*.domain", "websites.*.ip_only", "websites.*.home_url", "subject.name", "subject.cert_number"),
    ),
    Item(
        "services_correct",
        "website",
        _("The service contents are correct."),
        ("websites.*.services", "websites.*.languages", "websites.*.remark"),
    ),
    Item(
        "approval_kept",
        "website",
        _("The papers of a prior approval are kept."),
        (
            "websites.*.services",
            "websites.*.approvals",
            "websites.*.approval_numbers",
            "websites.*.papers.approval",
        ),
        may_not_apply=True,
    ),
    Item(
        "access_correct",
        "access",
        _("Provider, access way, server place and IP addresses are reported correctly."),
        ("websites.*.access",),
    ),
    Item("documents_kept", "papers", _("The written filing papers are kept."), ()),
)
# The written papers repeat everything: what no other line is about is looked up there.
THE_REST = "documents_kept"
# Another kind of host is another sheet: nothing of the earlier one counts.
OF_ALL_ITEMS = ("subject.nature",)


def items_for(is_individual: bool) -> tuple[Item, ...]:
    """The lines of the sheet for a unit's or an individual's website."""
    variant = INDIVIDUAL if is_individual else UNIT
    return tuple(item for item in ITEMS if item.variant in (BOTH, variant))


def unanswered(answers: dict[str, str], is_individual: bool) -> list[Item]:
    """The items without a valid answer."""
    return [item for item in items_for(is_individual) if not _answered(item, answers.get(item.id, ""))]


def _answered(item: Item, answer: str) -> bool:
    return answer in (YES, NO) or (item.may_not_apply and answer == NOT_APPLICABLE)


def said_no(answers: dict[str, str], is_individual: bool) -> list[Item]:
    """The items answered with no: the filing can't pass with one."""
    return [item for item in items_for(is_individual) if answers.get(item.id) == NO]


def carried_over(previous_answers: dict[str, str], changed_paths: Iterable[str], is_individual: bool) -> dict[str, str]:
    """The answers of the round before that still count, by item: what they are about has not changed."""
    again = {item.id for item in to_check_again(previous_answers, changed_paths, is_individual)}
    return {item.id: previous_answers[item.id] for item in items_for(is_individual) if item.id not in again}


def to_check_again(previous_answers: dict[str, str], changed_paths: Iterable[str], is_individual: bool) -> list[Item]:
    """The items of this round's sheet that the answers of the round before do not cover.

    An item stays verified while nothing it is about has changed and its answer was not "no".
    """
    items = items_for(is_individual)
    touched = {item_id for path in changed_paths for item_id in _touched(path, items)}
    return [
        item
        for item in items
        if item.id in touched
        or not _answered(item, previous_answers.get(item.id, ""))
        or previous_answers[item.id] == NO
    ]


def _touched(path: str, items: Iterable[Item]) -> set[str]:
    """The items a change at this path concerns; at least one."""
    return {item.id for item in items if _is_about(item, path)} or {THE_REST}


def _is_about(item: Item, path: str) -> bool:
    return any(_begins(path, beginning) for beginning in (*item.about, *OF_ALL_ITEMS))


def _begins(path: str, beginning: str) -> bool:
    """Whether the path is at or under the beginning, step by step; ``*`` is any step."""
    steps, wanted = path.split("."), beginning.split(".")
    return len(steps) >= len(wanted) and all(one in ("*", step) for one, step in zip(wanted, steps, strict=False))
