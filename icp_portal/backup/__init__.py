"""Backup and restore: one encrypted file with the database of one moment, its files and the fingerprints of the keys.

The file is a tar archive encrypted with age to public keys. It is written and read as a stream; nothing is decrypted to
the disk. Each member has the SHA-256 of its content in its header, age seals the whole, and the last member counts the
others: a change, a gap and a cut are noticed.
"""
