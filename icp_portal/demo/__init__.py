"""Demonstration data: invented organisations, people, certificates and filings. Never in production."""
