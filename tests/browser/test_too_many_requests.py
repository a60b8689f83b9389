"""Promise: a network that asks too much is refused before the database is asked."""

from pathlib import Path

import pytest

from bot.web.pages import public_app
from channels.browser.sessions import Token
from channels.floods import Floods
from channels.http_server import served
from storage.errors import DatabaseUnavailable
from tests import migrated
from tests.bot.web_door import door
from tests.browser.visitor import Visitor

PEOPLE, REQUESTS = 1, 8
"""So many people may begin and requests be made; see channels.browser.crowds."""


async def test_a_network_that_asks_too_much_costs_the_database_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door(await migrated.copied_to(tmp_path / "clamour.db"), chat=True) as world:
        await world.publish()
        app = public_app(
            world.services, public_url="http://127.0.0.1", chat=True, people_of_network=PEOPLE
        )
        app.floods = Floods(world.services.monotonic, 0)
        async with (
            served(app, host="127.0.0.1", port=0) as port,
            Visitor.to(f"http://127.0.0.1:{port}") as ada,
        ):
            cookie = {"Cookie": f"clamour={Token.new().secret}"}
            for _ in range(REQUESTS):
                assert (await ada.sends(method="GET", headers=cookie)).status == 403

            def is_asked() -> None:
                raise AssertionError("the database was asked")

            async def is_asked_for_campaigns() -> None:
                raise DatabaseUnavailable

            monkeypatch.setattr(world.services.database, "reading", is_asked)
            monkeypatch.setattr(world.services.database, "transaction", is_asked)
            monkeypatch.setattr(world.services.catalogue, "petitions", is_asked_for_campaigns)
            for path, method, status in (
                ("/chat", "GET", 429),
                ("/chat", "POST", 429),
                ("/chat/begin", "POST", 429),
                ("/chat/join?token=x", "GET", 429),
                ("/chat/join", "POST", 429),
                ("/chat/picture/one", "GET", 404),
            ):
                answer = await ada.sends(path, method=method, headers=cookie)
                assert (path, method, answer.status) == (path, method, status)
            answer = await ada.sends(method="GET", headers=cookie)
            assert answer.headers["Retry-After"]
            assert "Please slow down" in answer.text


async def test_a_network_of_one_can_look_at_a_few_pages_with_all_that_is_on_them(
    tmp_path: Path,
) -> None:
    async with door(await migrated.copied_to(tmp_path / "clamour.db"), chat=True) as world:
        await world.publish()
        app = public_app(
            world.services, public_url="http://127.0.0.1", chat=True, people_of_network=PEOPLE
        )
        async with (
            served(app, host="127.0.0.1", port=0) as port,
            Visitor.to(f"http://127.0.0.1:{port}") as ada,
        ):
            for _ in range(10):
                for path in ("/s/keep-the-unit", "/web/page.css", "/web/card.css", "/favicon.ico"):
                    assert (await ada.sends(path, method="GET")).status != 429
