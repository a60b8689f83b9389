"""`python -m replay --address http://… --clock FILE`: plays the story to a bot that is running."""

import argparse
import asyncio
from pathlib import Path

from replay.clock import Clock
from replay.conductor import opened, play


async def _play(given: argparse.Namespace) -> None:
    async with opened(given.address, pause=given.pause) as stage:
        await play(stage, Clock(given.clock), _tell, rest=given.rest)


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the person watching reads it


def main() -> None:
    parser = argparse.ArgumentParser(prog="replay", description=__doc__)
    parser.add_argument("--address", required=True, help="where the simulator answers")
    parser.add_argument(
        "--clock", required=True, type=Path, help="the file the bot reads the time in"
    )
    parser.add_argument("--pause", type=float, default=0.4, help="seconds between two who sign")
    parser.add_argument("--rest", type=float, default=6.0, help="seconds between two chapters")
    asyncio.run(_play(parser.parse_args()))


if __name__ == "__main__":
    main()
