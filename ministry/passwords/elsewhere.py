"""Filing passwords that a bureau's own system makes (``bureaus.models.Bureau.external``, ADR 0029).

The portal makes none for that bureau's records and says whom to ask. A password made here before stays valid here.
"""

from django.apps import apps
from django.utils.translation import gettext as _

from ministry.models import Subject
from ministry.reference import provinces


def bureau_of(province: str) -> str:
    """Return the name of the province's bureau if its own system makes the passwords, else an empty text. One query."""
    bureaus = apps.get_model("bureaus", "Bureau").objects  # an app above this one
    return provinces.by_code(province).shown_bureau if bureaus.filter(pk=province, external=True).exists() else ""


def no_new_one(province: str) -> str:
    """Return why the portal can't send a new password for a number of this province; empty if it can."""
    if not (bureau := bureau_of(province)):
        return ""
    return _("The system of %(bureau)s makes the filing passwords of its records. Ask that bureau for a new one.") % {
        "bureau": bureau
    }


def checker_of(subject: Subject) -> str:
    """Return the name of the bureau whose system alone can check the subject's password; empty if the portal can.

    At most one query.
    """
    return "" if subject.password_hash else bureau_of(subject.province)


def not_matching(province: str) -> str:
    """Return the message that number and password don't match.

    Where the bureau's own system sends passwords, it adds that those can't be checked here.

    The same for every number of the province, on record or not.
    """
    words = _("The filing number and the filing password do not match.")
    if bureau := bureau_of(province):
        words = f"{words} " + _(
            "A password that the system of %(bureau)s has sent can't be checked in this portal."
        ) % {"bureau": bureau}
    return words
