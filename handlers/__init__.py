"""The conversations: each file is one thing a person can do."""
