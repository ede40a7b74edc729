"""The record of every access to a resident's data by a department."""
