"""What starts the portal on one machine: set-up, embedded engines, mail sink, supervisor, test engines.

Imports no app. Nothing in here runs in production, where the environment names the real services.
"""
