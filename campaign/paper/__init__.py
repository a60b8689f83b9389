"""Tables of paper signatures: read, understood, and counted without being kept."""
