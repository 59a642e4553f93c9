"""Appointments for the face-to-face check: free times, booking by the host, cancelling by either side, reminders."""
