"""A Telegram of our own, for trying the bot and for its tests. Knows nothing of the bot."""
