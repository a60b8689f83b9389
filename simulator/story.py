"""A story that somebody plays in this Telegram, and how whoever watches wants it to go on."""

import asyncio
import contextlib
import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from simulator.errors import bad_request
from simulator.people_api.bodies import json_of, number, words
from simulator.residents import Json
from simulator.world import World

SPEEDS = (0.5, 1.0, 2.0, 4.0)
_LONGEST_WAIT = 30.0


@dataclass(slots=True)
class Story:
    """Where the story is, and what its viewer has asked for.

    Attributes:
        chapter: the number of the present one from 1 on; 0 while there is no story.
        chapters: how many there are.
        at: when it happens, in ISO 8601 with its time zone.
        caption: what there is to see in it.
        speed: how many times faster than told it goes.
        skips: how often *Next* was pressed.
        version: rises with each change.
    """

    chapter: int = 0
    chapters: int = 0
    at: str = ""
    title: str = ""
    caption: str = ""
    over: bool = False
    playing: bool = True
    speed: float = 1.0
    skips: int = 0
    version: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def shown(self) -> Json:
        names = ("chapter", "chapters", "at", "title", "caption", "over")
        steering = ("playing", "speed", "skips", "version")
        return {name: getattr(self, name) for name in (*names, *steering)}

    def change(self, **what: Any) -> None:
        for name, value in what.items():
            setattr(self, name, value)
        self.version += 1
        self.changed.set()
        self.changed = asyncio.Event()


class StoryApi:
    """The story's address for its teller and its viewers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.story = Story()

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [
            web.get("/story", self.read),
            web.post("/story", self.steer),
            web.post("/control/story", self.tell),
        ]

    async def read(self, request: web.Request) -> web.Response:
        """?after=VERSION&wait=SECONDS: where the story is, once it is past this version."""
        after = number(request.query.get("after") or -1, "after")
        try:
            wait = float(request.query.get("wait") or 0)
        except ValueError:
            wait = math.nan
        if not math.isfinite(wait):
            raise bad_request("wait must be seconds")
        if self.story.version <= after:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(wait, _LONGEST_WAIT)):
                    await self.story.changed.wait()
        return web.json_response(self.story.shown())

    async def steer(self, request: web.Request) -> web.Response:
        """{playing?, speed?, next?}: what a viewer wants."""
        body = await json_of(request)
        speed = body.get("speed", self.story.speed)
        if speed not in SPEEDS:
            raise bad_request(f"speed must be one of {', '.join(f'{one:g}' for one in SPEEDS)}")
        forward = {"skips": self.story.skips + 1, "playing": True} if body.get("next") else {}
        playing = bool(body.get("playing", self.story.playing))
        self.story.change(**{"playing": playing, "speed": float(speed)} | forward)
        return web.json_response(self.story.shown())

    async def tell(self, request: web.Request) -> web.Response:
        """{chapter, chapters, at, title, caption} or {over}: what happens now. The clocks of this
        Telegram are set to `at`."""
        body = await json_of(request)
        if body.get("over"):
            self.story.change(over=True)
            return web.json_response(self.story.shown())
        try:
            moment = datetime.fromisoformat(words(body.get("at"))).timestamp()
        except ValueError:
            raise bad_request("at must be a time in ISO 8601") from None
        self.world.set_clock(moment)
        self.story.change(
            chapter=number(body.get("chapter"), "chapter"),
            chapters=number(body.get("chapters"), "chapters"),
            at=words(body.get("at")),
            title=words(body.get("title")),
            caption=words(body.get("caption") or ""),
        )
        return web.json_response(self.story.shown())
