"""`clamour run`, but clumsy: whatever begins with "Stumble" breaks something, with those very words
in what is raised. One way of breaking for each kind of thing that a log could quote."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pydantic
from sqlalchemy import text
from telegram.error import BadRequest

import bot.cli
from channels.telegram import routes
from handlers.events import Event
from handlers.services import Services

WORD = "Stumble"
handle = routes.handle
_kept: list[object] = []


class _Number(pydantic.BaseModel):
    number: int


async def value(services: Services, words: str) -> None:
    raise ValueError(f"{words} is no number")


async def key(services: Services, words: str) -> None:
    try:
        int(words)
    except ValueError:
        await asyncio.sleep(0)
        _kept.append({}[words])


async def cause(services: Services, words: str) -> None:
    try:
        words.encode("ascii")
    except UnicodeError as fault:
        raise RuntimeError(words) from fault


async def group(services: Services, words: str) -> None:
    raise ExceptionGroup(words, [KeyError(words), ExceptionGroup(words, [ValueError(words)])])


async def noted(services: Services, words: str) -> None:
    fault = RuntimeError("with a note")
    fault.add_note(words)
    raise fault


async def refused(services: Services, words: str) -> None:
    raise BadRequest(f'Can\'t parse entities: unsupported start tag "{words}" at byte offset 0')


async def invalid(services: Services, words: str) -> None:
    _Number(number=words)  # type: ignore[arg-type]


async def statement(services: Services, words: str) -> None:
    async with services.database.transaction() as db:
        await db.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": words})


async def constraint(services: Services, words: str) -> None:
    twice = "INSERT INTO settings (name, value) VALUES (:words, :words)"
    async with services.database.transaction() as db:
        for _ in range(2):
            await db.execute(text(twice), {"words": words})


async def asserted(services: Services, words: str) -> None:
    assert words == "", words


async def unseen_task(services: Services, words: str) -> None:
    async def fails() -> None:
        raise RuntimeError(words)

    _kept.append(asyncio.create_task(fails(), name="beside"))
    await asyncio.sleep(0.05)
    _kept.clear()


async def unseen_callback(services: Services, words: str) -> None:
    def fails(words: str) -> None:
        raise RuntimeError(words)

    asyncio.get_running_loop().call_soon(fails, words)
    await asyncio.sleep(0.05)


async def thread(services: Services, words: str) -> None:
    def fails() -> None:
        raise RuntimeError(words)

    failing = threading.Thread(target=fails)
    failing.start()
    failing.join()


async def slow(services: Services, words: str) -> None:
    time.sleep(0.2)  # noqa: ASYNC251 - asyncio's debug mode warns of it


WAYS: tuple[Callable[[Services, str], Awaitable[None]], ...] = (
    *(value, key, cause, group, noted, refused, invalid, statement, constraint, asserted),
    *(unseen_task, unseen_callback, thread, slow),
)


async def stumbling(services: Services, event: Event, *args: Any, **more: Any) -> None:
    """What handles an event; "Stumble 3 …" breaks the third thing first."""
    message = event.message
    words = (message.text if message else None) or ""
    if words.startswith(WORD):
        await WAYS[int(words.split()[1])](services, words)
    await handle(services, event, *args, **more)


if __name__ == "__main__":
    routes.handle = stumbling
    bot.cli.app(prog_name="clamour")
