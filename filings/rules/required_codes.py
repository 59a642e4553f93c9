"""Find which responsible persons must confirm a filing with a verification code, and their progress.

Whether a province requires it is a rule (``Topic.CODES``) of the day by which the filing is judged. Where it does, the
code replaces the filing password. ``filings.verification.one_time_codes`` sends and checks the codes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.sealed import digest
from filings import facts, states
from filings.kinds import SUBJECT, WEBSITES
from filings.models import Filing, PersonCheck
from filings.states import Move, Status
from ministry.mail.outbox import after_commit
from ministry.passwords import elsewhere
from ministry.reference import english, phones
from ministry.reference.topics import Demand, Topic
from ministry.rules import rules

NEEDED: Final = ("name", "mobile", "email", "cert_number")
LAST: Final = 6  # characters of the certificate number


@dataclass(frozen=True, slots=True)
class ProvingPerson:
    """A responsible person, and where the filing names them."""

    paths: tuple[str, ...]
    entry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """A person in ``components/persons.html``: the newest check, and where the filing names them, in words."""

    check: PersonCheck
    roles: str


@dataclass(frozen=True, slots=True)
class CodeProgress:
    """``components/persons.html``: until when the codes are valid, and who has confirmed."""

    until: datetime
    persons: list[AskedPerson]


def asks_codes(filing: Filing) -> bool:
    """Return whether responsible persons confirm the filing with codes instead of the filing password. One query."""
    book = rules.rules_on(str(filing.get("subject.province")), filing.judged_on)
    rule = book.one(Topic.CODES, individual=filing.is_individual)
    return rule is not None and rule.demand == Demand.CODE and bool(who(filing))


def lacks_proof(filing: Filing) -> bool:
    """Return whether its kind needs proof and has neither filing password nor codes, nor will be asked for codes.

    A rule about codes may begin or end while a draft exists. No query for most filings, at most four.
    """
    if not filing.law.proof or filing.proved_at is not None or asks_codes(filing) or password_checker(filing):
        return False
    if filing.awaits_access or filing.status in (Status.RETURNED_TO_HOST, Status.RETURNED_TO_PROVIDER):
        return True  # proof counts for one round only
    return not filing.person_checks.filter(round=filing.round, proved_at__isnull=False).exists()


def password_checker(filing: Filing) -> str:
    """Return the bureau whose system checks the filing password when the filing is reported; empty for most.

    Its system made the password (``ministry.passwords.elsewhere``), so the portal can't check it. The provider enters
    it at the report, and without the right one the filing does not reach the bureau. Not of a filing that a provider's
    own system reports, which proves the password itself. No query for most filings.
    """
    if not filing.law.proof or filing.is_reported or filing.about_subject is None:
        return ""
    return elsewhere.checker_of(filing.about_subject)


def passing_move(filing: Filing) -> Move:
    """Return the move by which the provider passes the filing on from its desk."""
    return states.ASK_PERSONS if asks_codes(filing) else states.VERIFY


def reporting_move(filing: Filing) -> Move:
    """Return the move by which the provider's own system passes the filing on."""
    return states.REPORT_TO_PERSONS if asks_codes(filing) else states.REPORT


def who(filing: Filing) -> list[ProvingPerson]:
    """Return the persons whose codes the filing's kind needs, one per mobile.

    Persons whose data are incomplete, as on old records, are left out.
    """
    holders = filing.law.code_holders
    named = [("responsible", filing.facts["responsible"])] if SUBJECT in holders else []
    if WEBSITES in holders:
        websites = range(facts.count(filing.facts))
        named += [(f"websites.{number}.responsible", facts.manager(filing.facts, number)) for number in websites]
    found: dict[str, ProvingPerson] = {}
    for path, entry in named:
        if not all(entry.get(name) for name in NEEDED):
            continue
        mobile = mobile_of(entry)
        known = found.get(mobile)
        found[mobile] = ProvingPerson((*known.paths, path), known.entry) if known else ProvingPerson((path,), entry)
    return list(found.values())


def mobile_of(entry: dict[str, Any]) -> str:
    """Return a person's mobile; the first when there are several."""
    return str(entry.get("mobile") or "").split(";")[0]


def key_of(mobile: str, last: str) -> str:
    """Return the digest that finds a person by mobile and last six characters of the certificate number.

    Raises ValidationError when ``mobile`` is not a mobile number.
    """
    return digest(f"person check:{phones.check_mobile(mobile)}:{last.strip().upper()[-LAST:]}")


def ask(filing: Filing) -> None:
    """Create a ``PersonCheck`` for each person of the locked filing and queue their codes."""
    now = timezone.now()
    for person in who(filing):
        mobile = mobile_of(person.entry)
        check = PersonCheck.objects.create(
            filing=filing,
            round=filing.round,
            paths=list(person.paths),
            name=person.entry["name"],
            mobile=mobile,
            email=person.entry["email"],
            key=key_of(mobile, str(person.entry["cert_number"])),
            asked_at=now,
            expires_at=now + settings.CODE_LIFE,
            wanted_at=now,
        )
        after_commit("filings.send_code", check.pk)


def stop_asking(filing: Filing) -> None:
    """End the open checks of the locked filing's persons; their codes become invalid."""
    filing.person_checks.waiting().update(ended_at=timezone.now(), wanted_at=None)


def derive_digests(filing: Filing) -> None:
    """Recompute the search keys of the filing's persons and request new codes: those sent can't be checked any more."""
    keys = {person.paths: key_of(mobile_of(person.entry), str(person.entry["cert_number"])) for person in who(filing)}
    for check in filing.person_checks.waiting():
        check.key, check.code_digest, check.wanted_at = keys[tuple(check.paths)], "", timezone.now()
        check.save(update_fields=["key", "code_digest", "wanted_at"])


def progress(filing: Filing) -> CodeProgress | None:
    """Return the progress of the latest checks. One query.

    None unless the filing is with the responsible persons.
    """
    if filing.status != states.Status.WITH_PERSONS:
        return None
    checks = list(filing.person_checks.all())
    latest = max(check.asked_at for check in checks)
    asked = [check for check in checks if check.asked_at == latest]
    persons = [AskedPerson(check, english.joined(_role(path) for path in check.paths)) for check in asked]
    return CodeProgress(asked[0].expires_at, persons)


def _role(path: str) -> str:
    if path == "responsible":
        return _("responsible person of the host")
    return _("responsible person of website %(number)d") % {"number": int(path.split(".")[1]) + 1}
