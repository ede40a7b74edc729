"""Intents over HTTP."""
