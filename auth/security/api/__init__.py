"""The HTTP side of auth/security."""
