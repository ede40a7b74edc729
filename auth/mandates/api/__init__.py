"""The HTTP side of auth/mandates."""
