"""Measure pages, changes of the calendar, the provider's queue, searches by a part of a name, readings of pictures."""
