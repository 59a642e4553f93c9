"""Work and decisions in figures, counted from events."""
