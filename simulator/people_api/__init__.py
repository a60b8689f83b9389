"""The people's side over HTTP, for the page and for tests: what they do and what they see."""
