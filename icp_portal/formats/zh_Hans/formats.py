"""Formats of dates in Chinese."""

DATE_FORMAT = "Y年n月j日"
MONTH_DAY_FORMAT = "n月j日"
DEADLINE_FORMAT = "Y年n月j日（D）"
