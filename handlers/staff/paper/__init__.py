"""Paper signatures, as staff enter them in the chat."""
