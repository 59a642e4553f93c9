"""Shared parts of the pages of hosts, providers and bureaus. No tables."""
