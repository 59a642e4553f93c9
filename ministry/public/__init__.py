"""The ministry's public pages: query, recovery and change of a filing password."""
