"""The provider's verification: sheet, worksheet, photo, verification codes."""
