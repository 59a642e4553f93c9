"""Make the register's rows of imported subjects, as they are copied and as the audit log digests them.

Sealed values are bound to the primary key of their row, so the keys are taken from the sequences first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from types import SimpleNamespace
from typing import Any, Final, cast

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.sealed import keys_together, next_keys, sealed_fields
from ministry.imports.records import AccessRecord, SubjectRecord, Values, VersionedRecord, WebsiteRecord
from ministry.models import Access, RegisterVersion, Subject, SubjectCertificate, Website
from ministry.reference import code_tables
from ministry.register import history
from ministry.register.contacts import contact_digests

# In the order of their foreign keys
MODELS: Final = (Subject, SubjectCertificate, Website, Access, RegisterVersion)
REMEMBERED: Final = 20_000

Columns = dict[str, Any]

_DAYS: Final = ("approved_on", "cancelled_on", "suspended_on")
_PERSON: Final = ("responsible_name", "responsible_mobile", "responsible_email")


@dataclass(slots=True)
class TableRows:
    """Rows of one table, by primary key: columns as JSON values, sealed ones still plain."""

    model: type[models.Model]
    keys: Iterator[int] = field(default_factory=lambda: iter(()))
    rows: dict[int, Columns] = field(default_factory=dict)

    def add(self, columns: Columns) -> int:
        """Add a row; return its primary key."""
        key = columns["id"] = next(self.keys)
        self.rows[key] = columns
        return key

    @property
    def columns(self) -> list[str]:
        return [str(one.column) for one in self.model._meta.concrete_fields]

    def texts(self) -> Iterator[list[Any]]:
        """Yield the rows as they are copied, in the order of ``columns``: arrays as text, sealed columns sealed."""
        columns = self.columns
        places = {name: place for place, name in enumerate(columns)}
        sealed = [(places[str(one.column)], one) for one in sealed_fields(self.model)]
        arrays = [places[str(one.column)] for one in self.model._meta.concrete_fields if isinstance(one, ArrayField)]
        for key, row in self.rows.items():
            texts = [row[name] for name in columns]
            for place, one in sealed:
                texts[place] = one.sealed(texts[place], key)
            for place in arrays:  # numbers, domains and addresses need no quotes
                texts[place] = "{" + ",".join(map(str, texts[place])) + "}"
            yield texts


@dataclass(slots=True)
class PieceRows:
    """All rows of a piece."""

    subjects: Sequence[SubjectRecord]
    at: datetime = field(default_factory=lambda: timezone.now().replace(microsecond=0))
    tables: dict[type[models.Model], TableRows] = field(default_factory=dict)
    # (subject, kind, digest, digest of the person)
    contacts: list[tuple[int, str, str, str]] = field(default_factory=list)
    # (domain, website) of domains that an earlier version has and the last one doesn't
    released: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        counts = _counts(self.subjects)
        with keys_together(counts):
            self.tables = {model: TableRows(model, iter(next_keys(model, counts[model]))) for model in counts}
        for subject in self.subjects:
            self._add_subject(subject)

    def _add_subject(self, subject: SubjectRecord) -> None:
        values, number = subject.values, subject.number
        year, serial = (None, None) if number.is_earlier else number.year_and_serial
        sequences = [one.sequence for one in subject.websites]
        columns = {
            "province": number.province.code,
            "year": year,
            "serial": serial,
            "earlier_number": str(number) if number.is_earlier else "",
            **{name: values[name] for name in ("name", "nature", "division", "address", *_PERSON)},
            **_standing(subject),
            "last_sequence": max(*(one.values.get("last_sequence", 0) for one in subject.versions), *sequences, 0),
            **_NO_PASSWORD,
        }
        key = self.tables[Subject].add(columns)
        for certificate in reversed(subject.certificates):  # the last one is the newest
            self.tables[SubjectCertificate].add({"subject_id": key, **certificate._asdict(), "live": subject.is_live})
        if subject.changed(values["approved_on"]):
            self._add_versions(subject, (key, None, None), _subject_facts)
        contacts = dict.fromkeys(_contacts(*(values[name] for name in _PERSON)) if subject.is_live else ())
        for website in subject.websites:
            self._add_website(website, key)
            if website.is_live:
                contacts |= dict.fromkeys(_contacts(*(website.values.get(name, "") for name in _PERSON)))
        self.contacts += [(key, *contact) for contact in contacts]

    def _add_website(self, website: WebsiteRecord, subject_id: int) -> None:
        values = website.values
        columns = {
            "subject_id": subject_id,
            "sequence": website.sequence,
            "service": website.service,
            **{name: values[name] for name in ("name", "services", "languages")},
            **{name: values.get(name, "") for name in ("domain", "home_url", *_PERSON)},
            "further_domains": _further(values),
            **_standing(website),
            "migrated_to_id": None,
        }
        key = self.tables[Website].add(columns)
        if website.changed(values["approved_on"]):
            self._add_versions(website, (subject_id, key, None), _website_facts)
            self.released += [(domain, key) for domain in website.released_domains]
        for access in website.accesses:
            self._add_access(access, subject_id, key, values["approved_on"])

    def _add_access(self, access: AccessRecord, subject_id: int, website_id: int, approved_on: date) -> None:
        columns = {
            "website_id": website_id,
            "provider_id": access.provider_id,
            **{name: access.values[name] for name in ("ways", "places", "ip_ranges")},
            "live": access.is_live,
            "cancelled_on": access.cancelled_on and access.cancelled_on.isoformat(),
        }
        key = self.tables[Access].add(columns)
        if access.changed(approved_on):
            self._add_versions(access, (subject_id, website_id, key), _access_facts)

    def _add_versions(self, record: VersionedRecord, whose: tuple[int, int | None, int | None], facts_of: Any) -> None:
        """Add the versions of a record, and the one of its end."""
        states = [(version.valid_from, True, facts_of(record, version.values)) for version in record.versions]
        if record.cancelled_on:
            states.append((record.cancelled_on, False, states[-1][2]))
        for valid_from, is_live, facts in states:
            self.tables[RegisterVersion].add(
                {
                    **dict(zip(("subject_id", "website_id", "access_id"), whose, strict=True)),
                    "valid_from": valid_from.isoformat(),
                    "live": is_live,
                    "facts": facts,
                    "made_at": self.at.isoformat(),
                }
            )


def logged(model: type[models.Model], columns: Columns) -> Columns:
    """Return the columns of a row as the audit log digests them: with a SHA-256 for the hash of a password."""
    return columns | _LOGGED[model] if model in _LOGGED else columns


# A subject without a filing password, which is sent when it is recovered
_NO_PASSWORD: Final = {
    "password_hash": "",
    **dict.fromkeys(("password_wanted_at", "password_sent_at", "password_set_at", "password_set_by_id")),
}
_LOGGED: Final[dict[type[models.Model], Columns]] = {Subject: {"password_hash": sha256(b"").hexdigest()}}


def _counts(subjects: Sequence[SubjectRecord]) -> dict[type[models.Model], int]:
    websites = [website for subject in subjects for website in subject.websites]
    accesses = [(access, website) for website in websites for access in website.accesses]
    records = [
        *((record, record.values["approved_on"]) for record in (*subjects, *websites)),
        *((access, website.values["approved_on"]) for access, website in accesses),
    ]
    versions = sum(
        len(record.versions) + (not record.is_live) for record, default in records if record.changed(default)
    )
    certificates = sum(len(subject.certificates) for subject in subjects)
    counts = (len(subjects), certificates, len(websites), len(accesses), versions)
    return dict(zip(MODELS, counts, strict=True))


def _standing(record: VersionedRecord) -> Columns:
    values = record.values
    return {"live": record.is_live, **{name: (day := values.get(name)) and day.isoformat() for name in _DAYS}}


def _further(values: Values) -> list[str]:
    return [one for one in values.get("further_domains", []) if one != values["domain"]]


@lru_cache(REMEMBERED)
def _contacts(name: str, mobiles: str, emails: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(contact_digests(name, mobiles, emails))


# --- Facts of versions: of what has the attributes of a row at that time, which is quicker to make ------------


def _subject_facts(subject: SubjectRecord, values: Values) -> history.Facts:
    columns = {name: values[name] for name in ("name", "nature", "division", "address", *_PERSON)}
    row = SimpleNamespace(province=subject.number.province.code, **columns)
    certificate = SimpleNamespace(cert_type=values["cert_type"], number=values["cert_number"])
    return history.subject_facts(cast(Subject, row), cast(SubjectCertificate, certificate))


def _website_facts(website: WebsiteRecord, values: Values) -> history.Facts:
    columns = {name: values.get(name, "") for name in ("name", "domain", "home_url", *_PERSON)}
    further = _further(values)
    row = SimpleNamespace(
        **columns,
        service=website.service,
        is_website=website.service == code_tables.WEBSITE,
        services=values["services"],
        languages=values["languages"],
        further_domains=further,
        all_domains=[columns["domain"], *further],
    )
    return history.website_facts(cast(Website, row))


def _access_facts(access: AccessRecord, values: Values) -> history.Facts:
    row = SimpleNamespace(
        provider_id=access.provider_id, **{name: values[name] for name in ("ways", "places", "ip_ranges")}
    )
    return history.access_facts(cast(Access, row))
