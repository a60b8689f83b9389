"""clamour demo"""

import asyncio
import signal
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import complain, say

EXAMPLES = """[bold]Examples[/]

  clamour demo

  clamour demo --story

  clamour demo --folder /tmp/demo --port 9000

Works in a checkout of the repository, which has the example campaign. No Telegram account is \
needed, and nothing leaves this machine."""


def demo(
    folder: Annotated[
        Path, typer.Option(metavar="FOLDER", help="For the database and the logs.")
    ] = Path("demo-data"),
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="Port of the page. Default: the first free one from 8765.",
            show_default=False,
        ),
    ] = None,
    story: Annotated[
        bool,
        typer.Option("--story", help="Play the example campaign's real story: weeks in minutes."),
    ] = False,
) -> None:
    """Try everything in your browser: a simulated Telegram, the bot, and an example campaign.

    Ctrl-C stops both. Start it again and the signatures are still there; a story starts over.
    """
    from bot.demo_parts import DemoError

    try:
        where = folder / "story" if story else folder
        asyncio.run(_until_stopped(where.resolve(), port, story))
    except DemoError as fault:
        complain(str(fault))
        raise typer.Exit(1) from None


async def _until_stopped(folder: Path, port: int | None, story: bool) -> None:
    from bot.demo import Pace, run

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for told in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(told, stop.set)

    await run(folder, port, stop, partial(say, style="bold"), story=Pace() if story else None)
    say("Stopped." if story else "Stopped. The next start finds everything again.")
