"""Management commands about filings."""
