"""Queue mails and tasks in a transaction, and send them after it."""
