"""Enter and change register rows; ``ends`` cancels and suspends them, and ``ministry.imports.copying`` imports them.

No other module writes them.

Callers open the transaction: an entry and its cause commit together. Database constraints decide conflicts; this module
turns their violations into RegisterConflict. The transaction can then only be rolled back: a caller that continues
after a conflict makes the entry inside a savepoint.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import IntegrityError

from accounts.sealed import keyed
from ministry.mail import letters
from ministry.models import Access, RegisterVersion, Subject, SubjectCertificate, Website
from ministry.reference.numbers import FilingNumber
from ministry.register import digests, history, numbering
from ministry.register.contacts import derive_contacts, enter_contacts
from ministry.register.ends import announce_end, end, end_accesses
from ministry.register.entry_types import (
    CONFLICTS,
    AccessEntry,
    NumberTaken,
    OutsideNumbers,
    RegisterConflict,
    SubjectEntry,
    WebsiteEntry,
)
from ministry.register.locking import (
    lock_subject,
    lock_unit,
    refuse_ended,
    subject_in_force,
    website_in_force,
)

# A website with its access
Served = tuple[WebsiteEntry, AccessEntry]
# From this day on a website has one domain (工信管函〔2019〕633号); earlier ones may keep theirs.
ONE_DOMAIN_SINCE = date(2019, 4, 22)


def enter_subject(
    entry: SubjectEntry,
    on: date,
    websites: Sequence[Served] = (),
    *,
    earlier: FilingNumber | None = None,
    outside: OutsideNumbers | None = None,
) -> Subject:
    """Enter a new subject under the next number of its province, with its websites.

    ``earlier`` is the number under which an earlier system entered it on that day; raise ValueError if none can have
    issued it. ``outside``: the numbers that its bureau's own system has issued; raise NumberTaken. Raise
    RegisterConflict (1003, 1005). The row of the number series stays locked until the caller commits: call this late.
    """
    known_number = numbering.earlier(earlier, entry.province, on) if earlier else {}
    subject = prepare_subject(entry, on, websites, outside=outside)
    if known_number:
        _save_numbered(subject, known_number)
    else:
        number_subject(subject, outside)
    return subject


def prepare_subject(
    entry: SubjectEntry, on: date, websites: Sequence[Served] = (), *, outside: OutsideNumbers | None = None
) -> Subject:
    """Enter all of a new subject but its own row, which has the number: ``number_subject`` enters that.

    ``outside``: the numbers that its bureau's own system has issued. Raise RegisterConflict (1003, 1005). The foreign
    keys to the missing row are checked at the commit.
    """
    sequences = outside.sequences if outside else range(1, len(websites) + 1)
    unit_digest = digests.of_unit(entry.cert_type, entry.cert_number)
    _refuse_unit_of_another(None, unit_digest)
    subject = Subject(
        province=entry.province,
        name=entry.name,
        nature=entry.nature,
        division=entry.division,
        address=entry.address,
        responsible_name=entry.responsible_name,
        responsible_mobile=entry.responsible_mobile,
        responsible_email=entry.responsible_email,
        last_sequence=max(sequences, default=0),
        approved_on=on,
    )
    keyed([subject])
    _create_certificate(subject, entry.cert_type, entry.cert_number, unit_digest)
    versions = [history.version(subject, on, entry.facts or history.columns_say(subject))]
    _create_websites(subject, sequences, websites, on, versions)
    enter_contacts(subject, entry, *(website for website, _access in websites))
    return subject


def number_subject(subject: Subject, outside: OutsideNumbers | None = None) -> None:
    """Enter the row of a prepared subject under the next number of its province.

    ``outside``: the numbers that its bureau's own system has issued; raise NumberTaken. The row of the number series
    stays locked until the caller commits: call this last, so that other approvals of the province wait only briefly.
    """
    columns = (
        numbering.from_outside(outside.subject)
        if outside
        else numbering.next_number(subject.province, subject.approved_on.year)
    )
    _save_numbered(subject, columns)


def _save_numbered(subject: Subject, columns: Mapping[str, Any]) -> None:
    for column, value in columns.items():
        setattr(subject, column, value)
    subject.save(force_insert=True)


def enter_certificate(subject: Subject, cert_type: int, number: str) -> SubjectCertificate:
    """Enter a certificate (number in normal form) of the subject; raise RegisterConflict (1003).

    It conflicts when another subject has the number or is the same unit, under its old certificate or its new one.
    A subject's further certificates are aliases, by which an old licence number is recognised, from which no
    organisation code can be derived.
    """
    unit_digest = digests.of_unit(cert_type, number)
    _refuse_unit_of_another(subject, unit_digest)
    return _create_certificate(subject, cert_type, number, unit_digest)


def _create_certificate(subject: Subject, cert_type: int, number: str, unit_digest: str) -> SubjectCertificate:
    with _conflicts_named():
        return SubjectCertificate.objects.create(
            subject=subject,
            cert_type=cert_type,
            number=number,
            digest=digests.of_certificate(number),
            unit_digest=unit_digest,
        )


def enter_website(
    subject_id: int, entry: WebsiteEntry, access: AccessEntry, on: date, *, sequence: int | None = None
) -> Website:
    """Enter one website as ``enter_websites`` does.

    ``sequence`` is the one under which an earlier system entered it; raise ValueError if the subject has reached it.
    """
    subject = subject_in_force(subject_id)
    if sequence is not None and sequence <= subject.last_sequence:
        raise ValueError(f"{subject.number}-{sequence} may have been given already")
    return _enter_websites(subject, [sequence or subject.last_sequence + 1], [(entry, access)], on)[0]


def enter_websites(
    subject_id: int, websites: Sequence[Served], on: date, *, outside: OutsideNumbers | None = None
) -> list[Website]:
    """Enter websites under their subject's next sequences, each with its access; raise RegisterConflict (1005, 1049).

    ``outside``: the numbers that the bureau's own system has issued; raise NumberTaken. Raise ValueError for further
    domains on or after ``ONE_DOMAIN_SINCE``.
    """
    subject = subject_in_force(subject_id)
    if outside:
        _refuse_taken_sequences(subject, outside.sequences)
        return _enter_websites(subject, outside.sequences, websites, on)
    first = subject.last_sequence + 1
    return _enter_websites(subject, range(first, first + len(websites)), websites, on)


def _refuse_taken_sequences(subject: Subject, sequences: Iterable[int]) -> None:
    rows = Website.objects.filter(subject=subject, sequence__in=sequences).order_by("sequence")
    if (taken := rows.select_related("subject").first()) is not None:
        raise NumberTaken(taken.number)


def _enter_websites(subject: Subject, sequences: Sequence[int], websites: Sequence[Served], on: date) -> list[Website]:
    subject.last_sequence = max(subject.last_sequence, *sequences)
    subject.save(update_fields=["last_sequence"])
    entered = _create_websites(subject, sequences, websites, on, [])
    enter_contacts(subject, *(website for website, _access in websites))
    return entered


def _create_websites(
    subject: Subject, sequences: Iterable[int], websites: Sequence[Served], on: date, versions: list[RegisterVersion]
) -> list[Website]:
    """Create websites with their accesses, and store their versions after the given ones."""
    if on >= ONE_DOMAIN_SINCE and any(website.further_domains for website, _access in websites):
        raise ValueError("one website, one domain")
    rows = keyed(
        Website(subject=subject, sequence=sequence, approved_on=on, **_columns_of_website(entry))
        for sequence, (entry, _access) in zip(sequences, websites, strict=True)
    )
    accesses = [_access_row(row, access) for row, (_entry, access) in zip(rows, websites, strict=True)]
    with _conflicts_named():
        Website.objects.bulk_create(rows)
        Access.objects.bulk_create(accesses)
    for row, (entry, _access) in zip(rows, websites, strict=True):
        versions.append(history.version(row, on, entry.facts or history.columns_say(row)))
    versions += [history.version(access, on, history.access_facts(access)) for access in accesses]
    RegisterVersion.objects.bulk_create(keyed(versions))
    return rows


def enter_access(website_id: int, entry: AccessEntry, on: date) -> Access:
    """Enter another provider's access to a website; raise RegisterConflict (1029, 1049, 1050)."""
    return _create_access(website_in_force(website_id), entry, on)


