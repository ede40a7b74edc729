"""What departments may know of the data path."""
