"""Every word the bot says: templates, a folder per language, and the renderer."""
