"""The pages of the provider's desk; ``onbehalf`` has the host's form at that desk."""
