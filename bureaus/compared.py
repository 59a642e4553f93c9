"""Comparison of a filing with the register and the provider's IP pool, line by line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.components import SummaryRow
from filings import facts
from filings.fields.findings import Finding
from filings.models import Filing
from ministry.reference import code_tables, domains, english

# codes → what was looked for
LOOKED_FOR: tuple[tuple[tuple[str, ...], Promise], ...] = (
    (("1003",), gettext_lazy("The same certificate in all provinces")),
    (("P109",), gettext_lazy("The same organisation under its other certificate")),
    (("1017", "P110"), gettext_lazy("Other filings of the subject under way")),
    (("1005", "1039", "1021"), gettext_lazy("Domains and home pages")),
    (("1020",), gettext_lazy("Website names")),
    (("P106",), gettext_lazy("Telephones and e-mails of other subjects")),
    (("1064", "1065"), gettext_lazy("Blacklist")),
)
OUTSIDE_POOL = "1063"


def asked(filing: Filing) -> list[SummaryRow]:
    """Return what the filing asks for, in a few lines."""
    count = facts.count(filing.facts)
    approvals = [
        code_tables.name_of(code_tables.PRIOR_APPROVALS, approval)
        for website in filing.facts["websites"]
        for approval in website.get("approvals") or ()
    ]
    return [
        SummaryRow(_("Request"), capfirst(filing.get_kind_display())),
        SummaryRow(_("Websites"), count),
        SummaryRow(_("Prior approvals"), english.joined(dict.fromkeys(approvals)) or capfirst(_("none"))),
    ]


@dataclass(slots=True)
class Comparison:
    """Lines of a comparison: those with something to look at, and those with nothing."""

    met: list[SummaryRow] = field(default_factory=list)
    clear: list[SummaryRow] = field(default_factory=list)

    def add(self, label: Promise | str, value: str, *, is_clear: bool) -> None:
        """Add a line."""
        (self.clear if is_clear else self.met).append(SummaryRow(label, value))


def against_register(found: Iterable[Finding]) -> Comparison:
    """Return the conflicts with the register and with open filings, line by line."""
    met, lines = list(found), Comparison()
    for looked_for, label in LOOKED_FOR:
        messages = " ".join(dict.fromkeys(finding.message for finding in met if finding.code in looked_for))
        lines.add(label, messages or capfirst(_("nothing on record")), is_clear=not messages)
    return lines


def against_pool(filing: Filing, found: Sequence[Finding], *, has_pool: bool) -> Comparison:
    """Return the addresses of each website, and whether they are the provider's own."""
    outside = {finding.path: finding.message for finding in found if finding.code == OUTSIDE_POOL}
    lines = Comparison()
    for path, label, value in _addresses(filing, outside, has_pool=has_pool):
        lines.add(label, value, is_clear=has_pool and path not in outside)
    return lines


def _addresses(filing: Filing, outside: dict[str, str], *, has_pool: bool) -> Iterator[tuple[str, str, str]]:
    for number in range(facts.count(filing.facts)):
        path = f"websites.{number}.access.ip_ranges"
        ranges = english.joined(str(facts.read(filing.facts, path) or "").split())
        name = {"provider": filing.provider.name}
        if not has_pool:
            verdict = _("%(provider)s has entered no addresses") % name
        elif path in outside:
            verdict = outside[path]
        else:
            verdict = _("in the pool of %(provider)s") % name
        known = facts.known_by(filing.facts, number)
        yield path, domains.display_domain(known), f"{ranges} · {verdict}" if ranges else "—"
