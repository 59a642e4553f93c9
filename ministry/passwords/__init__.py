"""Create, check, change and recover filing passwords, and limit wrong tries."""
