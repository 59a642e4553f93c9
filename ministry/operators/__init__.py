"""The ministry operators' desk: their admin site."""
