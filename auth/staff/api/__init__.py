"""The HTTP side of auth/staff."""
