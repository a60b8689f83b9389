"""The real routes, without Telegram: updates go in as Telegram writes them, and what the bot shows
is noted by template."""

import itertools
import json
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import telegram
from sqlalchemy import select
from telegram.ext import ApplicationBuilder
from telegram.request import BaseRequest, RequestData

from campaign.catalogue import Catalogue
from campaign.petition import Petition
from campaign.rate_limits import RateLimiter, Rates
from channels.safe_json import read
from channels.telegram.routes import App, register
from handlers.services import Services
from messages import Renderer, bot_texts
from storage import tables
from storage.database import Database
from tests import engines, migrated
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
BOT = {"id": 1234567, "is_bot": True, "first_name": "Clamour", "username": "clamour_bot"}
RENDERED = 20
MESSAGE = {
    "message_id": 1,
    "date": 1,
    "chat": {"id": 1, "type": "private"},
    "text": "x",
    "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}],
}
STAFFS_OWN = (
    *(tables.staff, tables.staff_invitations, tables.audit_log, tables.campaigns),
    *(tables.broadcasts, tables.deliveries, tables.milestones, tables.offline_signatures),
    *(tables.invalidations, tables.blocks, tables.bursts, tables.burst_looks, tables.share_texts),
)
"""Tables that only acts of staff change."""


class Silent(BaseRequest):
    """Telegram that takes everything, unless it is told to refuse.

    Attributes:
        refusals: by method, what it answers next instead: description and parameters.
        said: the last calls, with what was given.
    """

    read_timeout = 1.0

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.refusals: dict[str, list[dict[str, Any]]] = {}
        self.said: deque[tuple[str, dict[str, Any]]] = deque(maxlen=20)

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **_: Any
    ) -> tuple[int, bytes]:
        call = url.rpartition("/")[2]
        self.calls[call] += 1
        self.said.append((call, dict(request_data.parameters) if request_data else {}))
        if refusals := self.refusals.get(call):
            refused = {"ok": False, "error_code": 400, **refusals.pop(0)}
            return 400, json.dumps(refused).encode()
        result: Any = BOT if call == "getMe" else MESSAGE if call.startswith("send") else True
        return 200, json.dumps({"ok": True, "result": result}).encode()


