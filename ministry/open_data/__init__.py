"""The public register as files for everybody: written once a month, with checksums, kept for some years."""
