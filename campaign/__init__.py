"""The domain: campaigns and their rules. Knows neither Telegram nor SQL."""
