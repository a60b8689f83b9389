"""Benchmarks: each runs Clamour and a peer side by side and prints ratios."""

TOKEN = "123456789:" + "bench" * 7
"""Has the form of a token and opens nothing."""
