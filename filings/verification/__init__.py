"""The provider's verification: sheet, worksheet, photo, one-time codes."""
