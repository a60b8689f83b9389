"""Signing a petition: the form, its rules and the record."""
