"""clamour demo"""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.saying import complain, say

EXAMPLES = """[bold]Examples[/]

  clamour demo

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
            help="Of the page; the first free one from 8765 on if unsaid.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Try everything in your browser: a simulated Telegram, the bot, and an example campaign.

    Ctrl-C stops both. A second start finds the signatures again.
    """
    from bot.demo import DemoError

    try:
        asyncio.run(_until_stopped(folder.resolve(), port))
    except DemoError as fault:
        complain(str(fault))
        raise typer.Exit(1) from None


async def _until_stopped(folder: Path, port: int | None) -> None:
    from bot.demo import run

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for told in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(told, stop.set)

    def tell(address: str) -> None:
        say(f"The demo runs at {address}", style="bold")
        say(f"Database and logs are in {folder}; Ctrl-C stops the demo.")

    await run(folder, port, stop, tell)
    say("Stopped. The next start finds everything again.")
