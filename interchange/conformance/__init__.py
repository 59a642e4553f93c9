"""Public pages for engineers of providers' systems: the interface's description, samples, codes, checks of messages."""
