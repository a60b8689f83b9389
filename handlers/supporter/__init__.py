"""What a supporter can do in a chat."""
