"""clamour version"""

import platform
from importlib.metadata import version as version_of

from bot.cli.output import say


def version() -> None:
    """Say which Clamour this is, and on which Python it runs."""
    say(f"Clamour {version_of('clamour')} on Python {platform.python_version()}")
