"""Records after approval: upkeep by their host, proofs, adoptions, orders of bureaus."""
