"""The national work calendar: read from the notices, compared, written; counting working days."""
