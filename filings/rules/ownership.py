"""The records of the register that are a host's own, and the paper with which a filing about one of them begins."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

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


def makers() -> QuerySet[Filing]:
    """The approved filings by which subjects came on record: first ones, and migrations to a host that was not yet."""
    return Filing.objects.filter(status=Status.FILED, about_subject=None)


def made_by(user_id: int) -> QuerySet[Subject]:
    """Return the subjects that the host's own filings have made, those that were cancelled among them."""
    return Subject.objects.filter(pk__in=makers().filter(host=user_id).values("subject"))


def ever_of_host(user_id: int) -> QuerySet[Subject]:
    """Those, and the subjects that the host has taken into its account. What it has filed since about one of these
    makes it none of its own for good.
    """
    filed = makers().filter(host=user_id)
    adopted = Adoption.objects.in_force().filter(host=user_id)
    return Subject.objects.filter(Q(pk__in=filed.values("subject")) | Q(pk__in=adopted.values("subject")))


def hosts_of(subject_id: int) -> set[int]:
    """Return whose own the record is, or was until it was cancelled. Two queries."""
    made = makers().filter(subject=subject_id, host__isnull=False)
    adopted = Adoption.objects.until_cancelled().filter(subject=subject_id)
    return {*made.values_list("host_id", flat=True), *adopted.values_list("host_id", flat=True)}


def of_host(user_id: int) -> QuerySet[Subject]:
    """Return those of them that are in force."""
    return ever_of_host(user_id).filter(live=True)


def is_own(user_id: int, subject_id: int) -> bool:
    """Return whether the record is this host's."""
    return of_host(user_id).filter(pk=subject_id).exists()


def providers(
    law: Law, subject_id: int | None = None, website_id: int | None = None, access_id: int | None = None
) -> Any:
    """Return the providers with which such a filing may be made: who serves the record, or whoever takes new filings.

    A query set of the providers' own model, reached by the filing's foreign key.
    """
    rows: Any = Filing._meta.get_field("provider").related_model
    rows = rows._default_manager.order_by("name")
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
    rows: Any = Filing._meta.get_field("provider").related_model
    return dict(rows._default_manager.filter(pk__in=set(provider_ids)).values_list("pk", "name"))


def usual_provider(subject_id: int) -> int | None:
    """Return the provider that came to the subject last, as the one to be offered first."""
    rows = Access.objects.filter(live=True, website__live=True, website__subject=subject_id).order_by("-pk")
    return rows.values_list("provider_id", flat=True).first()


def websites_of(filing: Filing) -> list[Website]:
    """Return the websites that an approved filing has brought, changed or ended, with their subject. One query."""
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
    """Return whether something about the subject, or about this website of it, concerns the filing too. No query.

    A subject's websites may stem from filings of several accounts and providers; what happens to one is not the
    others' affair.
    """
    if website is None or filing.about_website_id == website.pk:
        return True
    return website.subject_id == filing.subject_id and website.sequence in filing.sequences


def now(subject_id: int) -> SubjectAsOf | None:
    """Return what the register says of a subject today."""
    return history.as_of(subject_id, timezone.localdate())


def has_moved_on(filing: Filing) -> bool:
    """Return whether the register says something else of what a change is about than when its paper was begun."""
    if not filing.law.changes or (said := now(filing.about_subject_id or 0)) is None:
        return False
    site = next((one for one in said.websites if one.website_id == filing.about_website_id), None)
    access = next((one for one in site.accesses if one.access_id == filing.about_access_id), None) if site else None
    if (filing.about_website_id and site is None) or (filing.about_access_id and access is None):
        return False  # the law refuses what has ended
    fresh = paper(filing.law, said, site, access)["record"]
    return any(map(filing.law.opens, facts.changed_paths(facts.record(filing.facts), fresh)))


def paper(law: Law, record: SubjectAsOf, website: WebsiteAsOf | None = None, access: AccessAsOf | None = None) -> Facts:
    """Return the facts with which a filing about this record begins, headed by what the register says of it now."""
    said: Facts = {**_host(record.facts), "websites": []}
    if website is not None:
        said["websites"] = [_website(website, access, said["responsible"])]
    if not law.names_websites:
        said["websites"] = []
    _say_what_is_known({**said, "kind": str(law.kind)})
    begun = deepcopy(said)
    if law.adds_website:
        begun["websites"] = [facts.blank_website()]
    return {"kind": str(law.kind), "record": said, **begun}


# What the taking host is told of a website that is offered: what it is, and not who answers for it, where it lies or
# what approves it. All that is the new host's own to say.
PASSED_ON = ("service", "name", "domain", "ip_only", "home_url", "services", "languages")


def paper_of_migration(law: Law, record: SubjectAsOf | None, website: WebsiteAsOf, taker: Facts) -> Facts:
    """The facts with which a migration begins: the taking host as it is on record, or else as it is offered to."""
    passed_on = {name: value for name, value in deepcopy(website.facts).items() if name in PASSED_ON}
    said: Facts = {**(_host(record.facts) if record else {}), "websites": [passed_on]}
    _say_what_is_known({**said, "kind": str(law.kind)})
    begun = {**facts.blank(), "subject": taker, **deepcopy(said)}
    begun["websites"] = [{**facts.blank_website(), **website} for website in begun["websites"]]
    return {"kind": str(law.kind), "record": said, **begun}


def _say_what_is_known(said: Facts) -> None:
    """An optional fact nobody gave is known to be none; a needed one the register lacks is not known, so it is asked.

    Registers remember more than they did; of older rows they know less than the form asks for.
    """
    for path, section, field in fields.each(said):
        parent, _dot, name = path.rpartition(".")
        facts_there = facts.read(said, parent)
        if not isinstance(facts_there, dict) or facts_there.get(name):
            continue
        if fields.is_needed(section, field, said):
            facts_there.pop(name, None)
        else:
            facts_there[name] = ""


def _host(known: Mapping[str, Any]) -> Facts:
    return {part: dict(known.get(part) or {}) for part in ("subject", "responsible")}


def _website(website: WebsiteAsOf, access: AccessAsOf | None, responsible: Facts) -> Facts:
    """A website as a paper names it; who is the host's own responsible person in every fact is only said to be."""
    said = {**facts.blank_website(), **deepcopy(website.facts)}
    said["access"] = {name: value for name, value in (access.facts if access else {}).items() if name != "provider_id"}
    person = said["responsible"]
    if person and kinds.identity(person) == kinds.identity(responsible) and person.items() <= responsible.items():
        said["responsible"] = {"same": True}
    return said
