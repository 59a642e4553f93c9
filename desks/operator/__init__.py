"""The work calendar on the operators' desk."""
