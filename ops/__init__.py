"""Run the portal on one machine: set-up, embedded engines, mail sink, supervisor, test engines.

Imports no app. Not used in production, where the environment names the real services.
"""
