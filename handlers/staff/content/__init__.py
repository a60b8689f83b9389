"""/content: staff change what the campaign says, a piece at a time or by its file."""
