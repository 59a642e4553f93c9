"""Where Django looks for registrations; the operators' site is ``ministry.desk`` and its neighbours."""

from ministry import desk, desk_blacklist, desk_mails, rules_admin

__all__ = ["desk", "desk_blacklist", "desk_mails", "rules_admin"]
