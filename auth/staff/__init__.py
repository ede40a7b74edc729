"""The realm of civil servants and department developers, apart from the residents."""
