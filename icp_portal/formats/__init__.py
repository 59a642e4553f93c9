"""Date formats by language. ``DEADLINE_FORMAT`` includes the weekday, to plan by."""
