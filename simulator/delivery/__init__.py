"""Updates on their way to a bot: a backlog, taken by long polling or posted to a webhook."""
