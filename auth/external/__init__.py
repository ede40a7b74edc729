"""Identities of elsewhere: providers that we are a client of."""
