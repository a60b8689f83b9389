"""The Bot API over HTTP (https://core.telegram.org/bots/api): one module a subject."""
