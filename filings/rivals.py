"""Others who were first: records of the register and filings under way that stand against this one."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from filings import facts, holds
from filings.findings import Finding
from filings.models import Filing, Hold, HoldKind
from filings.states import OPEN
from ministry import query


def findings(filing: Filing, spoilt: set[str]) -> Iterator[Finding]:
    """The conflicts of the filing; values that are malformed themselves (``spoilt``) are not looked up."""
    if not spoilt & {"subject.cert_type", "subject.cert_number"}:
        yield from _subject_conflicts(filing)
    yield from _domain_conflicts(filing, spoilt)


def _subject_conflicts(filing: Filing) -> Iterator[Finding]:
    path = "subject.cert_number"
    if subject := query.subject_of_certificate(filing.get("subject.cert_type"), filing.get(path)):
        yield Finding(
            "1003",
            path,
            _("This certificate is on record already, in %(province)s. One certificate has one filing number.")
            % {"province": subject.number.province.name},
            _("Add the website under that number, or turn to %(bureau)s to cancel the old record.")
            % {"bureau": subject.number.province.bureau},
        )
    rivals = Filing.objects.filter(status__in=OPEN, subject_digest=holds.subject_key(filing.facts))
    if rivals.exclude(pk=filing.pk).exists():
        yield Finding(
            "1017",
            path,
            _("Another filing with this certificate is under way."),
            _("Finish or withdraw the other filing first."),
        )


def _domain_conflicts(filing: Filing, spoilt: set[str]) -> Iterator[Finding]:
    taken = _held_elsewhere(filing)
    for claim in holds.claims(filing.facts):
        if claim.path in spoilt or claim.kind != HoldKind.DOMAIN:
            continue
        if website := query.website_of_domain(facts.read(filing.facts, claim.path)):
            province = website.number.province
            yield Finding(
                "1005",
                claim.path,
                _("This domain is on record already, in %(province)s.") % {"province": province.name},
                _("If the record is a former owner's, turn to %(bureau)s with proof that the domain is yours.")
                % {"bureau": province.bureau},
            )
        if claim.key in taken:
            yield Finding(
                "1005",
                claim.path,
                _("Another filing with this domain is under way."),
                _("Finish or withdraw the other filing first."),
            )


def _held_elsewhere(filing: Filing) -> dict[str, Any]:
    keys = [claim.key for claim in holds.claims(filing.facts)]
    return dict(Hold.objects.filter(key__in=keys).exclude(filing=filing).values_list("key", "filing_id"))
