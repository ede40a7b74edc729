"""The record of every access to a resident's data by a department."""

from gateway.compiled import prefer

prefer(__path__, "ledger")
