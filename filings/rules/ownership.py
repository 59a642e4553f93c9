"""Find the records that belong to a host, and build the initial facts of a filing about one of them."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q, QuerySet
from django.utils import timezone

from filings import facts, fields, kinds
from filings.facts import Facts
from filings.kinds import About, Law, Numbers, ProviderChoice, standing
from filings.models import Adoption, Filing
from filings.states import Status
from ministry.models import Access, Subject, Website
from ministry.register import history
from ministry.register.history import AccessAsOf, SubjectAsOf, WebsiteAsOf

if TYPE_CHECKING:
    from providers.models import Provider
    from providers.models.provider import ProviderQuerySet


def makers() -> QuerySet[Filing]:
    """Return the approved filings that created subjects: first filings, and migrations to a host not yet on record."""
    return Filing.objects.filter(status=Status.FILED, about_subject=None)


def made_by(user_id: int) -> QuerySet[Subject]:
    """Return the subjects created by the host's own filings, including cancelled ones."""
    return Subject.objects.filter(pk__in=makers().filter(host=user_id).values("subject"))


def ever_of_host(user_id: int) -> QuerySet[Subject]:
    """Return the subjects of ``made_by`` and those that the host has adopted into its account.

    Later filings about an adopted subject don't make it the host's own permanently.
    """
    filed = makers().filter(host=user_id)
    adopted = Adoption.objects.in_force().filter(host=user_id)
    return Subject.objects.filter(Q(pk__in=filed.values("subject")) | Q(pk__in=adopted.values("subject")))


def hosts_of(subject_id: int) -> set[int]:
    """Return the users to whom the record belongs, or belonged until it was cancelled. Two queries."""
    made = makers().filter(subject=subject_id, host__isnull=False)
    adopted = Adoption.objects.until_cancelled().filter(subject=subject_id)
    return {*made.values_list("host_id", flat=True), *adopted.values_list("host_id", flat=True)}


def of_host(user_id: int) -> QuerySet[Subject]:
    """Return the subjects of ``ever_of_host`` that are in force."""
    return ever_of_host(user_id).filter(live=True)


def is_own(user_id: int, subject_id: int) -> bool:
    """Return whether the record is this host's."""
    return of_host(user_id).filter(pk=subject_id).exists()


def providers(
    law: Law, subject_id: int | None = None, website_id: int | None = None, access_id: int | None = None
) -> "ProviderQuerySet":
    """Return the providers allowed for such a filing: those that serve the record, or those that take new filings."""
    rows = all_providers().order_by("name")
    serving = Access.objects.filter(live=True, website__live=True, website__subject=subject_id)
    if website_id:
        serving = serving.filter(website=website_id)
    if access_id:
        serving = serving.filter(pk=access_id)
    if law.about == About.OFFERED:
        serving = Access.objects.filter(live=True, website__live=True, website=website_id)
    match law.providers:
        case ProviderChoice.LISTED:
            return rows.listed()
        case ProviderChoice.NOT_SERVING:
            return rows.listed().exclude(pk__in=serving.values("provider"))
        case ProviderChoice.ENTITLED:
            serving = standing.serving(subject_id, website_id)
    return rows.filter(pk__in=serving.values("provider"))


def provider_names(provider_ids: Iterable[int]) -> dict[int, str]:
    """Return the providers' names by key. One query."""
    return dict(all_providers().filter(pk__in=set(provider_ids)).values_list("pk", "name"))


def closed_providers() -> list[int]:
    """Return the primary keys of the providers that have closed. One query."""
    return list(all_providers().filter(is_active=False).order_by("pk").values_list("pk", flat=True))


def all_providers() -> "ProviderQuerySet":
    """Return all providers: their table is another app's, above this one, so it is reached by the foreign key."""
    model = cast("type[Provider]", Filing._meta.get_field("provider").related_model)
    return model.objects.all()


def usual_provider(subject_id: int) -> int | None:
    """Return the provider of the subject's newest live access, to be offered first."""
    rows = Access.objects.filter(live=True, website__live=True, website__subject=subject_id).order_by("-pk")
    return rows.values_list("provider_id", flat=True).first()


