"""The bot in a process of its own, with the configuration that benchmarks share."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from bench import TOKEN

HERE = Path(__file__).parents[1]


def write_config(
    folder: Path, address: str, sections: str = "", *, rate: int = 1000, checkout: Path = HERE
) -> Path:
    """Write a configuration with the example campaign.

    Args:
        address: of the Bot API.
        sections: more of the file, as TOML.
        rate: messages a second.
        checkout: whose example it is.
    """
    example = checkout / "examples" / "keep-the-unit" / "campaign.toml"
    config = folder / "config.toml"
    config.write_text(
        f'[telegram]\napi_url = "{address}"\nmessages_per_second = {rate}\n'
        f'[campaigns]\nfiles = ["{example}"]\n[log]\nlevel = "error"\n{sections}',
        encoding="utf-8",
    )
    return config


async def start_bot(
    config: Path,
    *,
    python: str = sys.executable,
    checkout: Path = HERE,
    environment: Mapping[str, str] = os.environ,
) -> asyncio.subprocess.Process:
    """Run `clamour run` of a checkout."""
    return await asyncio.create_subprocess_exec(
        python,
        *("-m", "bot", "run", "--config", str(config)),
        cwd=checkout,
        env={**environment, "CLAMOUR_TELEGRAM_TOKEN": TOKEN},
    )
