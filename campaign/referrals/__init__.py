"""Referrals: links, arrivals by them, credit, and figures."""
