"""The example campaign's real story, played again through the simulated Telegram: weeks in minutes.

Everything is done as people would do it, with their chat app: this package knows the bot by what
stands in the chat, and imports none of its parts.
"""
