"""The conversation in which a supporter signs."""
