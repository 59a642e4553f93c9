"""Find conflicts of a filing with records in the register, with other open filings and with its provider's IP pool.

The host is told which province and provider to turn to and how to resolve it; never who the other host is.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import facts
from filings.evidence import pictures
from filings.fields.findings import Finding, Severity
from filings.models import Evidence, Filing, OfferEnd, Reservation, ReservationKind
from filings.rules import ip_pools, ownership, reservations
from filings.rules.reservations import Claim
from filings.states import OPEN, UNDER_WAY
from ministry.models import ContactKind
from ministry.reference import domains, english
from ministry.register import conflict_types, conflicts, digests
from ministry.register.conflict_types import BlacklistMatch, ContactMatch, RecordHolder, SubjectMatch, WebsiteMatch

CERT_NUMBER = "subject.cert_number"
CERTIFICATE = frozenset({"subject.cert_type", CERT_NUMBER})


def findings(
    filing: Filing, spoilt: set[str], current: Sequence[Evidence], elsewhere: Collection[str] = frozenset()
) -> Iterator[Finding]:
    """Yield the conflicts of the filing; malformed values (``spoilt``) and those at ``elsewhere`` are not looked up.

    The certificate is looked up with any other value, because it says what is the host's own. ``current``: its
    pictures. At most three queries: of the register and of filings, neither when nothing is asked; of other filings'
    pictures.
    """
    left_out = spoilt.union(elsewhere)
    asked = _Asked.by(filing, left_out, has_certificate=not spoilt & CERTIFICATE)
    met = conflicts.conflicts(asked.question)
    held = _Held.by(filing, left_out, met.subject_ids | {filing.about_subject_id or 0} - {0})
    own = held.own_subjects
    about = filing.about_subject_id
    if filing.host_id and about and about not in own and filing.host_id not in ownership.hosts_of(about):
        yield not_own()
    if stopped := no_consent(filing):
        yield stopped
    for subject in met.subjects:
        if subject.holder.subject_id == filing.about_subject_id:
            continue  # the filing is about this record
        yield _subject_finding(subject, is_own=subject.holder.subject_id in own, is_offered=filing.offer_id is not None)
    by_domain = {(website.asked, website.website_id) for website in met.websites if website.code == "1005"}
    for website in met.websites:
        if website.website_id == filing.about_website_id:
            continue
        # one finding for the domain; none for the home page of the same website
        if website.code != "1021" or (website.asked, website.website_id) not in by_domain:
            yield _website_finding(website, is_own=website.holder.subject_id in own)
    for contact in met.contacts:
        if not contact.same_person:
            yield _contact_finding(contact, asked.contact_paths[contact.asked])
    for entry in met.blacklist:
        yield _blacklist_finding(entry, asked.domain_paths.get(entry.domain, CERT_NUMBER))
    yield from _under_way(filing, held)
    yield from ip_pools.findings(filing, left_out, held.pool)
    yield from _same_pictures(filing, current)


# --- The question to the register -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question to the register, and the path of each part of it."""

    question: conflict_types.ConflictQuestion
    contact_paths: list[str]
    domain_paths: dict[str, str]

    @classmethod
    def by(cls, filing: Filing, left_out: Collection[str], *, has_certificate: bool) -> "_Asked":
        def good(path: str) -> str:
            return "" if path in left_out else str(facts.read(filing.facts, path))

        websites = [f"websites.{number}" for number in range(facts.count(filing.facts))]
        contacts = [
            (f"{person}.{kind}", conflict_types.AskedContact(kind, part, good(f"{person}.name")))
            for person, _data in reservations.people(filing.facts)
            for kind in ContactKind
            for part in good(f"{person}.{kind}").split(";")
            if part
        ]
        # checked against the blacklist only: domains of other services, further domains of an old website
        uses = {domain: f"{path}.kept_domains" for path in websites for domain in good(f"{path}.kept_domains").split()}
        uses |= {
            domains.registrable_domain(host): f"{path}.domains"
            for number, path in reversed([*enumerate(websites)])
            if f"{path}.domains" not in left_out
            for host in facts.hosts_of(filing.facts, number)
        }
        sites = _asked_websites(filing, good)
        others = contacts or uses or any(site.domain or site.home_url or site.name for site in sites)
        has_certificate = has_certificate and (CERT_NUMBER not in left_out or bool(others))
        question = conflict_types.ConflictQuestion(
            day=filing.judged_on,
            about=filing.about_subject_id,
            cert_type=filing.get("subject.cert_type") or None if has_certificate else None,
            cert_number=str(filing.get(CERT_NUMBER)) if has_certificate else "",
            websites=sites,
            uses=sorted(uses),
            contacts=[contact for _path, contact in contacts],
        )
        paths = [f"{path}.domain" for path in reversed(websites)]
        domain_paths = uses | {domain: path for path in paths if (domain := good(path))}
        return cls(question, [path for path, _contact in contacts], domain_paths)


