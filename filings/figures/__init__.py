"""Statistics of work and decisions, counted from events."""
