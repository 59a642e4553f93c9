"""Change of a website (变更网站): name, home page, contents, responsible person; number and domain stay.

An old website with several domains may give up some of them, but can't add any.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from filings import facts
from filings.kinds import entries, standing
from filings.kinds.spec import (
    CHANGE_NOTICE,
    WEBSITE,
    WEBSITES,
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
    Wanted,
)
from ministry.models import Subject
from ministry.reference.topics import Demand
from ministry.register import writer

KEPT_DOMAINS = "websites.0.kept_domains"
TOGETHER = frozenset({Demand.EVERY_CHANGE})


def apply(filing: FilingOfKind, approval: Approval) -> Subject:
    """Write the new facts of the website to the register; raise RegisterConflict (1049, 1050)."""
    return writer.change_website(filing.about_website_id or 0, entries.of_website(filing), approval.on).subject


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals unless the website is in force, served by the provider, changed, and within the limit of changes.

    A suspended website can't give up a domain.
    """
    now = standing.look(filing)
    yield from standing_of(now, filing)
    yield from standing.asked_together(now, filing, "websites.0.name", TOGETHER)
    yield from standing.within_limit(now, filing)
    yield from standing.changed(filing, "websites.0.name")


def standing_of(now: standing.Standing, filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals unless the website is in force and served, and gives up no domain while it is suspended."""
    gone = list(standing.website(now))
    yield from gone or standing.served(now)
    if set(facts.kept_domains(filing.facts)) - set(facts.read(filing.facts, KEPT_DOMAINS).split()):
        yield from standing.not_evading_suspension(now, KEPT_DOMAINS)


DATA_CHANGED = Occasion(gettext_lazy("Has its name, its contents or its responsible person changed?"), CHANGE_NOTICE)
LAW = Law(
    kind=Kind.CHANGE_WEBSITE,
    about=About.WEBSITE,
    name_of_service=gettext_lazy("change of the %(service)s"),
    code_holders=frozenset({WEBSITES}),
    operation="BGBA",
    parts=WEBSITE,
    open=("websites.*",),
    fixed=("websites.*.service", "websites.*.domain", "websites.*.ip_only"),
    numbers=Numbers.KEPT,
    apply=apply,
    writes=frozenset({RegisterWrite.WEBSITE}),
    refuse=refuse,
    effect=gettext_lazy("Changes the filing data of the %(service)s. Its number stays the same."),
    effect_on_domains=gettext_lazy(
        "The domain stays the same. If there are several, you can give up some; they can then be filed again."
    ),
    papers=Wanted.CHANGED,
    photo=Wanted.CHANGED,
    blocks=frozenset({"contact", "website", "papers"}),
    told=True,
    together=TOGETHER,
    links=(RecordLink(About.WEBSITE, gettext_lazy("Change the %(service)s"), DATA_CHANGED),),
)
