"""Progress of a filing, as all parties are told of it."""
