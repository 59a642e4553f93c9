"""The ministry's tables."""

from ministry.models.calendar import CalendarDay, CalendarYear
from ministry.models.mail import Mail
from ministry.models.register import Access, NumberSeries, Recovery, Subject, SubjectCertificate, Website

__all__ = [
    "Access",
    "CalendarDay",
    "CalendarYear",
    "Mail",
    "NumberSeries",
    "Recovery",
    "Subject",
    "SubjectCertificate",
    "Website",
]
