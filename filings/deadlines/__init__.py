"""What happens with time: reminders, escalation, recalculated due dates, expiry, retention."""
