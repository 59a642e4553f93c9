"""Check the register rows a filing is about: in force, not suspended, served by the filing's provider."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, When
from django.utils.translation import gettext as _

from filings import facts
from filings.kinds.spec import FilingOfKind, Refusal
from ministry.models import Access, ProvinceRule, Subject, Website
from ministry.reference.topics import Demand, RuleSeverity, Topic
from ministry.register import shells
from ministry.rules import english
from ministry.rules.rules import RuleBook, rules_as_column, rules_of_column


@dataclass(frozen=True, slots=True)
class Standing:
    """The current status in the register of what a filing is about.

    ``subject``, ``website``: whether it is in force; ``has_website``: whether any of its websites is.
    ``access``: whether the access is in force, None if the filing names none; ``access_provider``: its provider.
    ``serves_it``: the filing's provider serves the website; ``serves``: any of the websites; ``may_end``: it may cancel
    them; ``is_only``: the website has no other access; ``suspended``: the bureau has suspended the subject or website,
    ``any_suspended``: the subject or any live website concerned; ``rules``: the province's rules about such filings.
    """

    subject: bool = False
    website: bool = False
    has_website: bool = False
    access: bool | None = None
    access_provider: int | None = None
    serves_it: bool = False
    serves: bool = False
    may_end: bool = False
    is_only: bool = True
    suspended: bool = False
    any_suspended: bool = False
    rules: RuleBook | None = None

    def rule(self, filing: FilingOfKind, topic: Topic) -> ProvinceRule | None:
        """Return the province's rule of one of ``TOPICS`` for such a host on ``judged_on``; None if there is none."""
        if self.rules is None:
            return None
        individual, nature = facts.is_individual(filing.facts), facts.nature(filing.facts)
        return self.rules.one(topic, individual=individual, nature=nature)


# Topics of province rules about kinds of filings, independent of their values.
TOPICS = (Topic.CHANGES, Topic.SHELLS, Topic.ONE_CHANGE)


def current(filing: FilingOfKind) -> Standing:
    """Return the current standing of what the filing is about. One query."""
    websites = Website.objects.filter(live=True, subject=OuterRef("pk"))
    if filing.about_website_id:
        websites = websites.filter(pk=filing.about_website_id)
    accesses = Access.objects.filter(website__subject=OuterRef("pk"))
    of_it = accesses.filter(website=filing.about_website_id) if filing.about_website_id else accesses
    now = of_it.filter(live=True)
    mine = {"provider": filing.provider_id}
    named = Access.objects.filter(pk=filing.about_access_id or 0)
    of_website = Access.objects.filter(website=filing.about_website_id or 0, live=True)
    columns = {
        "website": Exists(Website.objects.filter(pk=filing.about_website_id or 0, live=True)),
        "has_website": shells.has_website(),
        "access": Subquery(named.values("live")),
        "access_provider": Subquery(named.values("provider")),
        "serves_it": Exists(of_website.filter(**mine)),
        "serves": Exists(now.filter(**mine)),
        "may_end": Case(When(Exists(now), then=Exists(now.filter(**mine))), default=Exists(accesses.filter(**mine))),
        "suspended": Exists(Subject.objects.filter(pk=OuterRef("pk"), suspended_on__isnull=False))
        | Exists(Website.objects.filter(pk=filing.about_website_id or 0, suspended_on__isnull=False)),
        "any_suspended": Exists(Subject.objects.filter(pk=OuterRef("pk"), suspended_on__isnull=False))
        | Exists(websites.filter(suspended_on__isnull=False)),
        "is_only": ~Exists(of_website.exclude(pk=filing.about_access_id or 0)),
    }
    where = (str(facts.read(filing.facts, "subject.province")), filing.judged_on)
    columns["rules"] = rules_as_column(*where, TOPICS)
    row = Subject.objects.filter(pk=filing.about_subject_id or 0).annotate(**columns).values("live", *columns).first()
    return Standing(row.pop("live"), **row | {"rules": rules_of_column(*where, row["rules"])}) if row else Standing()


def subject(now: Standing) -> Iterator[Refusal]:
    """Yield 1049 for a subject that has been cancelled."""
    if not now.subject:
        yield Refusal(
            "1049",
            _("This record has already been cancelled; its number is void."),
            _("To have a website again, make a first-time filing; you get a new number."),
        )


def not_suspended(now: Standing) -> Iterator[Refusal]:
    """Yield P112, a code of this portal, if the bureau has suspended the record."""
    if now.suspended:
        yield Refusal("P112", _("The bureau has suspended this record."), _("Contact the bureau first."))


