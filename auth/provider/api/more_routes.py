"""Introspection, revocation and logout: their part of the URL space."""

from core.operations import Operation

OPERATIONS: tuple[Operation, ...] = ()
