"""What the desks of providers and bureaus share."""
