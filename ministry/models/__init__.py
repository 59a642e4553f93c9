"""The ministry's tables."""

from ministry.models.calendar import CalendarDay, CalendarYear
from ministry.models.mail import Mail
from ministry.models.register import Access, NumberSeries, Recovery, Subject, SubjectCertificate, Website
from ministry.models.rules import ProvinceRule, RuleChange

__all__ = [
    "Access",
    "CalendarDay",
    "CalendarYear",
    "Mail",
    "NumberSeries",
    "ProvinceRule",
    "Recovery",
    "RuleChange",
    "Subject",
    "SubjectCertificate",
    "Website",
]
