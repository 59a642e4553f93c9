"""Commands for backup, database roles, invented data, generated documents and translations."""
