"""The responses of the JSON API.

Rows of lists are plain pydantic models: ninja's own read each value by a getter, which costs as much as the look-up.
"""

from datetime import date, datetime

from django.utils.translation import gettext_noop
from ninja import Field, Schema
from pydantic import BaseModel

from filings.fields.findings import Severity
from ministry.register.record_types import RecordState


class FindingAnswer(Schema):
    code: str = Field(description=gettext_noop("Official result code, or a code of this portal"))
    path: str = Field(description=gettext_noop("Path of the field or picture"))
    label: str = Field(description=gettext_noop("Name of the field or picture"))
    severity: Severity = Field(description=gettext_noop("blocks: must be corrected before submission; warns: may stay"))
    message: str = Field(description=gettext_noop("What is wrong"))
    fix: str = Field(description=gettext_noop("How to correct it; may be empty"))
    source: str = Field(description=gettext_noop("The rule it comes from; may be empty"))
    url: str = Field(description=gettext_noop("Link to the field; empty while the filing can't be edited"))


class FindingsAnswer(Schema):
    version: int = Field(description=gettext_noop("Version of the filing"))
    checked_at: datetime = Field(description=gettext_noop("When it was checked"))
    ready: bool = Field(description=gettext_noop("Whether the filing can be submitted"))
    findings: list[FindingAnswer] = Field(description=gettext_noop("All findings, in the order of the form"))


class ReceiptAnswer(Schema):
    number: str = Field(description=gettext_noop("Number of the receipt"), examples=["R0001-2345-1831-2047"])
    at: datetime = Field(description=gettext_noop("When the filing was handed over"))
    giver: str = Field(description=gettext_noop("Who handed it over"))
    taker: str = Field(description=gettext_noop("Who received it"))
    round: int = Field(description=gettext_noop("Round of the filing"))
    digest: str = Field(
        description=gettext_noop(
            "Digest of the data handed over, 64 hexadecimal digits, the same for the same data; empty for handovers "
            "before there were receipts"
        )
    )
    record_number: str = Field(description=gettext_noop("Number of the record after an approval; otherwise empty"))


class ReceiptsAnswer(Schema):
    receipts: list[ReceiptAnswer] = Field(description=gettext_noop("The receipts of the filing, newest first"))


class SavedAnswer(Schema):
    version: int = Field(description=gettext_noop("Version to send with the next save"))
    seen: str = Field(description=gettext_noop("What to send as seen with the next save; empty when none was sent"))
    saved_at: datetime = Field(description=gettext_noop("When it was saved"))
    findings: list[FindingAnswer] = Field(description=gettext_noop("The findings of this page"))


class ProblemAnswer(Schema):
    type: str = Field(description=gettext_noop("Address at which this kind of problem is explained"))
    title: str = Field(description=gettext_noop("The kind of problem, in words"))
    status: int = Field(description=gettext_noop("The HTTP status"))
    detail: str = Field(description=gettext_noop("What is wrong, or what to do, in words"))
    code: str = Field(description=gettext_noop("The kind of problem, for programs"))


class WrongValue(Schema):
    name: str = Field(description=gettext_noop("Name of the value; in a body, its path, such as texts.3"))
    detail: str = Field(description=gettext_noop("What is wrong"))


class InvalidAnswer(ProblemAnswer):
    values: list[WrongValue] = Field(description=gettext_noop("The values that are missing or wrong"))


class QuotaAnswer(ProblemAnswer):
    a_day: int = Field(description=gettext_noop("How many texts may be looked up a day"))
    left: int = Field(description=gettext_noop("How many are left today"))


class SavedValue(Schema):
    path: str = Field(description=gettext_noop("Path of the field"))
    label: str = Field(description=gettext_noop("Name of the field"))
    value: str = Field(description=gettext_noop("What is saved now, in words"))
    typed: str = Field(description=gettext_noop("What was sent, in words"))
    url: str = Field(description=gettext_noop("Link to the field; empty while the filing can't be edited"))


class ConflictAnswer(ProblemAnswer):
    code: str = Field(
        description=gettext_noop(
            "changed: somebody else saved first; closed: it can't be edited now; basics_first: answer "
            "“Organisation or individual” first"
        )
    )
    version: int = Field(description=gettext_noop("Version of the filing now"))
    seen: str = Field(description=gettext_noop("What to send as seen to replace what is saved now; may be empty"))
    saved: list[SavedValue] = Field(description=gettext_noop("What is saved now and differs from what was sent"))


