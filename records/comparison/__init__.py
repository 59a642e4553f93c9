"""The nightly comparison of the copies of a record: as verified by the provider, approved by the bureau, and on record.

``gathering`` reads a few records with all their copies, ``expected`` derives from approved filings, orders and resets
what the register must hold, ``comparing`` returns what differs, ``running`` does a night in pieces, ``recording``
writes the operators' tasks. Nothing here changes a copy (ADR 0026).
"""
