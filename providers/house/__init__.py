"""The provider's house: its own pages, staff, addresses and announcements, and the record of their changes."""
