"""The provisions on which a bureau may make orders or punish, as data; only the orders that they carry can be made.

Texts: Order 33 of 2005 as amended in 2024, which ended the duty to place the electronic mark; State Council Order 292
as amended in 2011. Arts. 19 and 22 of Order 292 and Art. 22 of Order 33 as in the lists of powers of the bureaus of
Shaanxi and Xinjiang (2018), Art. 24 as in a decision of the Beijing bureau (2017). Where two provisions punish the same
with different amounts both are listed: which one applies is the bureau's decision.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Act(models.TextChoices):
    """What an order does to a record."""

    CANCEL = "cancel", _("cancel")
    SUSPEND = "suspend", _("suspend")
    LIFT = "lift", _("end the suspension")


class Scope(models.TextChoices):
    """The type of register row an order is about."""

    SUBJECT = "subject", _("subject")
    WEBSITE = "website", _("website")
    ACCESS = "access", _("access")


@dataclass(frozen=True, slots=True)
class Ground:
    """A legal provision and the (act, scope) pairs it allows. ``chosen``: reviewers can choose it in the order form.

    ``sanction`` is what it provides for, empty if it punishes nothing; ``fine`` is in yuan, from and up to.
    """

    code: str
    article: Promise | str
    text: Promise | str
    carries: frozenset[tuple[Act, Scope]] = frozenset()
    chosen: bool = True
    sanction: Promise | str = ""
    fine: tuple[int, int] | None = None


RECORDS = frozenset([(Act.CANCEL, Scope.SUBJECT), (Act.CANCEL, Scope.WEBSITE)])
CLOSURES = frozenset([(Act.SUSPEND, Scope.SUBJECT), (Act.SUSPEND, Scope.WEBSITE)])

GROUNDS: tuple[Ground, ...] = (
    Ground(
        "33-22-1",
        _("Order 33 Art. 22 para. 1"),
        _("A website is operated without a filing."),
        sanction=_("Order to correct in time, and a fine; if refused, the website is closed."),
        fine=(10_000, 10_000),
    ),
    Ground(
        "33-22-2",
        _("Order 33 Art. 22 para. 2"),
        _("The website offers services beyond the filing."),
        sanction=_("Order to correct in time, and a fine."),
        fine=(5_000, 10_000),
    ),
    Ground(
        "33-22",
        _("Order 33 Art. 22"),
        _("The website offers services beyond the filing, and the host refuses to correct this."),
        RECORDS,
        sanction=_("The website is closed and the filing cancelled."),
    ),
    Ground(
        "33-23",
        _("Order 33 Art. 23"),
        _("The filing form was filled in untruthfully."),
        RECORDS,
        sanction=_("The website is closed and the filing cancelled."),
    ),
    Ground(
        "33-24",
        _("Order 33 Art. 24"),
        _(
            "A provider filed untrue data knowingly (Art. 10), provided access to an unfiled or closed website (Art. "
            "18), or kept no records of its clients' filings (Art. 19)."
        ),
        sanction=_("Order to correct, and a fine, by the bureau of the province where it happened."),
        fine=(10_000, 10_000),
    ),
    Ground(
        "33-25",
        _("Order 33 Art. 25"),
        _("The home page lacks the link to the ministry's system below the filing number (Art. 13)."),
        sanction=_("Order to correct, and a fine."),
        fine=(5_000, 10_000),
    ),
    Ground(
        "33-26",
        _("Order 33 Art. 26"),
        _("The filing was not changed or cancelled in time (Arts. 14 and 15)."),
        sanction=_("Order to correct in time, and a fine."),
        fine=(10_000, 10_000),
    ),
    Ground(
        "33-28",
        _("Order 33 Art. 28"),
        _("The annual review was not passed, and the host refuses to correct this."),
        RECORDS,
        sanction=_("The website is closed and the filing cancelled."),
    ),
    Ground(
        "33-27",
        _("Order 33 Art. 27"),
        _("Illegal content, confirmed in writing by the competent authority: closed temporarily."),
        CLOSURES,
        sanction=_("The website is closed temporarily."),
    ),
    Ground(
        "33-18",
        _("Order 33 Art. 18"),
        _("Access to websites ordered to close or operated illegally must end at once."),
        frozenset([(Act.CANCEL, Scope.ACCESS)]),
    ),
    Ground(
        "292-19",
        _("State Council Order 292 Art. 19 para. 2"),
        _("A website is operated without a filing, or offers services beyond the filing."),
        sanction=_("Order to correct in time; if refused, the website is closed."),
    ),
    Ground(
        "292-22",
        _("State Council Order 292 Art. 22"),
        _("The home page does not show the filing number (Art. 12)."),
        sanction=_("Order to correct, and a fine."),
        fine=(5_000, 50_000),
    ),
    Ground(
        "release",
        _("Filing guide: subject and domain conflicts"),
        _("Cancelled on application and proof, because the record blocks another filing."),
        RECORDS,
        chosen=False,
    ),
    Ground(
        "shell",
        _("MIIT document 电管〔2011〕6号"),
        _("An empty record: a host without a website, or a website without access."),
        RECORDS,
        chosen=False,
    ),
)
BY_CODE = {ground.code: ground for ground in GROUNDS}
PENALTIES = tuple(ground for ground in GROUNDS if ground.sanction)


def for_order(act: Act, scope: Scope) -> list[Ground]:
    """Return the grounds a reviewer may choose from."""
    return [ground for ground in GROUNDS if ground.chosen and (act, scope) in ground.carries]


def may_order(act: Act, scope: Scope) -> bool:
    """Return whether such an order can be made."""
    if act == Act.LIFT:
        return scope != Scope.ACCESS
    return bool(for_order(act, scope))
