"""Encryption of columns: keys, state of the database, rewriting with another key."""
