"""A difference between two copies of a record in words: its field, both values masked, and how it is put right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import fields, receipts
from filings.fields import display
from filings.models import Event
from filings.states import APPROVE
from records.comparison import comparing, expected, running
from records.models import Copies, CopyDifference

# Compared values that are not facts of a filing
FIELDS: Mapping[str, Promise] = {
    expected.NUMBER: gettext_lazy("Filing number"),
    expected.LAST_SEQUENCE: gettext_lazy("last number of a website"),
    expected.IN_FORCE: gettext_lazy("in force"),
    expected.SUSPENDED: gettext_lazy("suspended by the bureau"),
    expected.APPROVED_ON: gettext_lazy("approved on"),
    expected.ON_RECORD: gettext_lazy("on record"),
    expected.FURTHER: gettext_lazy("further websites on record"),
    comparing.PUBLIC_DOMAINS: gettext_lazy("domains found by the public query"),
    comparing.DIGEST: gettext_lazy("Digest"),
    comparing.ROUND: gettext_lazy("round submitted"),
    running.UNREADABLE: gettext_lazy("sealed value that no key opens"),
}
# The two copies of each comparison
NAMES: Mapping[str, tuple[Promise, Promise]] = {
    Copies.VERIFIED: (gettext_lazy("verified by the provider"), gettext_lazy("approved by the bureau")),
    Copies.RECEIPT: (gettext_lazy("receipt of the approval"), gettext_lazy("approved by the bureau")),
    Copies.REGISTER: (gettext_lazy("approved or ordered"), gettext_lazy("register")),
    Copies.PUBLIC: (gettext_lazy("register"), gettext_lazy("public query")),
    Copies.BUREAU: (gettext_lazy("register"), gettext_lazy("bureau's own system")),
}
_PAST_THE_PORTAL = gettext_lazy(
    "Neither a filing nor an order changes this. Find out in the audit log when the row was changed, and have it "
    "restored from the backup."
)
_BY_FILING = gettext_lazy(
    "If the register is wrong, ask the host for a change of this data; its approval writes the right value. If the "
    "register is right, settle this with the reason."
)
_BY_ORDER = gettext_lazy(
    "If the register is wrong, ask the bureau for an order about the record: cancel, suspend, or end the suspension. "
    "A record that was cancelled by mistake is filed again by its host."
)
_ENDED_THERE = gettext_lazy(
    "The bureau's own system says that this has ended. Ask the bureau: if so, its chief orders the cancellation in "
    "this portal, too; if not, its system sends the record again. Otherwise settle this with the reason."
)
# How a difference is put right: by copies, then by field; the register is never edited here
REPAIRS: Mapping[str, Promise] = {
    Copies.VERIFIED: gettext_lazy(
        "Ask the bureau and the provider to compare the case file with the signed sheet. If what was approved is "
        "wrong, the host files a change; otherwise settle this with the reason."
    ),
    Copies.RECEIPT: gettext_lazy(
        "What was approved was changed after the approval. Find out in the audit log and the backup what it was; if "
        "the register is wrong too, the host files a change."
    ),
    Copies.PUBLIC: gettext_lazy(
        "The database derives these domains from the register's rows. Find out in the audit log what bypassed it, "
        "and have them restored by the administrator of the database."
    ),
    Copies.BUREAU: gettext_lazy(
        "Ask the bureau which value is right. If its own system is wrong, it corrects it and sends the record again; "
        "if the register is wrong, the host files a change. Otherwise settle this with the reason."
    ),
}
OF_FIELD: Mapping[str, Promise] = {
    expected.IN_FORCE: _BY_ORDER,
    expected.SUSPENDED: _BY_ORDER,
    **dict.fromkeys(
        (expected.NUMBER, expected.LAST_SEQUENCE, expected.APPROVED_ON, expected.ON_RECORD), _PAST_THE_PORTAL
    ),
    running.UNREADABLE: gettext_lazy("Put the missing key back into FIELD_KEYS, or restore the value from the backup."),
}
HIDDEN = "****"


@dataclass(frozen=True, slots=True)
class DifferenceShown:
    """A difference as the pages show it; ``values``: each copy's name with its value, masked."""

    row: CopyDifference
    record: str
    field: str
    values: tuple[tuple[str, str], tuple[str, str]]
    repair: Promise

    @property
    def is_hidden(self) -> bool:
        """Return whether the values differ only in characters that the mask hides."""
        (_one, first), (_other, second) = self.values
        return first == second


def shown(row: CopyDifference) -> DifferenceShown:
    """Return a difference in words; no query if subject and website are loaded."""
    one, other = NAMES[row.copies]
    first, second = row.stated
    return DifferenceShown(
        row,
        str(row.website.number if row.website else row.subject.number),
        field_words(row.field),
        ((capfirst(str(one)), value_words(row.field, first)), (capfirst(str(other)), value_words(row.field, second))),
        _repair(row),
    )


def _repair(row: CopyDifference) -> Promise:
    if row.copies == Copies.REGISTER:
        return OF_FIELD.get(row.field, _BY_FILING)
    if (row.copies, row.field) == (Copies.BUREAU, expected.IN_FORCE):
        return _ENDED_THERE
    return REPAIRS[row.copies]


def field_words(field: str) -> str:
    """Return the name of a field."""
    return capfirst(str(FIELDS[field])) if field in FIELDS else display.label(field)


def value_words(field: str, value: Any) -> str:
    """Return a value as a page shows it: personal data masked, and everything that is no known field hidden."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value in ("", None, []):
        return "—"
    if field == expected.APPROVED_ON:
        return date_format(date.fromisoformat(value))
    if (isinstance(value, list) and fields.find(field) is None) or field.endswith((".kept_domains", ".ip_ranges")):
        value = "\n".join(map(str, value)) if isinstance(value, list) else value
    if field in FIELDS:
        return str(value)
    return display.words(field, value) if fields.find(field) else HIDDEN


def origin(row: CopyDifference) -> list[tuple[str, str]]:
    """Return what the first value comes from: its name, and what identifies it. Two queries at most."""
    if row.filing:
        event = Event.objects.filter(filing=row.filing_id, name=APPROVE.name).first()
        return [
            (_("Filing"), f"{row.filing_id} · {row.filing.get_kind_display()} · {row.filing.provider.name}"),
            *([(_("Receipt number"), receipts.number_of(event.pk))] if event else []),
        ]
    if row.order:
        return [(_("Order"), f"{row.order.document} · {row.order.get_act_display()} · {date_format(row.order.on)}")]
    if row.reset:
        return [(_("Counter"), _("new e-mail address, %(day)s") % {"day": date_format(row.reset.at)})]
    return []
