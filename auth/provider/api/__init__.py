"""The HTTP side of auth/provider."""
