"""A bureau's announcements: written by its chiefs, read by everybody."""
