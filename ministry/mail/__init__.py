"""Mails and jobs that are queued with a transaction and sent after it."""
