"""Bureaus, their reviewers and what supervises them."""

from bureaus.models.bureau import Absence, Bureau, DeskRuleChange, OfficeChange, OfficeWhat, Reviewer, ReviewerRole
from bureaus.models.morning_mail import MorningMail
from bureaus.models.supervised import Bulletin, Draw, Outcome, Recheck, RecheckRate, SecondReading
