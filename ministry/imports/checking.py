"""Check a subject with all its rows: each cell, then all rows together.

Province rules are not applied: each record was approved under the rules of its own day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ministry.imports.columns import TABLES
from ministry.imports.files import FileRow, SubjectRows
from ministry.imports.records import (
    AccessRecord,
    CertificateDigests,
    RecordVersion,
    RowFault,
    SubjectRecord,
    Values,
    VersionedRecord,
    WebsiteRecord,
)
from ministry.reference import code_tables, domains
from ministry.reference.numbers import EARLIER_UNTIL, FIRST_YEAR, FilingNumber
from ministry.register import digests
from ministry.register.writer import ONE_DOMAIN_SINCE

_COLUMNS = {table: {one.name: one for one in columns} for table, columns in TABLES.items()}
_PLACES = {table: {one.name: place for place, one in enumerate(columns)} for table, columns in TABLES.items()}


def fault(table: str, row: int, column: str, value: str, message: str) -> RowFault:
    """Return the fault of a cell; ``value`` is as in the file."""
    known = _COLUMNS[table][column]
    return RowFault(table, row, column, known.heading, known.shown(value) if value else "", message)


def orphan(table: str, row: int, number: str) -> RowFault:
    """Return the fault of a website or an access without its subject."""
    message = _(
        "Its subject isn't in the file of subjects, or comes at another place. "
        "Write all files in one order of the subjects."
    )
    return fault(table, row, "number", number, message)


@dataclass(slots=True)
class SubjectCheck:
    """The check of one subject on a day; ``providers``: primary keys by licence number and slug, None if ambiguous."""

    today: date
    providers: Mapping[str, int | None]
    faults: list[RowFault] = field(default_factory=list)

    def record(self, rows: SubjectRows) -> SubjectRecord | None:
        """Return the subject; None when ``faults`` has what is wrong."""
        own = self._versions("subjects", rows.subjects)
        by_number = self._by_number("websites", rows.websites)
        accesses = self._by_number("accesses", rows.accesses)
        for number in accesses.keys() - by_number.keys():
            row, cells = accesses[number][0]
            self._add("accesses", row, "number", cells[0], _("The file of websites has no website with this number."))
        websites = [self._website(versions, accesses.get(number, [])) for number, versions in by_number.items()]
        if own is None or None in websites or self.faults:
            return None
        values = own[-1].values
        subject = SubjectRecord(own, values["number"], [one for one in websites if one], _certificates(values))
        self._check_subject(subject)
        if self.faults:
            return None
        _drop_numbers(subject)
        return subject

    def _add(self, table: str, row: int, column: str, value: object, message: str) -> None:
        self.faults.append(fault(table, row, column, str(value), message))

    def _at(self, table: str, version: RecordVersion, column: str, message: str) -> None:
        value = version.values.get(column, "")
        self._add(table, version.row, column, value, message)

    # --- Cells --------------------------------------------------------------------------------------------

    def _cells(self, table: str, row: int, cells: Sequence[str]) -> Values:
        """Return the values of a row, without the empty ones."""
        values: Values = {}
        for column, text in zip(TABLES[table], cells, strict=True):
            if not text:
                if column.is_needed:
                    self._add(table, row, column.name, "", _("Not filled in yet."))
                continue
            try:
                values[column.name] = column.check(text, values)
            except ValidationError as error:
                self._add(table, row, column.name, text, " ".join(error.messages))
        return values

    def _by_number(self, table: str, rows: Iterable[FileRow]) -> dict[str, list[FileRow]]:
        found: dict[str, list[FileRow]] = defaultdict(list)
        for row in rows:
            found[row[1][0]].append(row)
        return found

    def _versions(
        self, table: str, rows: Iterable[FileRow], approved: date | None = None
    ) -> list[RecordVersion] | None:
        """Return the versions of a record in order; None when one of them is faulty."""
        before = len(self.faults)
        read = [(row, self._cells(table, row, cells)) for row, cells in rows]
        if len(self.faults) > before:
            return None
        versions = []
        for row, values in read:
            first = approved or values["approved_on"]
            versions.append(RecordVersion(values.pop("valid_from", first), values, row))
        versions.sort(key=lambda version: version.valid_from)
        self._check_days(table, versions, approved)
        return versions if len(self.faults) == before else None

    # --- Rows together ------------------------------------------------------------------------------------

    def _check_days(self, table: str, versions: Sequence[RecordVersion], approved: date | None) -> None:
        for version in versions:
            self._check_days_of(table, version, approved or version.values["approved_on"])
        for earlier, later in pairwise(versions):
            ended = earlier.values.get("cancelled_on")
            if earlier.valid_from == later.valid_from:
                self._add(
                    table, later.row, "valid_from", later.valid_from, _("Another row of this record has this day.")
                )
            elif table == "accesses" and ended and later.valid_from < ended:
                message = _("The former access at this provider ended on %(day)s. Enter that day or a later one.")
                self._add(table, later.row, "valid_from", later.valid_from, message % {"day": ended})
            if earlier.values.get("approved_on") != later.values.get("approved_on"):
                self._at(table, later, "approved_on", _("Another row of this record has another day."))
            if ended and table != "accesses":
                self._at(table, earlier, "cancelled_on", _("Only the last version of a record can be cancelled."))
        for version in versions[:-1]:
            self._check_lost(table, version, versions[-1].values)

    def _check_lost(self, table: str, earlier: RecordVersion, last: Values) -> None:
        """Add a fault for each value of an earlier version that the register stores for the last version only."""
        if (suspended := earlier.values.get("suspended_on")) and suspended != last.get("suspended_on"):
            message = _("Ended suspensions are not imported. Leave this empty, or enter what the last version has.")
            self._at(table, earlier, "suspended_on", message)
        if table == "subjects":
            self._check_lost_certificates(earlier, last)

    def _check_lost_certificates(self, earlier: RecordVersion, last: Values) -> None:
        """Add a fault for each certificate of an earlier version that the last one lacks: the host isn't found by it.

        A change of the certificate here keeps the former one, too (``writer.enter_certificate``).
        """
        known = set(_named(last))
        own, *further = _named(earlier.values)
        message = _("The last version of the record lacks this certificate. Enter it there under further_certificates.")
        if own not in known:
            self._at("subjects", earlier, "cert_number", message)
        if lost := [f"{kind}:{number}" for kind, number in further if (kind, number) not in known]:
            self._add("subjects", earlier.row, "further_certificates", ";".join(lost), message)

    def _check_days_of(self, table: str, version: RecordVersion, approved: date) -> None:
        values, cancelled = version.values, version.values.get("cancelled_on")
        for column in ("approved_on", "suspended_on", "cancelled_on"):
            if (day := values.get(column)) and day > self.today:
                self._at(table, version, column, _("This day is in the future."))
            elif day and day < approved:
                self._at(table, version, column, _("This day is before the day of approval."))
            elif day and column == "suspended_on" and cancelled and day > cancelled:
                self._at(table, version, column, _("This day is after the cancellation."))
        if version.valid_from == approved:
            return
        if version.valid_from > self.today:
            self._add(table, version.row, "valid_from", version.valid_from, _("This day is in the future."))
        elif version.valid_from < approved:
            self._add(
                table, version.row, "valid_from", version.valid_from, _("This day is before the day of approval.")
            )
        elif cancelled and version.valid_from > cancelled:
            self._add(table, version.row, "valid_from", version.valid_from, _("This day is after the cancellation."))

    def _website(self, rows: Sequence[FileRow], accesses: Sequence[FileRow]) -> WebsiteRecord | None:
        versions = self._versions("websites", rows)
        if versions is None:
            return None
        number: FilingNumber = versions[-1].values["number"]
        service = code_tables.service_of_suffix(number.suffix)
        for version in versions:
            self._check_domains(version, service)
        found = self._accesses(accesses, versions[-1].values["approved_on"])
        return WebsiteRecord(versions, str(number), number.sequence or 0, service, found)

    def _check_domains(self, version: RecordVersion, service: int) -> None:
        values, row = version.values, version.row
        domain, further = values.get("domain", ""), values.get("further_domains", [])
        if service != code_tables.WEBSITE:
            for column in ("domain", "further_domains", "home_url"):
                if values.get(column):
                    self._add("websites", row, column, values[column], _("Only websites have this. Leave it empty."))
        elif not domain:
            self._add("websites", row, "domain", "", _("Not filled in yet."))
        elif further and values["approved_on"] >= ONE_DOMAIN_SINCE:
            message = _("Since %(day)s a website has one domain. Leave this empty.") % {"day": ONE_DOMAIN_SINCE}
            self._add("websites", row, "further_domains", ";".join(further), message)
        elif (home := values.get("home_url")) and not any(
            domains.url_contains_domain(home, one) for one in (domain, *further)
        ):
            self._add("websites", row, "home_url", home, _("The home page must be on one of the website's domains."))

    def _accesses(self, rows: Sequence[FileRow], approved: date) -> list[AccessRecord]:
        """Return the accesses of a website; a provider's row after one that ends its access begins a new access."""
        by_provider: dict[int, list[FileRow]] = defaultdict(list)
        for row in rows:
            text = row[1][_PLACES["accesses"]["provider"]]
            provider_id = self.providers.get(text)
            if provider_id is not None:
                by_provider[provider_id].append(row)
                continue
            known = _("Several providers have this licence number. Enter the entrance address (slug).")
            message = known if text in self.providers else _("No provider has this licence number or entrance address.")
            self._add("accesses", row[0], "provider", text, message if text else _("Not filled in yet."))
        found = []
        for provider_id, own in by_provider.items():
            versions = self._versions("accesses", own, approved) or []
            begin = 0
            for at, version in enumerate(versions, start=1):
                if "cancelled_on" in version.values or at == len(versions):
                    found.append(AccessRecord(versions[begin:at], provider_id))
                    begin = at
        return found

    def _check_series(self, subject: SubjectRecord, year: int, serial: int) -> None:
        if not FIRST_YEAR <= year <= subject.values["approved_on"].year or not serial:
            self._at("subjects", subject.versions[-1], "number", _("No number of this year and serial was issued."))

    def _check_subject(self, subject: SubjectRecord) -> None:
        number, values = subject.number, subject.values
        if number.is_earlier and values["approved_on"] > EARLIER_UNTIL:
            message = _("Numbers of earlier systems were issued until %(day)s.") % {"day": EARLIER_UNTIL}
            self._at("subjects", subject.versions[-1], "number", message)
        if not number.is_earlier:
            self._check_series(subject, *number.year_and_serial)
        sequences: set[int] = set()
        for website in subject.websites:
            if website.sequence in sequences:
                self._at(
                    "websites", website.versions[-1], "number", _("Another website of the subject has this number.")
                )
            sequences.add(website.sequence)
            self._check_end("websites", website, subject)
            for access in website.accesses:
                self._check_end("accesses", access, website)

    def _check_end(self, table: str, record: VersionedRecord, above: VersionedRecord) -> None:
        """Add a fault if a record outlives the one that it belongs to."""
        if above.cancelled_on is None:
            return
        if record.cancelled_on is None or record.cancelled_on > above.cancelled_on:
            message = _("What it belongs to was cancelled on %(day)s. Enter that day or an earlier one.")
            self._at(table, record.versions[-1], "cancelled_on", message % {"day": above.cancelled_on})


def _drop_numbers(subject: SubjectRecord) -> None:
    """Remove the numbers from the values of all versions: each record has its own, and the spool stays small."""
    websites = subject.websites
    records: list[VersionedRecord] = [subject, *websites, *(access for one in websites for access in one.accesses)]
    for record in records:
        for version in record.versions:
            del version.values["number"]


def _named(values: Values) -> list[tuple[int, str]]:
    """Return the types and numbers of all certificates in a row of a subject, its own first."""
    return [(values["cert_type"], values["cert_number"]), *values.get("further_certificates", [])]


def _certificates(values: Values) -> list[CertificateDigests]:
    """Return the certificates of a subject with their digests, the one of its last version first."""
    return [
        CertificateDigests(kind, number, digests.of_certificate(number), digests.of_unit(kind, number))
        for kind, number in dict.fromkeys(_named(values))
    ]