class Noting:
    """Renders, and notes which templates; each a few times, then its name will do."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self.shown: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._renderer, name)

    def html(self, template: str, language: str, **variables: Any) -> str:
        self.shown[template] += 1
        if self.shown[template] > RENDERED:
            return template
        return self._renderer.html(template, language, **variables)


class RoutesHarness:
    """A bot's conversations, and the people who come."""

    def __init__(
        self, services: Services, application: App, petition: Petition, telegram_: Silent
    ) -> None:
        self.services, self.application, self.petition = services, application, petition
        self.telegram, self.calls = telegram_, telegram_.calls
        self._numbers = itertools.count(1)
        self._under: dict[int, telegram.Message] = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path, engine: str = "sqlite") -> "AsyncIterator[RoutesHarness]":
        """To a database of one's own, with one petition in it."""
        await engines.require(engine)
        async with migrated.migrated_url(engine, folder) as url:
            database = await Database.open(url)
            try:
                petition = await petitions.published(database, "keep-the-unit", NOW)
                async with cls.to(database, petition) as doors:
                    yield doors
            finally:
                await database.close()

    @classmethod
    @asynccontextmanager
    async def to(
        cls,
        database: Database,
        petition: Petition,
        clock: Callable[[], datetime] = lambda: NOW,
    ) -> "AsyncIterator[RoutesHarness]":
        """To what is in a database, which changes are seen of at once."""
        silent = Silent()
        application: App = (
            ApplicationBuilder()
            .token("1234567:" + "door_" * 7)
            .request(silent)
            .get_updates_request(Silent())
            .updater(None)
            .build()
        )
        catalogue = Catalogue(database, fresh_for=-1.0)
        services = Services(database, bot_texts(), catalogue, "clamour_bot", clock=clock)
        services.renderer = Noting(services.renderer)  # type: ignore[assignment]
        services.rate_limiter = RateLimiter(Rates(0, 1, 0, 0, 0))
        try:
            await application.initialize()
            register(application, services)
            yield cls(services, application, petition, silent)
        finally:
            await application.shutdown()

    @property
    def shown(self) -> Counter[str]:
        """How often each template has been shown."""
        noting: Any = self.services.renderer
        found: Counter[str] = noting.shown
        return found

    def buttons(self) -> list[str]:
        """The callback data under what was shown last."""
        for call, given in reversed(self.telegram.said):
            if call in ("sendMessage", "editMessageText"):
                markup = given.get("reply_markup") or {"inline_keyboard": []}
                read_of = json.loads(markup) if isinstance(markup, str) else markup
                rows = read_of["inline_keyboard"]
                return [button.get("callback_data", "") for row in rows for button in row]
        return []

    async def comes(self, content: dict[str, Any]) -> None:
        """One update, as Telegram would send it."""
        raw = read(json.dumps({"update_id": next(self._numbers), **content}).encode())
        await self.take(raw)

    async def take(self, raw: dict[str, Any]) -> None:
        """One update as the intake hands it on."""
        update = telegram.Update.de_json(raw, self.application.bot)
        await self.application.process_update(update)

    async def says(self, who: int, text: str) -> None:
        await self.comes({"message": message(who, text=text)})

    async def taps(self, who: int, data: str) -> None:
        """A tap; made without reading JSON, which is half the work of it."""
        bot = self.application.bot
        if who not in self._under:
            under = tap(who, "")["callback_query"]["message"]
            self._under[who] = telegram.Message.de_json(under, bot)
        person = telegram.User(who, f"P{who}", is_bot=False, language_code="en")
        query = telegram.CallbackQuery("1", person, "1", data=data, message=self._under[who])
        query.set_bot(bot)
        update = telegram.Update(next(self._numbers), callback_query=query)
        update.set_bot(bot)
        await self.application.process_update(update)

    async def belongings_of_staff(self) -> list[Any]:
        """Every row of the tables that only staff change."""
        async with self.services.database.reading() as db:
            rows = [tuple(await db.execute(select(table))) for table in STAFFS_OWN]
            sources = select(tables.referral_links.c.id).where(
                tables.referral_links.c.kind == "source"
            )
            decided = select(tables.signature_flags.c.id).where(
                tables.signature_flags.c.decided_at.is_not(None)
            )
            answered = select(tables.inbox_messages.c.id).where(
                tables.inbox_messages.c.answered_by.is_not(None)
            )
            asked = (sources, decided, answered, select(tables.inbox_groups))
            return [*rows, *[tuple(await db.execute(one)) for one in asked]]


def message(who: int, group: bool = False, **content: Any) -> dict[str, Any]:
    """A message of somebody's; a command in it is marked, as Telegram marks it."""
    text = content.get("text", "")
    if text.startswith("/") and len(text) > 1 and not text[1].isspace():
        length = len(text.split()[0].encode("utf-16-le", "surrogatepass")) // 2
        content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    chat = {"id": -5, "type": "group", "title": "G"} if group else {"id": who, "type": "private"}
    return {"message_id": 7, "date": 1259227800, "chat": chat, "from": user(who), **content}


def tap(who: int, data: str, group: bool = False) -> dict[str, Any]:
    """A tap on a button, which may never have been there."""
    under = message(who, group, text="x") | {"from": BOT}
    query = {"id": "1", "from": user(who), "chat_instance": "1", "data": data, "message": under}
    return {"callback_query": query}


def user(who: int) -> dict[str, Any]:
    return {"id": who, "is_bot": False, "first_name": f"P{who}", "language_code": "en"}
