"""Measurements on databases of their own: queue, numbers, calendar. Not needed to run the portal."""
