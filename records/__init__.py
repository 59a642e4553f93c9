"""Records after their number: what they ask of their host, proofs, adoptions, orders of bureaus."""
