"""The account's HTTP side."""
