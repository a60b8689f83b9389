"""Promises of share pages and of the counter, as browsers and messengers fetch them."""

import io
import json
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from bot.web import picture_cache
from campaign import comments
from pictures.previews import rounded
from storage import comments as kept_comments
from storage import referral_links, signatures
from tests import migrated
from tests.bot.web_door import NOW, PUBLIC_URL, Door, door


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Door]:
    async with door(await migrated.copied_to(tmp_path / "clamour.db")) as opened:
        yield opened


def tag(html: str, name: str) -> str:
    found = re.search(rf'<meta property="{name}" content="([^"]*)"', html)
    assert found, name
    return unescape(found[1])


async def test_a_persons_link_shows_the_petition_and_leads_to_the_bot_with_the_referral(
    world: Door,
) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    link = await world.link_of(petition, ada)
    page = await world.get(f"/s/{link.code}")
    assert page.status == 200
    assert f'href="https://t.me/clamour_bot?start={link.code}"' in page.text
    assert petition.definition.text["en"].title in unescape(page.text)
    assert "<b>1</b> of 2,000 has signed" in page.text
    assert "Ada" not in page.text
    assert '<meta name="robots" content="noindex">' in page.text


async def test_messengers_find_what_a_preview_needs(world: Door) -> None:
    petition = await world.publish()
    html = (await world.get("/s/keep-the-unit")).text
    assert tag(html, "og:title") == petition.definition.text["en"].title
    assert tag(html, "og:description") == petition.definition.text["en"].ask
    assert tag(html, "og:url") == f"{PUBLIC_URL}/s/keep-the-unit"
    picture = tag(html, "og:image")
    assert picture.startswith(f"{PUBLIC_URL}/picture/keep-the-unit.png?")
    drawn = await world.get(picture.removeprefix(PUBLIC_URL))
    assert Image.open(io.BytesIO(drawn.body)).size == (1200, 630)
    assert drawn.headers["Content-Type"] == "image/png"
    assert len(drawn.body) < 300_000  # https://faq.whatsapp.com: larger ones are not shown


async def test_a_withdrawn_signers_link_still_leads_to_the_petition(world: Door) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    link = await world.link_of(petition, ada)
    async with world.services.database.transaction() as db:
        await signatures.withdraw(db, petition.id, ada.id, NOW)
    page = await world.get(f"/s/{link.code}")
    assert page.status == 200
    assert f"start={link.code}" in page.text


async def test_an_unknown_link_is_answered_kindly(world: Door) -> None:
    await world.publish()
    for code in ("r_0000000000", "nonsense", "%3Cscript%3E", "r_%00", "ŵ", "a/b"):
        page = await world.get(f"/s/{code}")
        assert page.status == 404
        assert "This link leads nowhere" in page.text
        assert f'href="{PUBLIC_URL}/s/keep-the-unit"' in page.text
        assert "<script" not in page.text


async def test_a_draft_is_not_shown_by_its_name_nor_by_a_link(world: Door) -> None:
    petition = await world.publish()
    (ada,) = await world.sign(petition, ["SW1A 1AA"])
    link = await world.link_of(petition, ada)
    await world.publish(status="draft")
    for code in (link.code, "keep-the-unit"):
        page = await world.get(f"/s/{code}")
        assert page.status == 404
        assert petition.definition.text["en"].title not in unescape(page.text)


async def test_a_closed_petition_says_so_and_asks_nobody_to_sign(world: Door) -> None:
    await world.publish(status="closed")
    page = (await world.get("/s/keep-the-unit")).text
    assert "This petition closed on 26 November 2009" in page
    assert "See what happened in Telegram" in page
    assert "Sign in Telegram" not in page
    card = (await world.get("/embed/keep-the-unit.html")).text
    assert "This petition closed on 26 November 2009" in card
    assert "Sign in Telegram" not in card


WISHES = [
    ("", "", "en"),
    ("?lang=cy", "", "cy"),
    ("?lang=cy-GB", "en", "cy"),
    ("?lang=xx", "cy", "cy"),
    ("", "cy-GB,cy;q=0.9,en;q=0.8", "cy"),
    ("", "en;q=0.5, cy;q=0.7", "cy"),
    ("", "fr, cy;q=0", "en"),
    ("", "cy;q=nonsense, en;q=0.1", "en"),
    ("?lang=%F0%9F", ";;;,,,", "en"),
]


async def test_a_page_speaks_the_language_that_is_wished_for(world: Door) -> None:
    await world.publish()
    for query, accepts, language in WISHES:
        page = await world.get(f"/s/keep-the-unit{query}", Accept_Language=accepts)
        assert f'<html lang="{language}">' in page.text, (query, accepts)
        assert page.headers["Vary"] == "Accept-Language"


async def test_the_counter_leads_to_the_bot_by_a_source_link_named_website(world: Door) -> None:
    petition = await world.publish()
    card = (await world.get("/embed/keep-the-unit.html")).text
    async with world.services.database.reading() as db:
        (link,) = await referral_links.sources(db, petition.id, 10)
    assert link.name == "website"
    assert f'href="https://t.me/clamour_bot?start={link.code}"' in card
    assert f"start={link.code}" in (await world.get("/embed/keep-the-unit")).text
    async with world.services.database.reading() as db:
        assert len(await referral_links.sources(db, petition.id, 10)) == 1


