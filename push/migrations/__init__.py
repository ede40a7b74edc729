"""How the tables of push came to be."""
