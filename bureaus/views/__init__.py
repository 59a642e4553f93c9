"""The pages of the bureau's desk, and the bureau's public pages."""
