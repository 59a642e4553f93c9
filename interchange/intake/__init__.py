"""The intake of the records of uploads, by kind; the outcome of what was taken in."""
