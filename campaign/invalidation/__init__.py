"""Signatures that staff find doubtful: found by a rule, held back, and let count again."""
