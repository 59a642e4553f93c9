"""Where Django looks for registrations; the operators' site is ``ministry.desk``."""

from ministry import desk, rules_admin

__all__ = ["desk", "rules_admin"]
