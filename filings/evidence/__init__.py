"""Pictures, scans and other files of a filing: open in a limited process, rate, store and check them."""
