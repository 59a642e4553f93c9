"""What filings are found by: the desks' search, traits shared between hosts, an organisation's usual wordings."""
