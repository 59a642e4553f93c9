"""Scheduled work: reminders, escalation, recalculated due dates, expiry, retention."""
