"""Notification mails, and the gateways that send one-time codes."""
