"""The HTTP side of auth/proofing."""
