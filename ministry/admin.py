"""Import the registrations of the operators' admin site, which is in ``ministry.operators``."""

from ministry.operators import blacklist, records, rules, site

__all__ = ["blacklist", "records", "rules", "site"]
