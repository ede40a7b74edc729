"""The right to act for another person or a legal person."""
