"""The public figures of all bureaus: what is asked for, its tables, charts and map. Pages read and never count."""
