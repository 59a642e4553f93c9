"""Moves of a filing, assignment of work, and unsent remarks."""
