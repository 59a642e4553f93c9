"""Template filters for mails, and for official names and texts."""
