"""What engineers of providers' systems need: the interface's description, samples, codes, and checks of messages."""
