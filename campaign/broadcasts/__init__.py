"""Broadcasts: what staff tell people, to whom, when, and how it goes."""
