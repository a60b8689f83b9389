"""clamour version"""

import platform
from importlib.metadata import version as version_of

from bot.cli.output import say


def version() -> None:
    """Show the versions of Clamour and Python."""
    say(f"Clamour {version_of('clamour')} on Python {platform.python_version()}")
