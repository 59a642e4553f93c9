"""Our own ids of what a filing reports (``IspZtid``, ``IspWzid`` …): derived from its key, so always the same.

The document wants positive numbers, unique in the provider's system for each element. A website keeps the id of the
filing it was first reported with when the bureau returns it alone (``filings.services.splitting``).
"""

from typing import Final

from filings import facts
from filings.models import Filing
from filings.services import splitting
from interchange.mapping.record_parts import OwnIds, WebsiteIds
from ministry.reference import addresses

WEBSITES: Final = 100  # of a filing, more than ``facts.MOST_WEBSITES``
ADDRESSES: Final = 1_000  # of an access


def of(filing: Filing) -> OwnIds:
    """Return the ids of a filing. One query at most."""
    whole = splitting.whole_of(filing)
    websites = []
    for number in range(facts.count(filing.facts)):
        key, place = (whole.pk, whole.withheld[number]) if whole else (filing.pk, number)
        websites.append(_website(key * WEBSITES + place + 1, filing, number))
    return OwnIds(str(filing.pk), websites)


def of_record(filing: Filing, ranges: str) -> OwnIds:
    """Return the ids of a change: the filing's, and those of its only website."""
    return OwnIds(str(filing.pk), [_with_addresses(filing.pk * WEBSITES + 1, ranges)])


def _website(key: int, filing: Filing, number: int) -> WebsiteIds:
    return _with_addresses(key, str(filing.get(f"websites.{number}.access.ip_ranges")))


def _with_addresses(key: int, ranges: str) -> WebsiteIds:
    found = addresses.parse_ip_ranges(ranges) if ranges else []
    return WebsiteIds(
        str(key), [str(key)], {str(key): [str(key * ADDRESSES + place) for place, _one in enumerate(found, start=1)]}
    )
