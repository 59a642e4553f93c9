"""The bureau's pages about its connections, below its desk."""
