"""Management commands about the register, the audit log, mails and encryption."""
