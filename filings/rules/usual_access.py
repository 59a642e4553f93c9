"""Access facts that come from the provider: method and location from its own data, the IP address from its verifier.

Providers belong to ``providers``, which this app must not import; they are read through the filing's foreign key.
"""

from filings import facts, fields
from filings.facts import Facts
from filings.models import Filing

ADDRESSES = "ip_ranges"


def completed(values: Facts, filing: Filing) -> Facts:
    """Return the facts with the provider's usual access in each entry without access data. One query at most."""
    empty = [path for path in _open(filing, values) if not facts.read(values, path)]
    usual = filing.provider.usual_access if empty else {}
    return facts.written(values, {f"{path}.{name}": value for path in empty for name, value in usual.items()})


def _open(filing: Filing, values: Facts) -> list[str]:
    has_access = fields.ACCESS.part in filing.law.parts
    return [path for path in facts.accesses(values) if has_access and filing.law.opens(f"{path}.{ADDRESSES}")]


def is_left_to_verifier(filing: Filing, path: str) -> bool:
    """Return whether the host may leave the fact at ``path`` to the verifier.

    Only IP addresses of a website with a domain, if the provider has stored its usual access; never in a reported
    filing, which is verified already.
    """
    website = fields.website_of(path)
    if filing.is_reported or website is None or path != f"websites.{website}.access.{ADDRESSES}":
        return False
    return bool(filing.provider.usual_access) and not filing.get(f"websites.{website}.ip_only")


def is_given(filing: Filing, website: int) -> bool:
    """Return whether the host need not be asked for a website's access."""
    access = filing.get(f"websites.{website}.access") or {}
    has_addresses = access.get(ADDRESSES) or is_left_to_verifier(filing, f"websites.{website}.access.{ADDRESSES}")
    return bool(filing.provider.usual_access and has_addresses and access.get("ways") and access.get("places"))