def _asked_websites(filing: Filing, good: Callable[[str], str]) -> list[conflict_types.AskedWebsite]:
    """Return what is asked about each website; ``good`` returns the value at a path, empty if it is not looked up."""
    return [
        conflict_types.AskedWebsite(
            good(f"websites.{number}.domain"),
            good(f"websites.{number}.home_url"),
            good(f"websites.{number}.name"),
            facts.service(filing.facts, number),
        )
        for number in range(facts.count(filing.facts))
    ]


def not_own() -> Finding:
    """Return the finding that the record has left the host's account, because its filing password has changed."""
    return Finding(
        "P114",
        CERT_NUMBER,
        _("The record is no longer in the site host's account."),
        _(
            "The host must add the record to the account again with its current filing password, or "
            "withdraw this filing."
        ),
    )


def no_consent(filing: Filing) -> Finding | None:
    """Return a finding if a migration is not covered by its offer; None otherwise. Two queries.

    The offer has a last day for submission and names one certificate; the host who made it must still have the record.
    """
    offer = filing.offer
    if offer is None or filing.status not in UNDER_WAY:
        return None
    if filing.judged_on > offer.until:
        return _not_agreed(_("The deadline for submitting this filing has passed."))
    offered_to = reservations.certificate_key(offer.cert_type, offer.cert_number)
    if filing.makes_subject and reservations.subject_key(filing.facts) != offered_to:
        return _not_agreed(
            _("The website was offered for a different certificate from the one in this filing."), CERT_NUMBER
        )
    if OfferEnd.objects.filter(offer=offer).exists() or not ownership.is_own(offer.by_id, offer.website.subject_id):
        return _not_agreed(_("The website's current host no longer agrees to migrate it to you."))
    return None


def _not_agreed(message: str, path: str = "websites.0.domain") -> Finding:
    """Return the finding 1005 for a website of another host that is not offered to this one."""
    fix = _("Ask that host to offer it for the certificate of this filing, or withdraw this filing.")
    return Finding("1005", path, message, fix)


# --- Conflicts with the register --------------------------------------------------------------------------


def _subject_finding(met: SubjectMatch, *, is_own: bool, is_offered: bool) -> Finding:
    where = {"province": met.holder.province, "bureau": met.holder.province.shown_bureau}
    if met.code == "P109":
        message = _("This organisation is already on record in %(province)s under its other certificate.") % where
        fix = _(
            "Add the website under that number using the certificate on record, and change the certificate afterwards."
        )
    elif is_own and is_offered:
        message = _("You now have a filing number. The website must be migrated to it.")
        fix = _("Withdraw this filing and accept the website again from its migration offer.")
    elif is_own:
        message = _("You are already on record with this certificate. Further websites go under the same number.")
        fix = _("Go back to the list of pages and continue as a new website; the website data you typed are kept.")
    else:
        message = (
            _("This certificate is already on record in %(province)s. Each certificate has one filing number.") % where
        )
        fix = (
            _(
                "Find the number with the public query. To add the website under it, contact the provider that "
                "serves it; to cancel an old record, contact %(bureau)s with proof."
            )
            % where
        )
    return Finding(met.code, CERT_NUMBER, message, f"{fix} {_providers(met.holder)}".strip())


