"""Formats of dates and times in English."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
DEADLINE_FORMAT = "D j F Y"
DATETIME_FORMAT = "j F Y, H:i"
TIME_FORMAT = "H:i"
