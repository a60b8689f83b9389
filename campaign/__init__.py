"""What a campaign is and does. Knows neither Telegram nor SQL."""
