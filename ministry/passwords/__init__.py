"""Filing passwords: made, proved, changed, recovered, limited."""
