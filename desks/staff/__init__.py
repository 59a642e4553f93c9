"""Shared parts of the desks of providers and bureaus."""
