"""A provider's own data: pages, staff, IP addresses and announcements, and the record of their changes."""
