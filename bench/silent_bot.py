"""The bot's conversations on a database that is there, with a Telegram that takes everything.

What is measured is the bot and its database: from an update as Telegram writes it to the last call
that answers it, without the network.
"""

import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import telegram
from telegram.ext import ApplicationBuilder
from telegram.request import BaseRequest, RequestData

from bench import TOKEN
from bench.crowd import BOT
from campaign.catalogue import Catalogue
from campaign.rate_limits import RateLimiter, Rates
from channels.telegram.routes import App, register
from handlers.services import Services
from messages import bot_texts
from storage.database import Database

PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]


class Taking(BaseRequest):
    """Telegram that takes everything, and notes what was shown last."""

    read_timeout = 1.0

    def __init__(self) -> None:
        self.shown: dict[str, Any] = {}

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **_: Any
    ) -> tuple[int, bytes]:
        call = url.rpartition("/")[2]
        result: Any = True
        if call == "getMe":
            result = BOT
        elif call.startswith(("send", "edit")):
            self.shown = dict(request_data.parameters) if request_data else {}
            chat = {"id": 1, "type": "private"}
            result = {"message_id": 1, "date": 1, "chat": chat, "text": "x", "photo": PHOTO}
        return 200, json.dumps({"ok": True, "result": result}).encode()


class SilentBot:
    """One bot on one database."""

    def __init__(self, application: App, taking: Taking, services: Services) -> None:
        self._application, self._taking, self.services = application, taking, services
        self._numbers = itertools.count(int(time.time() * 1000))

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> "AsyncIterator[SilentBot]":
        """On a migrated database."""
        database = await Database.open(url)
        taking = Taking()
        application: App = (
            ApplicationBuilder()
            .token(TOKEN)
            .request(taking)
            .get_updates_request(Taking())
            .updater(None)
            .build()
        )
        services = Services(database, bot_texts(), Catalogue(database), "bench_bot")
        services.rate_limiter = RateLimiter(Rates(0, 1, 0, 0, 0))
        try:
            await application.initialize()
            register(application, services)
            yield cls(application, taking, services)
        finally:
            await application.shutdown()
            await database.close()

    async def says(self, who: int, text: str) -> float:
        """Seconds until somebody's message is answered."""
        content = _message(who, text)
        if text.startswith("/"):
            length = len(text.split()[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return await self._answered({"message": content})

    async def taps(self, who: int, label: str) -> float:
        """Seconds until a tap on the button under what was shown last is answered.

        Raises:
            AssertionError: there is no button with these words.
        """
        rows = self._taking.shown.get("reply_markup", {}).get("inline_keyboard", [])
        found = [one["callback_data"] for row in rows for one in row if label in one["text"]]
        assert found, f"no button {label!r}"
        query = {
            "id": "1",
            "from": _user(who),
            "chat_instance": "1",
            "data": found[0],
            "message": _message(who, "x") | {"from": BOT},
        }
        return await self._answered({"callback_query": query})

    @property
    def text(self) -> str:
        """What was shown last."""
        return str(self._taking.shown.get("text", self._taking.shown.get("caption", "")))

    async def _answered(self, content: dict[str, Any]) -> float:
        raw = {"update_id": next(self._numbers), **content}
        update = telegram.Update.de_json(raw, self._application.bot)
        began = time.perf_counter()
        await self._application.process_update(update)
        return time.perf_counter() - began


def _message(who: int, text: str) -> dict[str, Any]:
    chat = {"id": who, "type": "private", "first_name": "Nora"}
    date = int(datetime.now(UTC).timestamp())
    return {"message_id": 7, "date": date, "chat": chat, "from": _user(who), "text": text}


def _user(who: int) -> dict[str, Any]:
    return {"id": who, "is_bot": False, "first_name": f"Nora {who}", "language_code": "en"}
