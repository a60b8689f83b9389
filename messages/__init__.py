"""Every word the bot says: Jinja2 templates, a folder per language, and the renderer."""

from messages.languages import Language
from messages.renderer import Renderer, bot_texts

__all__ = ["Language", "Renderer", "bot_texts"]
