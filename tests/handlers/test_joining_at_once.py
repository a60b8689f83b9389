"""A promise for two places that show each other's tokens at once: neither waits for the other for
ever, one person comes of it, and whoever comes second is told so. On both engines."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from campaign import joining, recount
from channels.browser.acts import Act
from channels.browser.conversations import Conversations
from channels.browser.sessions import Token
from channels.telegram.events import CAPABILITIES
from handlers import dispatch, refusals
from handlers.events import Address, Event, Person, Tap
from handlers.router import handler_of
from handlers.screens import Screen
from handlers.services import Services
from handlers.supporter.buttons import BeOne
from handlers.unit_of_work import handle
from storage import tables
from tests import engines
from tests.amount import cases
from tests.campaign import petitions
from tests.handlers.routes_harness import NOW, RoutesHarness

PAIRS = cases(short=6, full=40)
"""Of people, who all do it at the same moment."""


class Shown:
    """An app that shows whatever comes."""

    async def keep(self, *_: Any, **__: Any) -> None: ...

    async def answer(self, _: Event, screen: Screen, *__: Any, **___: Any) -> None:
        assert screen.above is not None


async def in_telegram(services: Services, account: int, token: str) -> None:
    data = str(BeOne(token, "yes"))
    event = Event(
        services.number_of(account),
        Address("telegram", str(account)),
        Person(account, "Ada"),
        CAPABILITIES,
        tap=Tap(data, message_id=1),
    )
    handler, args = handler_of(event)
    await handle(
        services,
        event,
        handler,
        channel=Shown(),
        present=dispatch.present,
        refused=refusals.answer,
        args=args,
    )


@pytest.mark.parametrize("engine", engines.params())
@pytest.mark.parametrize("telegram_first", [True, False])
async def test_two_who_show_each_others_tokens_become_one(
    engine: str, telegram_first: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = joining.must_lock

    async def slowly(*given: Any) -> Any:
        await asyncio.sleep(0.05)  # so that each holds the lock of its own person
        return await looks(*given)

    monkeypatch.setattr(joining, "must_lock", slowly)
    async with RoutesHarness.open(tmp_path, engine) as doors:
        services, petition = doors.services, doors.petition
        chat = Conversations(services)
        pairs = []
        for number in range(1, PAIRS + 1):
            token = Token.new()
            if not telegram_first:
                await chat.begin(token, "en")
            async with services.database.transaction() as db:
                ada = await petitions.person(db, number, NOW)
                await petitions.signs(db, petition, ada, NOW)
            found = await chat.begin(token, "en")
            async with services.database.transaction() as db:
                await petitions.signs(db, petition, found.supporter, NOW)
                hers = await joining.offer(db, ada, "", NOW)
            pairs.append((number, token, hers, await chat.join_token(found, "")))

        async def in_browser(token: Token, shown: str, tapped: bool) -> None:
            found = await chat.find(token)
            assert found is not None
            if tapped:
                await chat.do(found, Act.tap(str(BeOne(shown, "yes")), "1", NOW))
                return
            with suppress(joining.NoSuchToken, joining.SamePerson, joining.TokenUsed):
                await chat.join(shown, token, found)

        async with asyncio.timeout(60):
            await asyncio.gather(
                *(in_telegram(services, number, his) for number, _, _, his in pairs),
                *(in_browser(token, hers, bool(n % 2)) for n, token, hers, _ in pairs),
            )
        async with services.database.reading() as db:
            assert await recount.differences(db, petition) == []
            people = tables.supporters
            somebody = select(func.count()).where(people.c.telegram_id > 0)
            assert await db.scalar(somebody) == PAIRS
            live = select(func.count()).where(tables.signatures.c.status == "live")
            assert await db.scalar(live) == PAIRS
