"""Where Django looks for registrations; the operators' site is ``ministry.desk``."""

from ministry import desk

__all__ = ["desk"]
