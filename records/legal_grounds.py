"""The legal grounds on which a bureau may make orders, as data; only these orders can be made."""

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
    """A legal provision and the (act, scope) pairs it allows. ``chosen``: reviewers can choose it in the order form."""

    code: str
    article: Promise | str
    text: Promise | str
    carries: frozenset[tuple[Act, Scope]]
    chosen: bool = True


RECORDS = frozenset([(Act.CANCEL, Scope.SUBJECT), (Act.CANCEL, Scope.WEBSITE)])
CLOSURES = frozenset([(Act.SUSPEND, Scope.SUBJECT), (Act.SUSPEND, Scope.WEBSITE)])

GROUNDS: tuple[Ground, ...] = (
    Ground(
        "33-22",
        _("Order 33 Art. 22"),
        _("The website offers services beyond the filing, and the host refuses to correct this."),
        RECORDS,
    ),
    Ground("33-23", _("Order 33 Art. 23"), _("The filing form was filled in untruthfully."), RECORDS),
    Ground(
        "33-28",
        _("Order 33 Art. 28"),
        _("The annual review was not passed, and the host refuses to correct this."),
        RECORDS,
    ),
    Ground(
        "33-27",
        _("Order 33 Art. 27"),
        _("Illegal content, confirmed in writing by the competent authority: closed temporarily."),
        CLOSURES,
    ),
    Ground(
        "33-18",
        _("Order 33 Art. 18"),
        _("Access to websites ordered to close or operated illegally must end at once."),
        frozenset([(Act.CANCEL, Scope.ACCESS)]),
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


def for_order(act: Act, scope: Scope) -> list[Ground]:
    """Return the grounds a reviewer may choose from."""
    return [ground for ground in GROUNDS if ground.chosen and (act, scope) in ground.carries]


def may_order(act: Act, scope: Scope) -> bool:
    """Return whether such an order can be made."""
    if act == Act.LIFT:
        return scope != Scope.ACCESS
    return bool(for_order(act, scope))
