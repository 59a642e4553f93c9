"""Import the registrations of the operators' admin site, which is in ``ministry.operators``."""

from ministry.operators import blacklist, rules, site

__all__ = ["blacklist", "rules", "site"]
