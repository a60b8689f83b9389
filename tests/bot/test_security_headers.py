"""Promises of the public door: only reading, no versions, careful headers, nothing too long."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.errors import DatabaseUnavailable
from tests import migrated
from tests.bot.web_door import Door, door

PATHS = (
    "/healthz",
    "/api/campaigns/keep-the-unit.json",
    "/embed/keep-the-unit",
    "/embed/keep-the-unit.js",
    "/embed/keep-the-unit.html",
    "/embed/keep-the-unit.svg",
    "/embed/keep-the-unit.png",
    "/picture/keep-the-unit.png",
    "/assets/card.css",
    "/s/keep-the-unit",
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Door]:
    async with door(await migrated.copied_to(tmp_path / "clamour.db")) as opened:
        await opened.publish()
        yield opened


async def test_every_page_has_careful_headers_and_no_version(world: Door) -> None:
    for path in PATHS:
        answer = await world.get(path)
        assert answer.status == 200, path
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        for banner in ("Server", "X-Powered-By", "Set-Cookie"):
            assert banner not in answer.headers


async def test_head_is_the_same_without_the_body(world: Door) -> None:
    for path in PATHS:
        whole, head = await world.get(path), await world.asks("HEAD", path)
        assert (head.status, head.body) == (200, b"")
        assert head.headers["Content-Length"] == str(len(whole.body))


async def test_nothing_but_reading_is_allowed(world: Door) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        for path in ("/s/keep-the-unit", "/api/campaigns/keep-the-unit.json", "/no"):
            answer = await world.asks(method, path)
            assert answer.status == 405
            assert answer.headers["Allow"] == "GET, HEAD"


async def test_what_is_too_long_is_refused(world: Door) -> None:
    assert (await world.get("/s/" + "x" * 300)).status == 414
    assert (await world.get("/s/keep-the-unit?lang=" + "x" * 300)).status == 414


async def test_the_world_finds_nothing_of_the_operators(world: Door) -> None:
    for path in ("/metrics", "/readyz", "/docs", "/openapi.json", "/assets/x.css", "/assets/.."):
        assert (await world.get(path)).status == 404


async def test_with_the_database_away_people_are_asked_to_come_again(
    world: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(world.services.catalogue, "petitions", away)
    answer = await world.get("/s/keep-the-unit")
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "10"
    assert "One moment, please" in answer.text
    assert (await world.get("/healthz")).status == 200
    assert (await world.get("/api/campaigns/keep-the-unit.json")).status == 503


async def test_a_bug_tells_nothing_of_itself(world: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(world.services.catalogue, "petitions", broken)
    answer = await world.get("/s/keep-the-unit")
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
