"""The checks of a filing, and what a correction may change."""
