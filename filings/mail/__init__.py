"""Notification mails, and the gateways that send verification codes."""
