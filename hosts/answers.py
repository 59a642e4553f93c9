"""The responses of the JSON API for site hosts."""

from datetime import datetime

from django.utils.translation import gettext_noop
from ninja import Field, Schema

from filings.fields.findings import Severity


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


class SavedAnswer(Schema):
    version: int = Field(description=gettext_noop("Version to send with the next save"))
    seen: str = Field(description=gettext_noop("What to send as seen with the next save; empty when none was sent"))
    saved_at: datetime = Field(description=gettext_noop("When it was saved"))
    findings: list[FindingAnswer] = Field(description=gettext_noop("The findings of this page"))


class ProblemAnswer(Schema):
    code: str = Field(description=gettext_noop("The kind of problem, for programs"))
    message: str = Field(description=gettext_noop("What is wrong, for people"))


class WrongValue(Schema):
    name: str = Field(description=gettext_noop("Name of the value"))
    message: str = Field(description=gettext_noop("What is wrong"))


class InvalidAnswer(ProblemAnswer):
    values: list[WrongValue] = Field(description=gettext_noop("The values that are missing or wrong"))


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
