"""The SOAP services of the bureaus' side: document/literal wrapped, each result one string with a ``<return>``."""
