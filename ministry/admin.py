"""Import the registrations of the operators' admin site, which is in ``ministry.operators``."""

from ministry.operators import blacklist, mails, rules, site

__all__ = ["blacklist", "mails", "rules", "site"]
