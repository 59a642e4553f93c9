"""The filing (备案单) from draft to decision. Knows no page."""
