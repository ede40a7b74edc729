"""The composition root, the edge, and the data path."""
