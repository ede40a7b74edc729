"""The HTTP side of auth/external."""