class ServiceAnswer(BaseModel):
    number: str = Field(
        description=gettext_noop("Filing number of the service; of a host without services on record, its own")
    )
    subject_number: str = Field(description=gettext_noop("Filing number of its host"))
    host: str = Field(description=gettext_noop("Name of the host; empty for an individual whose record is cancelled"))
    nature: int = Field(description=gettext_noop("Official code of the type of site host"))
    province: str = Field(description=gettext_noop("Code of the province (GB/T 2260)"))
    service: int | None = Field(
        description=gettext_noop(
            "1 website, 6 APP, 7 mini-program, 8 quick app; null for a host without services on record"
        )
    )
    name: str = Field(description=gettext_noop("Name of the service; empty for a host without services on record"))
    domains: list[str] = Field(description=gettext_noop("Domains as A-labels, the main one first"))
    home_url: str = Field(description=gettext_noop("Home page; may be empty"))
    state: RecordState = Field(description=gettext_noop("on_record, suspended or cancelled"))
    approved_on: date = Field(description=gettext_noop("Day of approval"))
    cancelled_on: date | None = Field(description=gettext_noop("Day of cancellation, if cancelled"))
    suspended_on: date | None = Field(description=gettext_noop("Day from which access has been suspended; may be null"))
    moved_to: str = Field(description=gettext_noop("Number to which the service moved; empty if it did not"))
    providers: int = Field(description=gettext_noop("How many access providers give it access"))


class FoundAnswer(Schema):
    understood: str = Field(description=gettext_noop("What was looked up, in words; empty if it was not understood"))
    refusal: str = Field(description=gettext_noop("Why it was not understood; empty if it was"))
    more: bool = Field(description=gettext_noop("Whether there are more than are returned"))
    services: list[ServiceAnswer] = Field(description=gettext_noop("The services found, by name of their host"))


class ChangeAnswer(BaseModel):
    on: date = Field(description=gettext_noop("Day of the change"))
    what: str = Field(description=gettext_noop("entered, changed, suspended, resumed, cancelled or moved"))
    number: str = Field(description=gettext_noop("Filing number of the host or the service"))
    moved_to: str = Field(description=gettext_noop("Number to which the service moved; empty if it did not"))


class RecordAnswer(Schema):
    number: str = Field(description=gettext_noop("Filing number of the host"))
    host: str = Field(description=gettext_noop("Name of the host; empty for an individual whose record is cancelled"))
    nature: int = Field(description=gettext_noop("Official code of the type of site host"))
    province: str = Field(description=gettext_noop("Code of the province (GB/T 2260)"))
    bureau: str = Field(description=gettext_noop("Name of the bureau whose number it is"))
    state: RecordState = Field(description=gettext_noop("on_record, suspended or cancelled"))
    approved_on: date = Field(description=gettext_noop("Day of approval"))
    cancelled_on: date | None = Field(description=gettext_noop("Day of cancellation, if cancelled"))
    suspended_on: date | None = Field(description=gettext_noop("Day from which access has been suspended; may be null"))
    as_of: date | None = Field(description=gettext_noop("The past day whose state it is; null for today"))
    listed_since: date | None = Field(
        description=gettext_noop(
            "Since when a domain of it has been on the list of websites that broke the law; null if none is"
        )
    )
    more: bool = Field(description=gettext_noop("Whether there are more than are returned"))
    services: list[ServiceAnswer] = Field(description=gettext_noop("Its services; of a past day, those of that day"))
    history: list[ChangeAnswer] = Field(description=gettext_noop("Its changes, newest first, at most 100"))


class DomainAnswer(Schema):
    domain: str = Field(description=gettext_noop("The registrable domain as A-label, or the IP address"))
    as_of: date | None = Field(description=gettext_noop("The past day whose state it is; null for today"))
    listed_since: date | None = Field(
        description=gettext_noop("Since when it has been on the list of websites that broke the law; null if it is not")
    )
    more: bool = Field(description=gettext_noop("Whether there are more than are returned"))
    services: list[ServiceAnswer] = Field(
        description=gettext_noop(
            "The services that have it, or had it when they were cancelled; of a past day, the one that had it then"
        )
    )