def change_subject(subject_id: int, entry: SubjectEntry, on: date) -> Subject:
    """Enter the new facts of a subject; province, number and certificate stay. Raise RegisterConflict (1049)."""
    subject = subject_in_force(subject_id)
    history.remember_first(subject)
    letters.tell_of_new_email(subject, entry.responsible_email)
    names = ("name", "division", "address", "responsible_name", "responsible_mobile", "responsible_email")
    _save_changed(subject, {name: getattr(entry, name) for name in names})
    derive_contacts(subject)
    history.remember(subject, on, entry.facts or None)
    return subject


def change_website(website_id: int, entry: WebsiteEntry, on: date) -> Website:
    """Enter the new facts of a website; number and service type stay. Raise RegisterConflict (1005, 1049, 1050).

    Its domain stays too; of several domains, those that the entry names are kept and the others are released.
    """
    website = website_in_force(website_id)
    kept = [domain for domain in website.all_domains if domain in (entry.domain, *entry.further_domains)]
    if website.is_website and not kept:
        raise RegisterConflict(1005)
    history.remember_first(website)
    columns = _columns_of_website(entry) | {"domain": next(iter(kept), ""), "further_domains": kept[1:]}
    del columns["service"]
    _save_changed(website, columns)
    derive_contacts(website.subject)
    history.remember(website, on, entry.facts or None)
    return website


