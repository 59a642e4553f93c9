"""Benchmarks on throw-away databases: queue, numbers, calendar. Not needed to run the portal."""
