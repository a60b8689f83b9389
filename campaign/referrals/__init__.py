"""Asking friends: links, who came by them, who is credited, and the figures of it all."""
