"""Management commands about the official interface."""
