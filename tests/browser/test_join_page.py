"""Promises of going on in a browser with what was begun in Telegram, by a link that works once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaign import erasure, joining, recount
from campaign.petition import Petition
from storage import addresses, campaigns, signatures, staff
from storage.supporters import Supporter
from tests.bot.web_door import Door
from tests.browser.visitor import Visitor
from tests.campaign import petitions

Arrives = Callable[..., Visitor]
GO_ON = "Go on here"


async def petition_of(world: Door) -> Petition:
    (petition,) = await world.services.catalogue.petitions()
    return petition


async def telegrams(world: Door, number: int = 7, *, signs: bool = True) -> Supporter:
    async with world.services.database.transaction() as db:
        ada = await petitions.person(db, number, world.services.clock())
        if signs:
            await petitions.signs(db, await petition_of(world), ada, world.services.clock())
        return ada


async def link_of(world: Door, person: Supporter) -> str:
    async with world.services.database.transaction() as db:
        token = await joining.offer(db, person, "keep-the-unit", world.services.clock())
    return world.services.joining_page(token).removeprefix(world.services.public_url)


async def places(world: Door, person: Supporter) -> list[str]:
    async with world.services.database.reading() as db:
        return [one.channel for one in await addresses.of_supporter(db, person.id)]


async def test_what_was_done_in_telegram_goes_on_in_a_new_browser(
    world: Door, ada: Visitor
) -> None:
    person = await telegrams(world)
    link = await link_of(world, person)
    page = await ada.opens(link)
    assert page.labels == [GO_ON]
    assert "one cookie" in page.html
    assert not list(ada.session.cookie_jar)
    page = await ada.taps(GO_ON)
    assert page.bubbles[0][0] == "note"
    assert "goes on here" in page.bubbles[0][1]
    assert "You signed on" in page.newest
    assert await places(world, person) == ["telegram", "web"]
    assert await ada.opens("/chat")
    again = await ada.opens(link)
    assert again.bubbles, "who is there already is led to the conversation"


async def test_link_previews_use_nothing(world: Door, arrives: Arrives) -> None:
    person = await telegrams(world)
    link = await link_of(world, person)
    preview = arrives()
    for method in ("GET", "HEAD", "GET"):
        assert (await preview.sends(link, method=method)).status == 200
    assert await places(world, person) == ["telegram"]
    ada = arrives()
    await ada.opens(link)
    await ada.taps(GO_ON)
    assert await places(world, person) == ["telegram", "web"]


async def test_a_browser_with_a_signature_of_its_own_becomes_one_with_it(
    world: Door, ada: Visitor
) -> None:
    await ada.begins()
    await ada.says("Ada Lovelace")
    petition = await petition_of(world)
    (cookie,) = ada.session.cookie_jar
    from channels.browser.sessions import Token

    async with world.services.database.transaction() as db:
        found = await addresses.find(db, "web", Token(cookie.value).value)
        assert found is not None
        mia = found[0]
        await petitions.signs(db, petition, mia, world.services.clock() - timedelta(hours=1))
    person = await telegrams(world)
    page = await ada.opens(await link_of(world, person))
    assert "become one" in page.html
    page = await ada.taps(GO_ON)
    notes = [words for who, words in page.bubbles if who == "note"]
    assert "counts once" in notes[-1]
    assert "You signed on" in page.newest
    async with world.services.database.reading() as db:
        assert await recount.differences(db, petition) == []
        assert (await campaigns.totals(db, petition.id)).live == 1
        stands = await signatures.of(db, petition.id, person.id)
        assert stands is not None
        assert stands.number == 1


@pytest.mark.parametrize("why", ["used", "late", "erased", "made up", "another account"])
async def test_a_link_that_does_not_work_is_met_kindly_and_loses_nothing(
    world: Door, arrives: Arrives, why: str
) -> None:
    person, services = await telegrams(world), world.services
    link, bob = await link_of(world, person), arrives()
    if why == "used":
        ada = arrives()
        await ada.opens(link)
        await ada.taps(GO_ON)
    elif why == "late":
        clock, at = services.clock, services.clock() + timedelta(minutes=15)
        services.clock = lambda: at
        assert clock() < at
    elif why == "erased":
        async with services.database.transaction() as db:
            await erasure.erase(db, person, now=services.clock())
    elif why == "made up":
        link = link[:-1] + "\N{BLACK HEART SUIT}"
    else:
        await bob.opens(await link_of(world, await telegrams(world, 8)))
        await bob.taps(GO_ON)
    before = await places(world, person)
    page = await bob.opens(link)
    assert bob.answer is not None
    assert bob.answer.status == 410
    assert page.labels == []
    assert any(words in page.html for words in ("Nothing is lost", "Nothing has been changed"))
    forced = {"code": link.partition("=")[2], "csrf": ""}
    assert (await bob.sends("/chat/join", data=forced)).status in (403, 410)
    assert await places(world, person) == before
    if why == "another account":
        assert (await bob.opens("/chat")).bubbles


async def test_another_site_joins_nobody(world: Door, ada: Visitor, arrives: Arrives) -> None:
    person = await telegrams(world)
    link = await link_of(world, person)
    form = {"code": link.partition("=")[2], "csrf": ""}
    site = {"Sec-Fetch-Site": "cross-site"}
    assert (await arrives().sends("/chat/join", data=form, headers=site)).status == 403
    await ada.begins()
    assert (await ada.sends("/chat/join", data=form)).status == 403, "a form without its key"
    assert await places(world, person) == ["telegram"]


async def test_two_taps_on_one_page_join_once(world: Door, ada: Visitor) -> None:
    person = await telegrams(world)
    page = await ada.opens(await link_of(world, person))
    await ada.taps(GO_ON)
    again = await ada.sends("/chat/join", data=page.hidden["../chat/join"])
    assert again.status in (303, 403)
    assert await places(world, person) == ["telegram", "web"]


async def test_a_browser_never_has_the_rights_of_staff(world: Door, ada: Visitor) -> None:
    person = await telegrams(world)
    async with world.services.database.transaction() as db:
        await staff.upsert(db, person.telegram_id, "owner", world.services.clock())
    await ada.opens(await link_of(world, person))
    await ada.taps(GO_ON)
    for command in ("/members", "/update", "/desk", "/stopall", "/audit"):
        page = await ada.says(command)
        assert "don’t know" in page.newest or "isn’t" in page.newest, page.newest
    async with world.services.database.reading() as db:
        assert await staff.roles_of(db, person.telegram_id) == {None: "owner"}
