"""Management commands about the whole portal."""
