"""The verification sheet 《网站备案信息真实性核验单》 as data: what the provider must have looked at.

Source: the public sheets for units and individuals (blocks one to five). Answers are yes, no or, where
allowed, not applicable.
"""

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
    variant: str = BOTH
    may_not_apply: bool = False


BLOCKS = {
    "subject": _("1. Subject"),
    "contact": _("2. Contact"),
    "website": _("3. Website"),
    "access": _("4. Access"),
    "papers": _("5. Written papers"),
}

_PHONE = _("The office telephone is correct.")

ITEMS = (
    Item("certificate_seen", "subject", _("The original certificate of the host has been seen.")),
    Item(
        "numbers_correct",
        "subject",
        _("The certificate numbers of the host and of the website's responsible person are correct."),
    ),
    Item("copies_kept", "subject", _("Copies of both certificates are kept.")),
    Item(
        "photo_taken",
        "subject",
        _("The photo of the website's responsible person was taken face to face and is kept."),
    ),
    Item("mobile_correct", "contact", _("The mobile number is correct.")),
    Item("phone_correct", "contact", _PHONE, UNIT),
    Item("phone_correct", "contact", _PHONE, INDIVIDUAL, may_not_apply=True),
    Item("email_correct", "contact", _("The e-mail address is correct.")),
    Item("address_correct", "contact", _("The postal address is correct.")),
    Item("name_well_formed", "website", _("The website name follows the rules.")),
    Item("domain_correct", "website", _("The domain is correct and belongs to the host.")),
    Item("services_correct", "website", _("The service contents are correct.")),
    Item("approval_kept", "website", _("The papers of a prior approval are kept."), may_not_apply=True),
    Item(
        "access_correct",
        "access",
        _("Provider, access way, server place and IP addresses are reported correctly."),
    ),
    Item("documents_kept", "papers", _("The written filing papers are kept.")),
)


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
