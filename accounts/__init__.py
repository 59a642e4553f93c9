"""Who signs in: users, sign-up, e-mail proof, second factor; and how personal data is sealed. Knows no filing."""
