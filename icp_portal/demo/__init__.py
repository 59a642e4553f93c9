"""A believable demonstration: invented organisations, people, certificates and filings. Never in production."""
