"""Messages to providers' systems about their filings, as Standard Webhooks."""
