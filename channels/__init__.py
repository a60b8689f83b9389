"""Messaging apps: how updates come in and messages go out."""
