"""Commands for the register, open data, the audit log, failed mails, and the rotation of keys."""
