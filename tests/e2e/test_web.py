"""Promises of the web part beside a running bot: what is shared, counted and watched."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from channels.telegram.webhook import SECRET_HEADER
from handlers.routes import Command
from handlers.supporter import help as help_page
from tests.bot.update_queue import message
from tests.conversations.broadcast_steps import ended, listens, sends, shows, writes
from tests.conversations.form_steps import signs
from tests.e2e.killable import free_port
from tests.e2e.people import Arrives, Person
from tests.e2e.running_bot import RunningBot, simulator_within


def web(port: int, internal: int) -> dict[str, Any]:
    return {
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "internal_port": internal,
    }


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[RunningBot]:
    async with (
        simulator_within() as address,
        RunningBot.open(address, tmp_path, web=web(free_port(), free_port())) as stage,
    ):
        yield stage


async def fetch(url: str, method: str = "GET", **more: Any) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, **more) as answer,
    ):
        return answer.status, await answer.text()


def public(stage: RunningBot, path: str) -> str:
    return f"{stage.settings.web.public_url}{path}"


def internal(stage: RunningBot, path: str) -> str:
    return f"http://127.0.0.1:{stage.settings.web.internal_port}{path}"


async def figure(stage: RunningBot, line: str) -> float:
    """The value of a metric, such as `clamour_updates_total{kind="message",outcome="done"}`."""
    _, told = await fetch(internal(stage, "/metrics"))
    found = [one.rpartition(" ")[2] for one in told.splitlines() if one.startswith(f"{line} ")]
    return float(found[0]) if found else 0.0


async def test_what_is_shared_outside_telegram_is_a_page_that_leads_back(
    stage: RunningBot, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    signed = ada.last
    shared = next(word for word in signed.text.split() if "/s/r_" in word)
    assert shared.startswith(public(stage, "/s/r_"))
    assert shared in signed.text
    to_telegram = parse_qs(urlsplit(signed.buttons["Send on Telegram"]).query)["url"][0]
    assert to_telegram == f"https://t.me/clamour_bot?start={shared.rpartition('/')[2]}"
    assert signed.buttons["Send on WhatsApp"] == f"{shared}/whatsapp?lang=en"
    page = await ada.taps("Other ways to share")
    assert page.acts("Copy my link")["copy_text"]["text"] == shared
    assert shared in (await ada.taps("Suggested messages")).text

    status, html = await fetch(shared)
    assert status == 200
    assert f'href="{to_telegram}"' in html
    bob = await arrives("Bob")
    assert "Someone who has signed this thought of you" in (await bob.opens(to_telegram)).text


async def test_a_signature_shows_in_the_public_numbers(stage: RunningBot, ada: Person) -> None:
    api = public(stage, "/api/campaigns/keep-the-unit.json")
    assert json.loads((await fetch(api))[1])["count"] == 0
    await signs(ada)
    await asyncio.sleep(1.1)
    assert json.loads((await fetch(api))[1])["count"] == 1


async def test_who_comes_by_the_website_counts_for_it(
    stage: RunningBot, ada: Person, owner: Person
) -> None:
    told = json.loads((await fetch(public(stage, "/api/campaigns/keep-the-unit.json")))[1])
    await ada.opens(told["sign_url"])
    assert "website" in (await owner.says("/source")).text


async def test_operators_see_what_the_bot_does_and_nobody_else_does(
    stage: RunningBot, ada: Person
) -> None:
    await ada.says("/start")
    assert await figure(stage, 'clamour_updates_total{kind="message",outcome="done"}') == 1
    assert await figure(stage, "clamour_answer_seconds_count") == 1
    assert await figure(stage, "clamour_transaction_seconds_count") >= 1
    assert await figure(stage, "clamour_sends_broadcasts") == 1
    assert await figure(stage, 'clamour_signatures{campaign="keep-the-unit"}') == 0
    for path in ("/metrics", "/readyz"):
        assert (await fetch(public(stage, path)))[0] == 404


async def test_metrics_tell_of_no_person(stage: RunningBot, ada: Person) -> None:
    await signs(ada)
    _, told = await fetch(internal(stage, "/metrics"))
    for secret in (
        "Ada",
        "Lovelace",
        "SW1A",
        str(ada.id),
        stage.settings.telegram.token.get_secret_value(),
    ):
        assert secret not in told


async def test_telegrams_refusals_are_counted(stage: RunningBot, ada: Person) -> None:
    await ada.says("/start")
    await stage.control("faults", method="sendMessage", kind="429", times=1, retry_after=1)
    await ada.says("/help")
    assert await figure(stage, 'clamour_telegram_refusals_total{lane="answers"}') == 1


async def test_a_broadcasts_messages_are_counted(
    stage: RunningBot, ada: Person, owner: Person
) -> None:
    await listens(ada)
    await writes(owner, "We are at City Hall.")
    await sends(owner)
    await shows(ada, "We are at City Hall.")
    await ended(stage)
    assert await figure(stage, 'clamour_deliveries_total{outcome="sent"}') == 1
    assert await figure(stage, "clamour_broadcasts_sending") == 0


async def test_an_update_that_fails_is_counted_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(context: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setitem(help_page.ROUTES.commands, "help", Command(fails))  # type: ignore[arg-type]
    async with (
        simulator_within() as address,
        RunningBot.open(address, tmp_path, web={"internal_port": free_port()}) as stage,
        aiohttp.ClientSession() as session,
    ):
        ada = await Person.arrive(session, address)
        assert "went wrong" in (await ada.says("/help")).text
        assert await figure(stage, 'clamour_updates_total{kind="message",outcome="failed"}') == 1


async def test_a_ready_bot_says_so(stage: RunningBot) -> None:
    status, told = await fetch(internal(stage, "/readyz"))
    assert status == 200
    assert json.loads(told) == {
        "role": "all",
        "database": True,
        "telegram": True,
        "working": True,
        "duties": ["updates", "sending", "jobs"],
    }
    assert (await fetch(internal(stage, "/healthz"))) == (200, "ok\n")


async def test_pages_and_webhook_share_a_port_and_the_webhook_stays_as_strict(
    tmp_path: Path,
) -> None:
    port = free_port()
    hook = f"http://127.0.0.1:{port}/telegram"
    async with (
        simulator_within() as address,
        RunningBot.open(
            address,
            tmp_path,
            telegram={"mode": "webhook"},
            webhook={"url": hook, "port": port},
            web={"port": port, "public_url": f"http://127.0.0.1:{port}"},
        ) as stage,
        aiohttp.ClientSession() as session,
    ):
        ada = await Person.arrive(session, address)
        assert (await ada.says("/start")).has_picture
        assert (await fetch(public(stage, "/s/keep-the-unit")))[0] == 200
        body = json.dumps(message(1, 7))
        sent = {"data": body, "headers": {"Content-Type": "application/json"}}
        assert (await fetch(hook, "POST", **sent))[0] == 403
        sent["headers"] |= {SECRET_HEADER: "wrong_" * 5}
        assert (await fetch(hook, "POST", **sent))[0] == 403
        assert (await fetch(hook))[0] == 404
        assert (await fetch(public(stage, "/s/keep-the-unit"), "POST", data=body))[0] == 405


async def test_without_a_port_nothing_is_served_and_links_stay_telegrams(tmp_path: Path) -> None:
    async with (
        simulator_within() as address,
        RunningBot.open(address, tmp_path),
        aiohttp.ClientSession() as session,
    ):
        ada = await Person.arrive(session, address)
        await signs(ada)
        assert ada.last.buttons["Send on WhatsApp"].startswith("https://wa.me/?text=")
        more = await ada.taps("Other ways to share")
        copied = more.acts("Copy my link")["copy_text"]["text"]
        assert copied.startswith("https://t.me/clamour_bot?start=r_")


async def test_a_port_that_is_taken_stops_the_bot_with_a_reason(tmp_path: Path) -> None:
    port = free_port()
    taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", port)
    async with simulator_within() as address, taken:
        with pytest.raises(OSError, match="in use"):
            async with RunningBot.open(address, tmp_path, web=web(port, 0)):
                pass
