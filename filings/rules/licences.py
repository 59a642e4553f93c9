"""Compare the host's province with those of its provider's licence.

It only warns, because no source says that it blocks; only the interface refuses what a provider's own system reports
for another province (result code 1045).
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from filings.fields.findings import Finding, Severity
from filings.models import Filing
from ministry.reference import provinces

PROVINCE = "subject.province"


def findings(filing: Filing, spoilt: set[str]) -> Iterator[Finding]:
    """Yield a warning P403 if the host's province is outside the provider's licence, 1045 for a reported filing.

    Not for a cancellation. One query, none if the provider is loaded.
    """
    code = str(filing.get(PROVINCE))
    if code and PROVINCE not in spoilt and not filing.law.cancels and is_outside(code, filing.provider.provinces):
        words = _("%(provider)s has registered no licence for %(province)s; it serves %(served)s.")
        values = {
            "provider": filing.provider.name,
            "province": provinces.by_code(code),
            "served": filing.provider.province_names,
        }
        if filing.is_reported:
            yield Finding("1045", PROVINCE, words % values, _("Register the licence in this portal first."))
            return
        fix = _("This does not stop the filing. The provider checks its licence before it sends the filing on.")
        yield Finding("P403", PROVINCE, words % values, fix, Severity.WARNS)


def is_outside(code: str, served: list[str]) -> bool:
    """Return whether the province is known and not among those served; never while none is registered."""
    return code in dict(provinces.CHOICES) and bool(served) and code not in served
