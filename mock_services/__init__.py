"""The departments of the demo: each a process of its own that knows the platform by its contract alone."""
