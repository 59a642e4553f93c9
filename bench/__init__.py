"""Benchmarks: costs of pages, tasks, files, imports and approvals, on throw-away databases. The portal runs without it.

``manage.py bench`` measures the cases of ``pages`` against a floor. ``mutants`` plants defects and counts those found.
"""
