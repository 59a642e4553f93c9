"""The filing (备案单) from draft to decision, without its pages."""
