"""Template tag for the time limit of the police filing."""
