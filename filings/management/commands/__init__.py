"""Commands for files in quarantine, for digests after a change of their key, and for the font of PDFs."""
