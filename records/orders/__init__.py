"""What a bureau does to a record without a filing: orders with receipts, a new password at the counter.

The one writer of orders. Each function: one transaction, the subject's row locked, refusals in words, rows of the
record, mails as rows. The register is written by ``ministry.register`` alone.
"""
