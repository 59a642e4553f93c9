"""What the pages of hosts, providers and bureaus share. No tables."""
