"""Reading and writing of the XML messages of the official interface."""
