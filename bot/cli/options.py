"""Options shared by several commands."""

from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[
    Path,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help="Configuration file. Paths in it are relative to its folder.",
    ),
]
DEFAULT_CONFIG = Path("config.toml")
