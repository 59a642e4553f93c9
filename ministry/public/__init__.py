"""The public query."""