def enter_further_domains(website_id: int, domains: Sequence[str], on: date) -> Website:
    """Add further domains, known from the earlier system, to a website approved before ``ONE_DOMAIN_SINCE``.

    Raise RegisterConflict (1005, 1049, 1050); ValueError for a later website.
    """
    website = website_in_force(website_id)
    if website.approved_on >= ONE_DOMAIN_SINCE:
        raise ValueError("one website, one domain")
    history.remember_first(website)
    facts = history.facts_now(website)
    website.further_domains += [domain for domain in domains if domain not in website.all_domains]
    with _conflicts_named():
        website.save(update_fields=["further_domains"])
    history.remember(website, on, facts | {"kept_domains": "\n".join(website.all_domains)})
    return website


def change_access(access_id: int, entry: AccessEntry, on: date) -> Access:
    """Enter the new ways, places and addresses of an access; its provider stays. Raise RegisterConflict (1032)."""
    lock_subject(websites__accesses=access_id)
    access = Access.objects.select_related("website").get(pk=access_id)
    refuse_ended(access)
    history.remember_first(access)
    access.ways, access.places, access.ip_ranges = list(entry.ways), list(entry.places), list(entry.ip_ranges)
    access.save(update_fields=["ways", "places", "ip_ranges"])
    history.remember(access, on, history.access_facts(access))
    return access


def change_email(subject_id: int, email: str, on: date) -> None:
    """Change the e-mail address of the subject's responsible person; raise RegisterConflict (1049)."""
    subject = subject_in_force(subject_id)
    history.remember_first(subject)
    subject.responsible_email = email
    subject.save(update_fields=["responsible_email"])
    derive_contacts(subject)
    facts = history.facts_now(subject)
    history.remember(subject, on, facts | {"responsible": facts["responsible"] | {"email": email}})


def migrate_website(
    website_id: int,
    subject_id: int,
    served: Served,
    on: date,
    *,
    outside: OutsideNumbers | None = None,
) -> Website:
    """Migrate a website to another subject, under that subject's next number; its old number becomes void.

    All accesses are kept; that of the provider of ``served`` is entered with the new data. ``outside``: the number
    that the bureau's own system has issued; raise NumberTaken. Raise RegisterConflict (1029, 1049, 1050). Both subjects
    are locked in primary key order, so that two migrations can't deadlock.
    """
    left_id = Website.objects.values_list("subject_id", flat=True).get(pk=website_id)
    both = {pk: lock_subject(pk=pk) for pk in sorted({left_id, subject_id})}
    refuse_ended(both[left_id])
    website = Website.objects.get(pk=website_id)
    refuse_ended(website)
    ended = end_accesses(on, website=website_id)
    end([website], on)
    there = enter_websites(subject_id, [served], on, outside=outside)[0]
    for other in ended:
        if other.provider_id != served[1].provider_id:
            _create_access(there, AccessEntry(other.provider_id, other.ways, other.places, other.ip_ranges), on)
    website.migrated_to = there
    website.save(update_fields=["migrated_to"])
    derive_contacts(both[left_id])
    announce_end(website, ended)
    return there


def _save_changed(row: Subject | Website, columns: Mapping[str, Any]) -> None:
    """Save those of the columns whose value differs; no statement if none does."""
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, columns[name])
    row.save(update_fields=changed)


def _columns_of_website(entry: WebsiteEntry) -> dict[str, Any]:
    return {
        "service": entry.service,
        "name": entry.name,
        "domain": entry.domain,
        "further_domains": list(entry.further_domains),
        "home_url": entry.home_url,
        "services": list(entry.services),
        "languages": list(entry.languages),
        "responsible_name": entry.responsible_name,
        "responsible_mobile": entry.responsible_mobile,
        "responsible_email": entry.responsible_email,
    }


def _create_access(website: Website, entry: AccessEntry, on: date) -> Access:
    access = _access_row(website, entry)
    with _conflicts_named():
        access.save(force_insert=True)
    history.remember(access, on, history.access_facts(access))
    return access


def _access_row(website: Website, entry: AccessEntry) -> Access:
    """Return an unsaved access."""
    return Access(
        website=website,
        provider_id=entry.provider_id,
        ways=list(entry.ways),
        places=list(entry.places),
        ip_ranges=list(entry.ip_ranges),
    )


def _refuse_unit_of_another(subject: Subject | None, unit_digest: str) -> None:
    """Raise RegisterConflict (1003) if another subject is the same unit; serialises concurrent approvals."""
    lock_unit(unit_digest)
    if not unit_digest:
        return
    others = SubjectCertificate.objects.filter(live=True, unit_digest=unit_digest)
    if (others.exclude(subject=subject) if subject else others).exists():
        raise RegisterConflict(1003)


@contextmanager
def _conflicts_named() -> Iterator[None]:
    """Convert violations of the constraints in ``CONFLICTS`` to RegisterConflict."""
    try:
        yield
    except IntegrityError as error:
        for constraint, code in CONFLICTS.items():
            if constraint in str(error):
                raise RegisterConflict(code) from error
        raise
