"""What can be wrong with a filing, and what a correction may change."""
