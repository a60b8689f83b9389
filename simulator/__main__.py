"""`python -m simulator`: a Telegram of our own on this machine."""

import argparse
import asyncio
import json
import signal
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from simulator.app import make_app
from simulator.limits import Limits
from simulator.mail import Mail
from simulator.world import World


async def serve(given: argparse.Namespace, seeds: list[dict[str, Any]]) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    world = World(given.bot_username)
    if given.begin:
        world.set_clock(datetime.fromisoformat(given.begin).timestamp())
    for person in seeds:
        world.add_person(**person)
    guide = tomllib.loads(given.guide.read_text(encoding="utf-8")) if given.guide else None
    if given.browser:
        guide = {**(guide or {}), "browser": json.loads(given.browser)}
    mail = Mail()
    app = make_app(world, Limits(enabled=not given.no_limits, strict=given.strict), guide, mail)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, given.host, given.port)
    await site.start()
    post = await mail.listen(given.host, given.mail_port) if given.mail_port else None
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    host, port = runner.addresses[0][:2]
    print(f"simulator listening on http://{host}:{port}", flush=True)  # noqa: T201
    await stop.wait()
    if post is not None:
        post.close()
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=8765, help="0 for any that is free")
    parser.add_argument("--bot-username", default="clamour_demo_bot")
    parser.add_argument(
        "--strict", action="store_true", help="count answers to people who just wrote, too"
    )
    parser.add_argument("--no-limits", action="store_true", help="never answer 429 by itself")
    parser.add_argument("--seed-people", metavar="FILE", help="people who are there from the start")
    parser.add_argument("--begin", metavar="TIME", help="begin then: 2009-10-20T09:00:00+00:00")
    parser.add_argument("--guide", metavar="FILE", type=Path, help="what the page tells newcomers")
    parser.add_argument("--browser", metavar="JSON", help="one more phone: name, about, address")
    parser.add_argument("--mail-port", type=int, default=0, help="takes emails there; 0 for none")
    given = parser.parse_args()
    seeds = (
        json.loads(Path(given.seed_people).read_text(encoding="utf-8")) if given.seed_people else []
    )
    asyncio.run(serve(given, seeds))


if __name__ == "__main__":
    main()