def not_evading_suspension(now: Standing, path: str = "") -> Iterator[Refusal]:
    """Yield P112 for cancelling a suspended record, or giving up a domain of it (``path``).

    Filed anew, it would be free of the suspension. No public source says what happens to such a record, so only the
    bureau can cancel it.
    """
    if now.any_suspended:
        if path:
            message = _("The bureau has suspended this website; its domains can't be given up meanwhile.")
        else:
            message = _("The bureau has suspended this record or one of its websites; it can't be cancelled meanwhile.")
        way_out = _("Contact the bureau: it ends the suspension or cancels the record itself.")
        yield Refusal("P112", message, way_out, path or "subject.cert_number", in_form=bool(path))


def website(now: Standing) -> Iterator[Refusal]:
    """Yield 1049 or 1050 for a website that has been cancelled, with its subject or alone."""
    gone = list(subject(now))
    yield from gone
    if not gone and not now.website:
        yield Refusal(
            "1050",
            _("This record has already been cancelled; its number is void."),
            _("File it again under your number; it gets the next one."),
            "websites.0.domain",
        )


def access(now: Standing, filing: FilingOfKind, *, ended: str, foreign: str) -> Iterator[Refusal]:
    """Yield refusals of the website, and the given codes for an access that has ended or is another provider's."""
    gone = list(website(now))
    yield from gone
    if gone or now.access is None:
        return
    if not now.access:
        yield Refusal(
            ended,
            _("This access has already ended."),
            _("No filing is needed. If it moves back, file a new access."),
            "websites.0.domain",
        )
    elif now.access_provider != filing.provider_id:
        yield not_served(foreign)


def served(now: Standing) -> Iterator[Refusal]:
    """Yield 1048 if the filing's provider serves none of the websites concerned."""
    if not now.serves:
        yield not_served("1048")


def may_end(now: Standing) -> Iterator[Refusal]:
    """Yield 1048 as ``served`` does; if nobody serves the websites any more, a former provider may cancel them."""
    if not now.may_end:
        yield not_served("1048")


def serving(subject_id: int | None, website_id: int | None) -> QuerySet[Access]:
    """Return the accesses of the providers that may cancel the website or the whole subject."""
    rows = Access.objects.filter(website__subject=subject_id)
    of_it = rows.filter(website=website_id) if website_id else rows
    now = of_it.filter(live=True)
    return now if now.exists() else rows


def within_limit(now: Standing, filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield 1051 if the provider has reached the province's limit of changes of the record.

    One query where the province has such a rule.
    """
    rule = now.rule(filing, Topic.CHANGES)
    if rule is None or filing.changes_received(rule.valid_from, rule.valid_to) < (rule.amount or 0):
        return
    yield Refusal(
        "1051",
        _("Too many changes: your province accepts %(most)d for one record through one provider since %(day)s.")
        % {"most": rule.amount, "day": rule.valid_from},
        _("Another provider that serves you can file it. If there is none, contact the bureau of your province."),
        blocks=rule.severity == RuleSeverity.BLOCKS,
    )


def asked_together(now: Standing, filing: FilingOfKind, path: str, demands: Collection[Demand]) -> Iterator[Refusal]:
    """Yield P402 where the province asks for such a change of host or website only together with the other's."""
    rule = now.rule(filing, Topic.ONE_CHANGE)
    if rule is not None and rule.demand in demands:
        yield Refusal(
            "P402",
            _("Your province asks for this change as one filing about the site host and a website."),
            english.rule_text(rule.advice)
            or _("Withdraw this filing and start “change of the site host and a website” from the record."),
            path,
            blocks=rule.severity == RuleSeverity.BLOCKS,
        )


def changed(filing: FilingOfKind, path: str) -> Iterator[Refusal]:
    """Yield 1999 for a change filing without any change."""
    if not facts.changed_paths(facts.record(filing.facts), {**filing.facts, "record": {}}):
        yield Refusal(
            "1999",
            _("Nothing differs from the record yet."),
            _("Change what is no longer correct, or withdraw this filing."),
            path,
            in_form=True,
        )


def not_served(code: str) -> Refusal:
    """Return the refusal that the provider does not serve the record (1047 to cancel its access, else 1048)."""
    return Refusal(
        code,
        _("This access provider does not serve it and can't do this."),
        _("Use a provider that serves it; your record lists them. If there is none, contact the bureau."),
        "websites.0.domain",
    )
