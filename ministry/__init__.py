"""The register, reference data, passwords, audit log, mails and operators' desk. Doesn't import filings."""