def websites_of(filing: Filing) -> list[Website]:
    """Return the websites that an approved filing has added, changed or cancelled, with their subject. One query."""
    rows = Website.objects.filter(subject=filing.subject_id or filing.about_subject_id or 0)
    if filing.law.numbers == Numbers.ISSUED:
        rows = rows.filter(sequence__in=filing.sequences, live=True)
    elif filing.about_website_id:
        rows = rows.filter(pk=filing.about_website_id)
    elif filing.law.cancels and filing.decided_at:
        rows = rows.filter(cancelled_on=timezone.localdate(filing.decided_at))
    elif filing.law.cancels:
        rows = rows.filter(live=True)
    else:
        return []
    return list(rows.select_related("subject").order_by("sequence"))


def is_about(filing: Filing, website: Website | None) -> bool:
    """Return whether something about the subject (no website), or about this website, concerns the filing. No query.

    A subject's websites may stem from filings of several accounts and providers, which must not see each other's.
    """
    if website is None or filing.about_website_id == website.pk:
        return True
    return website.subject_id == filing.subject_id and website.sequence in filing.sequences


def now(subject_id: int) -> SubjectAsOf | None:
    """Return a subject as it is in the register today."""
    return history.as_of(subject_id, timezone.localdate())


def has_moved_on(filing: Filing) -> bool:
    """Return whether data that a change can edit have changed in the register since the draft was started."""
    if not filing.law.changes or (record := now(filing.about_subject_id or 0)) is None:
        return False
    site = next((one for one in record.websites if one.website_id == filing.about_website_id), None)
    access = next((one for one in site.accesses if one.access_id == filing.about_access_id), None) if site else None
    if (filing.about_website_id and site is None) or (filing.about_access_id and access is None):
        return False  # refused elsewhere, because it has ended
    fresh = initial_facts(filing.law, record, site, access)["record"]
    return any(map(filing.law.opens, facts.changed_paths(facts.record(filing.facts), fresh)))


def initial_facts(
    law: Law, record: SubjectAsOf, website: WebsiteAsOf | None = None, access: AccessAsOf | None = None
) -> Facts:
    """Return the initial facts of a filing about this record, with what the register holds now as ``record``."""
    known: Facts = {**_host(record.facts), "websites": []}
    if website is not None:
        known["websites"] = [_website(website, access, known["responsible"])]
    if not law.names_websites:
        known["websites"] = []
    _say_what_is_known(law, known)
    begun = deepcopy(known)
    if law.adds_website:
        begun["websites"] = [facts.blank_website()]
    return {"kind": str(law.kind), "record": known, **begun}


# Facts of an offered website that are passed on to the new host, which gives responsible person, access and approvals
# itself.
PASSED_ON = ("service", "name", "domain", "registrar", "ip_only", "home_url", "services", "languages")


def initial_facts_of_migration(law: Law, record: SubjectAsOf | None, website: WebsiteAsOf, taker: Facts) -> Facts:
    """Return the initial facts of a migration: the new host as on record, or else as named in the offer."""
    passed_on = {name: value for name, value in deepcopy(website.facts).items() if name in PASSED_ON}
    known: Facts = {**(_host(record.facts) if record else {}), "websites": [passed_on]}
    _say_what_is_known(law, known)
    begun = {**facts.blank(), "subject": taker, **deepcopy(known)}
    begun["websites"] = [{**facts.blank_website(), **website} for website in begun["websites"]]
    return {"kind": str(law.kind), "record": known, **begun}


def _say_what_is_known(law: Law, known: Facts) -> None:
    """Set missing optional facts to empty, and remove empty needed ones, so that the form asks for them.

    Older rows of the register have less than the form needs.
    """
    values = {**known, "kind": str(law.kind), "record": known}
    for path, section, field in fields.each(values):
        parent, _dot, name = path.rpartition(".")
        facts_there = facts.read(known, parent)
        if not isinstance(facts_there, dict) or facts_there.get(name):
            continue
        if fields.is_needed(section, field, values):
            facts_there.pop(name, None)
        else:
            facts_there[name] = ""


def _host(known: Mapping[str, Any]) -> Facts:
    return {part: dict(known.get(part) or {}) for part in ("subject", "responsible")}


def _website(website: WebsiteAsOf, access: AccessAsOf | None, responsible: Facts) -> Facts:
    """Return the facts of a website; a responsible person identical to the host's becomes ``{"same": True}``.

    What was not filled in for the website, as in older records, is no difference.
    """
    known = {**facts.blank_website(), **deepcopy(website.facts)}
    known["access"] = {name: value for name, value in (access.facts if access else {}).items() if name != "provider_id"}
    person = {name: value for name, value in known["responsible"].items() if value}
    if person and kinds.identity(person) == kinds.identity(responsible) and person.items() <= responsible.items():
        known["responsible"] = {"same": True}
    return known
