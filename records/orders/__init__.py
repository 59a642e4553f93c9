"""Actions of a bureau on a record without a filing: orders with receipts, a new password at the counter.

Only this package writes orders. Each function is one transaction with lock on the subject's row, refusals in words,
rows on record, mails as rows. Only ``ministry.register`` writes the register.
"""
