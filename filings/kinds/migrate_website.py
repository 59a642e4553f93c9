"""Migration of a website (网站迁移) from the host that offers it to another one, without cancelling it first.

The new host files; the website gets the new host's next number and the old number becomes void. The new host may come
on record by this filing. Requirements follow the access providers' practice, there is no official code for it
(华为云备案文档“迁移备案”): the province allows it, the new host is a unit, not an APP, and neither host has another
open filing.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import facts
from filings.kinds import entries, standing
from filings.kinds.spec import (
    ALL_BLOCKS,
    WHOLE,
    About,
    Approval,
    FilingOfKind,
    Kind,
    Law,
    Numbers,
    Occasion,
    RecordLink,
    Refusal,
    RegisterWrite,
)
from ministry.models import Access, Subject, Website
from ministry.reference import code_tables
from ministry.reference.topics import Demand, Topic
from ministry.register import shells, writer
from ministry.rules.rules import rules_on

DOMAIN, PROVINCE, NATURE = "websites.0.domain", "subject.province", "subject.nature"


def apply(filing: FilingOfKind, approval: Approval) -> Subject:
    """Migrate the website to the new subject, created if needed; raise RegisterConflict (1003, 1049, 1050)."""
    on, outside = approval.on, approval.outside
    subject_id = filing.about_subject_id
    if subject_id is None:
        number = replace(outside, sequences=()) if outside else None
        subject_id = writer.enter_subject(entries.of_subject(filing), on, outside=number).pk
    served = (entries.of_website(filing), entries.of_access(filing))
    return writer.migrate_website(filing.about_website_id or 0, subject_id, served, on, outside=outside).subject


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals unless website and both subjects are in force and not suspended and the migration is allowed.

    The province must allow it and the provider serve the website. Four queries at most.
    """
    served = Exists(Access.objects.filter(website=OuterRef("pk"), provider=filing.provider_id, live=True))
    rows = Website.objects.annotate(served=served).select_related("subject")
    website = rows.get(pk=filing.about_website_id or 0)
    stopped = list(may_leave(website, filing.judged_on))
    yield from stopped
    if not stopped and not website.served:
        yield standing.not_served("1048")
    if facts.nature(filing.facts) == code_tables.PERSON:
        yield Refusal(
            "P113",
            _("A website can't be migrated to an individual."),
            _("Have the website cancelled, then file it again."),
            NATURE,
        )
    province = facts.read(filing.facts, PROVINCE)
    if province and province != website.subject.province:
        yield of_another_province()
    if filing.about_subject_id == website.subject_id:
        yield _not_provided_for(_("The website is on record under this host already."), _("No filing is needed."))
    if filing.about_subject_id:
        yield from _may_take(Subject.objects.get(pk=filing.about_subject_id))


def of_another_province() -> Refusal:
    """Return the refusal 1046: a website can't be migrated to another province."""
    return Refusal(
        "1046",
        _("The website is on record in another province. Websites can't be migrated between provinces."),
        _("Have the website cancelled there, then file it again in the other province."),
        PROVINCE,
    )


def may_leave(website: Website, on: date) -> Iterator[Refusal]:
    """Yield reasons why a website, loaded with its subject, can't be given away. Two queries."""
    if not website.live or not website.subject.live:
        yield from standing.website(standing.Standing(subject=website.subject.live, website=website.live))
        return
    if website.suspended_on or website.subject.suspended_on:
        yield from standing.not_suspended(standing.Standing(suspended=True))
    rule = rules_on(website.subject.province, on).one(
        Topic.MIGRATION, individual=website.subject.nature == code_tables.PERSON, nature=website.subject.nature
    )
    if rule is None or rule.demand != Demand.MAY_MIGRATE:
        yield _not_provided_for(
            _("No public rule of this province allows websites to be migrated to another host."),
            _("Ask the bureau. If it is not possible, have the website cancelled; its new host then files it again."),
        )
    if not website.is_website:
        yield _not_provided_for(
            _("Only websites can be migrated."), _("Have this service cancelled; its new host then files it again.")
        )
    if shells.is_shell(website.subject_id, website.pk):
        yield _not_provided_for(
            _("It has no access provider, but a migration goes through the access provider."),
            _("File a new access first."),
        )
    if website.further_domains:
        yield _not_provided_for(
            _("It has several domains, but a website can now have only one."),
            _("First give up the other domains by changing the website."),
        )


def _not_provided_for(message: str, way_out: str) -> Refusal:
    """Return a refusal with this portal's own code P113."""
    return Refusal("P113", message, way_out, DOMAIN)


def _may_take(subject: Subject) -> Iterator[Refusal]:
    now = standing.Standing(subject=subject.live, suspended=subject.suspended_on is not None)
    yield from standing.subject(now)
    yield from standing.not_suspended(now)


LAW = Law(
    kind=Kind.MIGRATE_WEBSITE,
    about=About.OFFERED,
    removes=About.WEBSITE,
    operation="",
    parts=WHOLE,
    open=("websites.*",),
    fixed=("websites.*.service", "websites.*.domain", "websites.*.ip_only"),
    numbers=Numbers.ISSUED,
    apply=apply,
    writes=frozenset({RegisterWrite.NEW_HOST, RegisterWrite.NEW_WEBSITES}),
    refuse=refuse,
    effect=gettext_lazy(
        "The website moves to you and gets a number of yours; its old number becomes void. It stays "
        "available meanwhile. The domain must already be registered in your name."
    ),
    blocks=ALL_BLOCKS,
    notifies_providers=True,
    links=(
        RecordLink(
            About.WEBSITE,
            gettext_lazy("Migrate the website to another host"),
            Occasion(
                gettext_lazy("Sold or given to somebody else?"),
                gettext_lazy(
                    "Where the province allows it, a website can be migrated to another organisation without being "
                    "cancelled. It gets a number of that organisation."
                ),
            ),
            only_websites=True,
        ),
    ),
)
