"""The campaign's story, by staff: what happened, what is decided, when it is handed in."""
