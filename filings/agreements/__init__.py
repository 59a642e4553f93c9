"""Agreements of two parties: mandates to file on behalf, offers to migrate a website."""
