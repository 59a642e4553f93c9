"""Template tags for the limits and the code channel that pages and mails name."""
