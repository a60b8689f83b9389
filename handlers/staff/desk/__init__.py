"""The desk: where staff begin, and from where everything that is theirs to do is one tap away."""
