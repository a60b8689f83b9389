"""Promises of the button that leads to WhatsApp through a page: counted, and led nowhere else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.web.pass_on import WRITTEN_EVERY_SECONDS
from campaign.referrals import ways
from storage import share_ways
from tests import migrated
from tests.bot.web_door import PUBLIC_URL, Door, door

PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0 Mobile Safari/537.36"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Door]:
    async with door(await migrated.copied_to(tmp_path / "clamour.db")) as opened:
        yield opened


async def taps(world: Door, campaign_id: int) -> dict[str, int]:
    await asyncio.sleep(WRITTEN_EVERY_SECONDS + 0.3)
    async with world.services.database.reading() as db:
        return dict(await share_ways.of_campaign(db, campaign_id))


async def test_a_tap_is_counted_and_leads_to_whatsapp_with_words_and_page(world: Door) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    link = await world.link_of(petition, ada)
    for language in ("en", "cy"):
        led = await world.get(f"/s/{link.code}/whatsapp?lang={language}", User_Agent=PHONE)
        assert led.status == 302
        assert led.headers["Cache-Control"] == "no-store"
        address = urlsplit(led.headers["Location"])
        assert (address.scheme, address.netloc, address.path) == ("https", "wa.me", "/")
        (text,) = parse_qs(address.query)["text"]
        words = petition.definition.text[language].share_text
        assert text == f"{words} {PUBLIC_URL}/s/{link.code}"
    assert await taps(world, petition.id) == {"whatsapp": 2}
    async with world.services.database.reading() as db:
        assert await ways.tapped(db, petition) == [ways.Tapped("whatsapp", 2)]


async def test_what_says_that_it_is_no_person_is_led_on_and_not_counted(world: Door) -> None:
    petition = await world.publish()
    for name in (
        "TelegramBot (like TwitterBot)",
        "WhatsApp/2.23",
        "facebookexternalhit/1.1",
        "",
    ):
        led = await world.get("/s/keep-the-unit/whatsapp", User_Agent=name)
        assert led.status == 302, name
    for header in ({"Sec_Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}):
        assert (
            await world.get("/s/keep-the-unit/whatsapp", User_Agent=PHONE, **header)
        ).status == 302
    asked = await world.asks("HEAD", "/s/keep-the-unit/whatsapp", {"User-Agent": PHONE})
    assert asked.status == 302
    assert await taps(world, petition.id) == {}
    cubot = "Mozilla/5.0 (Linux; Android 8.1; CUBOT_X18) Chrome/70.0 Mobile Safari/537.36"
    await world.get("/s/keep-the-unit/whatsapp", User_Agent=cubot)
    assert await taps(world, petition.id) == {"whatsapp": 1}, "a phone of that name"


@pytest.mark.parametrize(
    "path",
    [
        "/s/nobody/whatsapp",
        "/s/keep-the-unit/elsewhere",
        "/s/keep-the-unit/https:%2F%2Fevil.example",
        "/s/keep-the-unit/whatsapp/more",
    ],
)
async def test_an_unknown_link_or_way_leads_nowhere(world: Door, path: str) -> None:
    petition = await world.publish()
    answer = await world.get(path, User_Agent=PHONE)
    assert answer.status == 404
    assert "Location" not in answer.headers
    assert await taps(world, petition.id) == {}


@pytest.mark.parametrize("more", ["?url=https://evil.example", "?text=evil", "?lang=//evil"])
async def test_nothing_in_the_address_changes_where_it_leads(world: Door, more: str) -> None:
    await world.publish()
    led = await world.get(f"/s/keep-the-unit/whatsapp{more}", User_Agent=PHONE)
    assert led.headers["Location"].startswith("https://wa.me/?text=")
    assert "evil" not in led.headers["Location"]


async def test_a_petition_that_has_closed_is_passed_on_no_more(world: Door) -> None:
    petition = await world.publish(status="closed")
    led = await world.get("/s/keep-the-unit/whatsapp", User_Agent=PHONE)
    assert led.headers["Location"] == f"{PUBLIC_URL}/s/keep-the-unit"
    assert await taps(world, petition.id) == {}


async def test_many_taps_at_once_are_written_together_and_none_is_lost(world: Door) -> None:
    petition = await world.publish()
    written = 0
    add = share_ways.add

    async def counted(*given: object, **named: object) -> None:
        nonlocal written
        written += 1
        await add(*given, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(share_ways, "add", counted)
        address = "/s/keep-the-unit/whatsapp"
        await asyncio.gather(*(world.get(address, User_Agent=PHONE) for _ in range(60)))
        assert await taps(world, petition.id) == {"whatsapp": 60}
    assert written <= 3
