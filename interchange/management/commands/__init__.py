"""The command that checks messages of the official interface."""
