"""Promises of the proof of work in the chat: asked for while a burst is on, before a code is sent,
never in the way of somebody who has no scripts, and of no use a second time."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.web.pages import public_app
from campaign.invalidation import bursts
from channels.browser import crowds, proof_of_work
from channels.http_server import served
from storage import tables
from tests.bot.web_door import Door
from tests.browser.burst import Clock, begins, stop_clock
from tests.browser.solver import challenge_on, solved, with_solution
from tests.browser.visitor import FRAGMENT, Page, Visitor

Arrives = Callable[..., Visitor]
FEW = 400 // crowds.WAITING
"""So many of one network in a hundred seconds."""

ASKED = "One moment, please"
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock(world: Door) -> Clock:
    return stop_clock(world)


@pytest.fixture
async def burst(world: Door, clock: Clock) -> None:
    await begins(world, clock)


async def up_to_signing(visitor: Visitor, email: str = "dora@example.org") -> Page:
    await visitor.begins()
    for words in ("Dora Maar", "SW1A 1AA", email):
        await visitor.says(words)
    assert visitor.page.newest
    return visitor.page


async def signs(visitor: Visitor, **more: str) -> Page:
    """The last tap, with what a script would add."""
    return await taps(visitor, "✍️ Sign", **more)


async def taps(visitor: Visitor, label: str, **more: str) -> Page:
    button = visitor.page.button(label)
    visitor.page.hidden[button.form] |= more
    return await visitor.taps(label)


async def waiting(world: Door) -> int:
    """How many signatures wait for a code that is to be sent."""
    table = tables.pending_signatures
    async with world.services.database.reading() as db:
        count = select(func.count()).select_from(table).where(table.c.wants_code)
        return int(await db.scalar(count) or 0)


async def code_is_sent(world: Door) -> None:
    async with world.services.database.transaction() as db:
        await db.execute(tables.pending_signatures.update().values(wants_code=False))


async def test_nobody_is_asked_while_there_is_no_burst(
    world: Door, clock: Clock, ada: Visitor
) -> None:
    await up_to_signing(ada)
    page = await signs(ada)
    assert "dora@example.org" in page.newest
    assert await waiting(world) == 1


@pytest.mark.usefixtures("burst")
async def test_a_burst_asks_before_the_code_and_ends_by_itself(
    world: Door, clock: Clock, ada: Visitor, arrives: Arrives
) -> None:
    before = await up_to_signing(ada)
    page = await signs(ada)
    assert ada.answer is not None
    assert (ada.answer.status, page.heading) == (200, ASKED)
    assert await waiting(world) == 0
    solution = solved(challenge_on(page))
    again = await ada.opens("/chat")
    assert again.bubbles == before.bubbles, "nothing has been done, and nothing is lost"

    page = await signs(ada, altcha=solution)
    assert "dora@example.org" in page.newest
    assert await waiting(world) == 1

    clock.now += bursts.IS_OVER_AFTER + SECOND
    ben = arrives()
    await up_to_signing(ben, "ben@example.org")
    assert "ben@example.org" in (await signs(ben)).newest
    assert await waiting(world) == 2


@pytest.mark.usefixtures("burst")
async def test_who_has_no_scripts_waits_a_little_and_goes_on(
    world: Door, clock: Clock, ada: Visitor
) -> None:
    await up_to_signing(ada)
    page = await signs(ada)
    assert "wait 20 seconds" in unescape(page.html)
    assert page.links["Sign in Telegram, without waiting"] == "chat/telegram?to=keep-the-unit"
    clock.now += 5 * SECOND
    page = await ada.taps("Go on")
    assert "wait 15 more seconds" in unescape(page.html)
    clock.now += 14 * SECOND
    page = await ada.taps("Go on")
    assert "wait 1 more second," in unescape(page.html)
    assert await waiting(world) == 0
    clock.now += SECOND
    page = await ada.taps("Go on")
    assert "dora@example.org" in page.newest
    assert await waiting(world) == 1


@pytest.mark.usefixtures("burst")
async def test_a_burst_that_ends_meanwhile_lets_the_act_through(
    world: Door, clock: Clock, ada: Visitor
) -> None:
    await up_to_signing(ada)
    await signs(ada)
    clock.now += bursts.IS_OVER_AFTER + SECOND
    page = await ada.taps("Go on")
    assert "dora@example.org" in page.newest


@pytest.mark.usefixtures("burst")
async def test_a_solution_that_comes_again_does_nothing_more(
    world: Door, clock: Clock, ada: Visitor, arrives: Arrives
) -> None:
    await up_to_signing(ada)
    asked = await signs(ada)
    once = await ada.taps("Go on", on=with_solution(asked))
    solution = asked.hidden["chat"]["altcha"]
    await code_is_sent(world)
    for _ in range(3):
        assert (await ada.taps("Go on", on=asked)).bubbles == once.bubbles
    assert await waiting(world) == 0, "no second code"
    assert (await taps(ada, "Send the code again", altcha=solution)).heading == ASKED

    eve = arrives()
    await up_to_signing(eve, "eve@example.org")
    assert (await signs(eve, altcha=solution)).heading == ASKED
    assert await waiting(world) == 0


@pytest.mark.usefixtures("burst")
@pytest.mark.parametrize("given", ["", "x", "e30=", "{}", "A" * 3_000, "\x00\ufeffé"])
async def test_garbage_is_asked_again_kindly(world: Door, ada: Visitor, given: Any) -> None:
    await up_to_signing(ada)
    for more in ({"altcha": given}, {"waited": given}, {"altcha": given, "waited": given}):
        page = await signs(ada, **more)
        assert page.heading == ASKED
        assert challenge_on(page)
        await ada.opens("/chat")
    assert await waiting(world) == 0


@pytest.mark.usefixtures("burst")
async def test_what_is_too_late_is_asked_once_more(world: Door, clock: Clock, ada: Visitor) -> None:
    await up_to_signing(ada)
    asked = await signs(ada)
    with_solution(asked)
    clock.now += proof_of_work.VALID_FOR + SECOND
    (petition,) = await world.services.catalogue.petitions()
    await world.sign(petition, [])
    async with world.services.database.transaction() as db:
        await db.execute(tables.bursts.update().values(until=clock.now))
    page = await ada.taps("Go on", on=asked)
    assert "took too long" in unescape(page.html)
    assert "dora@example.org" in (await ada.taps("Go on", on=with_solution(page))).newest


@pytest.mark.usefixtures("burst")
async def test_each_code_by_email_is_asked_for(world: Door, clock: Clock, ada: Visitor) -> None:
    await up_to_signing(ada)
    asked = await signs(ada)
    await ada.taps("Go on", on=with_solution(asked))
    await code_is_sent(world)
    asked = await ada.taps("Send the code again")
    assert asked.heading == ASKED
    await ada.taps("Go on", on=with_solution(asked))
    assert await waiting(world) == 1
    await code_is_sent(world)
    await ada.taps("Change the address")
    asked = await ada.says("maar@example.org")
    assert asked.heading == ASKED
    assert asked.hidden["chat"]["text"] == "maar@example.org", "what was typed is kept"
    page = await ada.taps("Go on", on=with_solution(asked))
    assert "maar@example.org" in page.newest
    assert await waiting(world) == 1


@pytest.mark.usefixtures("burst")
async def test_a_code_that_proves_an_address_is_one_of_them(world: Door, ada: Visitor) -> None:
    """It is about no petition: a burst of any matters."""
    await ada.begins()
    await ada.taps("Cancel")
    await ada.says("/email")
    asked = await ada.says("dora@example.org")
    assert asked.heading == ASKED
    table = tables.pending_addresses
    async with world.services.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(table)) == 0
    page = await ada.taps("Go on", on=with_solution(asked))
    assert "dora@example.org" in page.newest


@pytest.mark.usefixtures("burst")
async def test_all_else_is_done_as_ever(ada: Visitor) -> None:
    await up_to_signing(ada)
    for words in ("/help", "/mydata", "/start", "/settings", "/withdraw"):
        await ada.says(words)
        assert ada.page.heading != ASKED


@pytest.mark.usefixtures("burst")
async def test_a_script_is_given_the_same_work(world: Door, ada: Visitor) -> None:
    await up_to_signing(ada)
    button = ada.page.button("✍️ Sign")
    given = {**ada.page.hidden["tap"], button.name: button.value}
    answer = await ada.sends(data=given, headers={"Accept": FRAGMENT})
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    solution = solved(challenge_on(Page(answer.text)))
    answer = await ada.sends(data={**given, "altcha": solution}, headers={"Accept": FRAGMENT})
    assert answer.headers["Content-Type"].startswith(FRAGMENT)
    assert "dora@example.org" in answer.text


@pytest.mark.usefixtures("burst")
async def test_few_of_one_network_may_wait_instead_of_working(world: Door, clock: Clock) -> None:
    """To wait costs a program nothing."""
    seconds = 1_000.0
    world.services.monotonic = lambda: seconds
    app = public_app(world.services, public_url="http://127.0.0.1", chat=True)
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(served(app, host="127.0.0.1", port=0))
        visitors = [Visitor.to(f"http://127.0.0.1:{port}") for _ in range(FEW + 1)]
        for number, visitor in enumerate(visitors):
            stack.push_async_callback(visitor.session.close)
            await up_to_signing(visitor, f"dora{number}@example.org")
            await signs(visitor)
        clock.now += proof_of_work.WAIT
        first, second, *others, last = visitors
        assert (await first.taps("Go on")).heading != ASKED
        page = await second.taps("Go on")
        assert "wait 10 more seconds" in unescape(page.html), "one a second"
        for visitor in others:
            seconds += 1
            assert (await visitor.taps("Go on")).heading != ASKED
        seconds += 1
        assert (await last.taps("Go on")).heading == ASKED
        seconds += 100
        assert (await last.taps("Go on")).heading != ASKED


@pytest.mark.parametrize("when", ["never", "always"])
async def test_the_site_may_ask_never_or_always(
    world: Door, clock: Clock, burst: None, ada: Visitor, when: Any
) -> None:
    world.services.proof_of_work = when
    if when == "always":
        clock.now += 2 * bursts.IS_OVER_AFTER
    await up_to_signing(ada)
    page = await signs(ada)
    assert (page.heading == ASKED) == (when == "always")


@pytest.mark.usefixtures("burst")
async def test_it_is_asked_in_the_persons_language(ada: Visitor) -> None:
    await ada.begins(query="?lang=cy")
    for words in ("Dora Maar", "SW1A 1AA", "dora@example.org"):
        await ada.says(words)
    page = await taps(ada, "✍️ Llofnodi")
    assert '<html lang="cy">' in page.html
    assert page.heading == "Un eiliad, os gwelwch yn dda"
