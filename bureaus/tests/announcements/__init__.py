"""Announcements of bureaus: at the desk, in public, in feeds, in races."""
