"""Measure pages, a change of the calendar, the provider's queue, and the reading of certificates."""
