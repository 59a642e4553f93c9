"""How dates are written, by language. ``DEADLINE_FORMAT`` names the weekday too: somebody plans by it."""
