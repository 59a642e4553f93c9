"""Enter, compare and save the national work calendar, and count working days."""
