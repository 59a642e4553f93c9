"""Management commands that measure the portal."""
