"""The filing (备案单) from draft to decision, and the site host's desk."""
