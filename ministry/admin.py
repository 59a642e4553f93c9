"""Where Django looks for registrations; the operators' site is ``ministry.operators.site`` and its neighbours."""

from ministry.operators import blacklist, mails, rules, site

__all__ = ["blacklist", "mails", "rules", "site"]
