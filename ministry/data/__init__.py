"""Reference data that ships with the portal."""
