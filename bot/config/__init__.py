"""The configuration: `load(path)` gives frozen `Settings` or raises `ConfigError`."""

from bot.config.load import load
from bot.config.problems import ConfigError, Problem
from bot.config.settings import Settings

__all__ = ["ConfigError", "Problem", "Settings", "load"]
