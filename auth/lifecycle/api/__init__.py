"""The HTTP side of auth/lifecycle."""
