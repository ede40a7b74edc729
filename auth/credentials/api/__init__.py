"""The HTTP side of auth/credentials."""
