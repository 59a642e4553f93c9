"""The site host's pages: its filings, its records, the programming interface. No tables."""