async def test_where_people_can_sign_on_the_site_the_counter_leads_there_unless_told_otherwise(
    tmp_path: Path,
) -> None:
    url = await migrated.copied_to(tmp_path / "chat.db")
    async with door(url, PUBLIC_URL, chat=True) as world:
        petition = await world.publish()
        card = (await world.get("/embed/keep-the-unit.html?lang=cy")).text
        async with world.services.database.reading() as db:
            (link,) = await referral_links.sources(db, petition.id, 10)
        assert f'href="{PUBLIC_URL}/s/{link.code}?lang=cy"' in card
        assert "Telegram" not in card
        telegram = f"https://t.me/clamour_bot?start={link.code}"
        for path in ("", ".html"):
            old = (await world.get(f"/embed/keep-the-unit{path}?target=telegram")).text
            assert f'href="{telegram}"' in old
            assert "Sign in Telegram" in old
            odd = (await world.get(f"/embed/keep-the-unit{path}?target=//evil.example")).text
            assert f'href="{PUBLIC_URL}/s/' in odd
            assert "evil" not in odd
        told = json.loads((await world.get("/api/campaigns/keep-the-unit.json")).text)
        assert told["sign_url"] == f"{PUBLIC_URL}/s/{link.code}"
        assert told["telegram_url"] == telegram
        assert 'name="code" value="' + link.code in (await world.get(f"/s/{link.code}")).text


async def test_the_counter_may_be_framed_and_fetched_anywhere_and_a_share_page_may_not(
    world: Door,
) -> None:
    await world.publish()
    framed = (await world.get("/embed/keep-the-unit")).headers
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    for kind in ("js", "html", "png", "svg"):
        headers = (await world.get(f"/embed/keep-the-unit.{kind}")).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    shared = (await world.get("/s/keep-the-unit")).headers
    assert "frame-ancestors 'none'" in shared["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in shared


async def test_there_is_no_counter_of_a_draft(world: Door) -> None:
    await world.publish(status="draft")
    for kind in ("", ".js", ".html", ".png", ".svg"):
        assert (await world.get(f"/embed/keep-the-unit{kind}")).status == 404


async def test_the_counters_picture_is_twice_as_sharp_as_it_is_shown(world: Door) -> None:
    await world.publish()
    png = await world.get("/embed/keep-the-unit.png?lang=cy")
    assert Image.open(io.BytesIO(png.body)).size == (1280, 400)
    svg = (await world.get("/embed/keep-the-unit.svg")).text
    assert 'width="640" height="200"' in svg
    assert "Goal: 2,000" in svg


async def test_a_picture_is_drawn_once_for_the_same_numbers(
    world: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = await world.publish()
    drawn = 0
    draw = picture_cache.previews.preview

    def counted(words: picture_cache.Labels) -> bytes:
        nonlocal drawn
        drawn += 1
        return draw(words)

    monkeypatch.setattr(picture_cache.previews, "preview", counted)
    first = await world.get("/picture/keep-the-unit.png")
    for _ in range(3):
        await world.get("/picture/keep-the-unit.png?lang=en&count=99")
    again = await world.get("/picture/keep-the-unit.png", If_None_Match=first.headers["ETag"])
    assert again.status == 304
    assert drawn == 1
    assert petition.is_open


@pytest.mark.parametrize(
    ("total", "shown"), [(0, 0), (7, 7), (99, 99), (100, 100), (812, 810), (1804, 1800)]
)
def test_a_preview_rounds_down_to_two_figures(total: int, shown: int) -> None:
    assert rounded(total) == shown


async def test_a_title_in_any_script_and_a_hostile_one_are_drawn_and_shown(world: Door) -> None:
    for title in ("حافظوا على الوحدة", '<b onload="x">&amp;', "Ŵ" * 120, "单位" * 30):
        texts = (await world.publish()).definition.text
        changed = {code: one.model_copy(update={"title": title}) for code, one in texts.items()}
        await world.publish(text=changed)
        for path in ("/picture/keep-the-unit.png", "/embed/keep-the-unit.png"):
            assert Image.open(io.BytesIO((await world.get(path)).body)).width > 1000
        page = (await world.get("/s/keep-the-unit")).text
        svg = (await world.get("/embed/keep-the-unit.svg")).text
        assert "<b onload" not in page + svg


async def test_the_page_says_why_people_signed_as_they_permit_and_not_without(
    world: Door,
) -> None:
    petition = await world.publish()
    (ada, bob) = await world.sign(petition, ["SW1A 1AA", "E1 6AN"])
    said = {ada: ("It <b>works.", "named"), bob: ("For Mary.", "none")}
    async with world.services.database.transaction() as db:
        for who, (words, permission) in said.items():
            signature = await signatures.of(db, petition.id, who.id)
            assert signature is not None
            await comments.give(db, petition, signature, words, permission, None, now=NOW)  # type: ignore[arg-type]
            await kept_comments.show(db, petition.id, signature.id, shown_at=NOW)
    html = (await world.get("/s/keep-the-unit")).text
    assert "Why people signed" in html
    assert "It &lt;b&gt;works" in html
    assert "<b>works" not in html
    assert "SW1A" in html
    assert "1AA" not in html
    assert "For Mary." not in html
    async with world.services.database.transaction() as db:
        await signatures.withdraw(db, petition.id, ada.id, NOW)
    world.services.monotonic = lambda: 10.0**9
    assert "works" not in (await world.get("/s/keep-the-unit")).text
