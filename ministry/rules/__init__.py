"""Province rules with periods of validity."""
