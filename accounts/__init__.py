"""Users, sign-up, e-mail verification, two-step verification, encryption of personal data. Doesn't import filings."""
