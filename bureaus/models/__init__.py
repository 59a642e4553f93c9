"""Bureaus, their reviewers and what supervises them."""

from bureaus.models.bureau import Absence, Bureau, OfficeChange, OfficeWhat, Reviewer, ReviewerRole, RuleChange
from bureaus.models.digest import Digest
from bureaus.models.supervised import Bulletin, Draw, Outcome, Recheck, RecheckRate, SecondReading

__all__ = [
    "Absence",
    "Bulletin",
    "Bureau",
    "Digest",
    "Draw",
    "OfficeChange",
    "OfficeWhat",
    "Outcome",
    "Recheck",
    "RecheckRate",
    "Reviewer",
    "ReviewerRole",
    "RuleChange",
    "SecondReading",
]
