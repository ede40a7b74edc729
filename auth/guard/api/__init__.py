"""The HTTP side of auth/guard."""
