"""Template tags and filters for the pages of all three parties."""
