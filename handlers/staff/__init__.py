"""Conversations with campaign staff."""