def _website_finding(met: WebsiteMatch, *, is_own: bool) -> Finding:
    where = {"province": met.holder.province, "bureau": met.holder.province.shown_bureau}
    name = {"1005": "domain", "1021": "home_url", "1020": "name"}[met.code]
    path, severity = f"websites.{met.asked}.{name}", Severity.BLOCKS
    if met.code == "1020":
        # only a warning: names must differ in some provinces only, by a province rule
        message = _("Another website on record has the same name.")
        fix, severity = _("Consider a more distinctive name."), Severity.WARNS
    elif is_own or met.own:
        message = _("This website is already on record under the same host.")
        fix = _("To use another or an additional provider, file a “new access”; its number stays the same.")
    elif met.code == "1005":
        message = _("This domain is already on record in %(province)s.") % where
        fix = (
            _(
                "If the record belongs to a former owner, contact %(bureau)s with the domain certificate and "
                "your own certificate, and ask for that website to be cancelled."
            )
            % where
        )
    else:
        message = _("This home page is already on record in %(province)s.") % where
        fix = _("Enter the home page address of your own website.")
    providers = _providers(met.holder) if severity == Severity.BLOCKS else ""
    return Finding(met.code, path, message, f"{fix} {providers}".strip(), severity)


def _providers(holder: RecordHolder) -> str:
    if not holder.providers:
        return ""
    return _("Its access providers: %(providers)s.") % {
        "providers": english.joined(provider.name for provider in holder.providers)
    }


def _contact_finding(met: ContactMatch, path: str) -> Finding:
    """Return the finding for another host's contact: a mobile blocks, an e-mail address only warns."""
    severity = Severity.BLOCKS if path.endswith(f".{ContactKind.MOBILE}") else Severity.WARNS
    return Finding(
        met.code,
        path,
        _("%(contact)s is already used by another host in %(province)s.")
        % {"contact": met.masked, "province": met.holder.province},
        _(
            "Enter this person's own contact details; a person responsible for several hosts must use the "
            "same details everywhere."
        ),
        severity,
    )


def _blacklist_finding(entry: BlacklistMatch, path: str) -> Finding:
    message = _("This domain is on the blacklist.") if entry.domain else _("This host is on the blacklist.")
    return Finding(entry.code, path, message, _("Contact the bureau of your province."))


# --- Conflicts with other open filings --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Held:
    """The reservations of this filing and which of them conflict with other open filings.

    ``key`` is its subject's, ``claims`` what it would reserve, ``taken`` those of these keys that other open filings
    have; ``own_subjects``: matching subjects of the register that are this host's own; ``pool``: the provider's IP
    ranges near the filing's addresses.
    """

    key: str
    claims: list[Claim]
    taken: set[str]
    own_subjects: set[int]
    pool: set[str]

    @classmethod
    def by(cls, filing: Filing, left_out: Collection[str], subject_ids: frozenset[int]) -> "_Held":
        """Look up the conflicting keys, the host's own subjects and the provider's IP ranges. One query at most."""
        key = "" if CERTIFICATE & {*left_out} else reservations.subject_key(filing.facts)
        claims = [claim for claim in reservations.claims_of(filing) if claim.path not in left_out]
        asked = [*_taken(filing, key, claims)]
        if ip_pools.asks(filing, left_out):
            asked.append(_as("pool", ip_pools.rows_near(filing, left_out), "span"))
        if subject_ids:
            asked.append(_own_subjects(filing, subject_ids))
        found: dict[str, set[str]] = {"taken": set(), "own": set(), "pool": set()}
        for what, value in asked[0].union(*asked[1:]) if asked else ():
            found[what].add(value)
        return cls(key, claims, found["taken"], set(map(int, found["own"])), found["pool"])


def _taken(filing: Filing, key: str, claims: Sequence[Claim]) -> Iterator[QuerySet[Any, Any]]:
    """Yield queries of those of the keys (the subject's and the claims') that other open filings have."""
    if key:
        units = Filing.objects.filter(status__in=OPEN, subject_digest=key).exclude(pk=filing.pk)
        yield _as("taken", units, "subject_digest")
    if claims:
        held = Reservation.objects.filter(key__in=[claim.key for claim in claims]).exclude(filing=filing.pk)
        yield _as("taken", held.exclude(filing__host=filing.host_id or 0, kind__in=PERSONAL), "key")


