"""The desks' search, traits shared between filings, and an organisation's phrase bank."""
