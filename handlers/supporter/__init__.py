"""Conversations with supporters."""
