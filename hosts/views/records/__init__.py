"""The host's pages of its records, and the public check of their proofs."""
