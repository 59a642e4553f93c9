"""Dated rules of the provinces."""
