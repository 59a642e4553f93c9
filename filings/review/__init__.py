"""The bureau's review: opinions, questions, drafts of a decision."""
