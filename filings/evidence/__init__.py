"""Pictures, scans and other files of a filing: opened in a limited process, judged, kept and checked."""
