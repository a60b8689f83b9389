"""Every word the bot says: Jinja2 templates, a folder per language, and the renderer."""

from messages.languages import Language
from messages.renderer import Renderer

__all__ = ["Language", "Renderer"]