def _own_subjects(filing: Filing, subject_ids: frozenset[int]) -> QuerySet[Any, Any]:
    mine = ownership.ever_of_host(filing.host_id or 0).filter(pk__in=subject_ids)
    return _as("own", mine, "pk")


def _as(what: str, rows: QuerySet[Any], column: str) -> QuerySet[Any, Any]:
    """Return the rows as (``what``, column as text), so that several tables fit in one UNION."""
    pairs: QuerySet[Any] = rows.annotate(what=Value(what, CharField()), value=Cast(column, CharField()))
    return pairs.values_list("what", "value")


def _under_way(filing: Filing, held: _Held) -> Iterator[Finding]:
    key, taken = held.key, held.taken
    claims = [claim for claim in held.claims if claim.kind != ReservationKind.RECORD]
    records = {claim.key for claim in held.claims if claim.kind == ReservationKind.RECORD}
    if taken & {key, *records} and not filing.law.is_first:
        yield _interlocked(filing, key)
    elif key in taken:
        unit = digests.of_unit(filing.get("subject.cert_type"), filing.get(CERT_NUMBER))
        yield Finding(
            "P110",
            CERT_NUMBER,
            _("Another filing of this organisation is under way, with this or its other certificate.")
            if unit
            else _("Another filing with this certificate is under way."),
            str(_OTHERS_WAY_OUT),
        )
    domains = {claim.path for claim in claims if claim.key in taken and claim.kind == ReservationKind.DOMAIN}
    for claim in claims:
        is_reported = (
            claim.kind == ReservationKind.HOME_URL and f"{claim.path.removesuffix('home_url')}domain" in domains
        )
        if claim.key in taken and not is_reported:
            yield _held_finding(claim)


def _interlocked(filing: Filing, key: str) -> Finding:
    """Return the finding for another open filing about the same record or subject. Two queries at most."""
    of_record = reservations.about_records(filing.records).exclude(pk=filing.pk)
    of_unit = Filing.objects.filter(status__in=OPEN, subject_digest=key).exclude(pk=filing.pk)
    first = of_record.first() or of_unit.first() or filing
    refusal = reservations.interlock(filing, first)
    return Finding(refusal.code, refusal.path, refusal.message, refusal.way_out)


_OTHERS_WAY_OUT = gettext_lazy(
    "If the other filing is yours, finish or withdraw it first. If it is somebody else's, you can "
    "apply for its release with proof; the bureau hears both sides."
)
PERSONAL = (ReservationKind.MOBILE, ReservationKind.EMAIL)
# reservation → code, severity. Contacts only warn: one person may answer for two hosts.
HELD = {
    ReservationKind.DOMAIN: ("1039", Severity.BLOCKS),
    ReservationKind.HOME_URL: ("1021", Severity.BLOCKS),
    ReservationKind.NAME: ("1020", Severity.WARNS),
    ReservationKind.MOBILE: ("P106", Severity.WARNS),
    ReservationKind.EMAIL: ("P106", Severity.WARNS),
}


def _held_finding(claim: Claim) -> Finding:
    code, severity = HELD[claim.kind]
    words = {
        ReservationKind.DOMAIN: _("Another filing with this domain is under way."),
        ReservationKind.HOME_URL: _("Another filing with this home page is under way."),
        ReservationKind.NAME: _("Another filing under way has the same website name."),
        ReservationKind.MOBILE: _("Another filing under way uses the same mobile number."),
        ReservationKind.EMAIL: _("Another filing under way uses the same e-mail address."),
    }
    if severity == Severity.WARNS:
        fix = _("If it is yours, no action is needed; otherwise enter another one.")
    else:
        fix = str(_OTHERS_WAY_OUT)
    return Finding(code, claim.path, words[claim.kind], fix, severity)


# --- Pictures ---------------------------------------------------------------------------------------------


def _same_pictures(filing: Filing, current: Sequence[Evidence]) -> Iterator[Finding]:
    """Yield a warning for each picture that another host's filing uses too."""
    for alike in pictures.look_alikes(filing, current):
        yield Finding(
            "P103",
            alike.path,
            _("The same picture is used in another host's filing."),
            _(
                "Upload a picture of this filing's own document; if this is the correct one, explain it to the "
                "provider."
            ),
            Severity.WARNS,
        )
