"""Bureaus, their reviewers, what supervises them, and their announcements."""

from bureaus.models.announcement import AnnouncementVersion, BureauAnnouncement
from bureaus.models.bureau import Absence, Bureau, DeskRuleChange, OfficeChange, OfficeWhat, Reviewer, ReviewerRole
from bureaus.models.morning_mail import MorningMail
from bureaus.models.supervised import Bulletin, Draw, Outcome, Recheck, RecheckRate, SecondReading
