"""The register of subjects, websites and accesses: its only writer, its history, its queries."""
