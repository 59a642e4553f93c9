"""The responses of the feed of changes."""

from datetime import date, datetime

from django.utils.translation import gettext_noop
from ninja import Field, Schema

from ministry.models import ChangeKind


class ListedChange(Schema):
    timepoint: str = Field(description=gettext_noop("The point after this change, from which to go on"))
    what: ChangeKind = Field(
        description=gettext_noop(
            "entered, changed (what the public sees of it), suspended, resumed, cancelled, moved (to another host), "
            "imported (a part of a register, whose records are only in the open data)"
        )
    )
    number: str = Field(
        description=gettext_noop("Filing number of the service, or of the host if it changed itself; empty: imported")
    )
    subject_number: str = Field(description=gettext_noop("Filing number of the host; empty: imported"))
    province: str = Field(description=gettext_noop("Code of the province (GB/T 2260); empty: imported"))
    service: int | None = Field(description=gettext_noop("1 website, 6 APP, 7 mini-program, 8 quick app; null: a host"))
    domains: list[str] = Field(description=gettext_noop("Its domains after the change as A-labels, the main one first"))
    on: date = Field(description=gettext_noop("Day of approval, of suspension or of cancellation, or of the change"))
    at: datetime = Field(description=gettext_noop("When the register was changed"))
    moved_to: str = Field(description=gettext_noop("Number to which the service moved; empty if it did not"))


class ChangesAnswer(Schema):
    changes: list[ListedChange] = Field(description=gettext_noop("The changes in the order in which they were made"))
    timepoint: str = Field(description=gettext_noop("The point to go on from: the value of “after” in the next query"))
    more: bool = Field(description=gettext_noop("Whether there are more than are returned"))
