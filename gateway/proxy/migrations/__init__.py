"""How the table of the data path came to be."""
