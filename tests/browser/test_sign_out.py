"""Promises of signing out of a browser that others use, too."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from storage import tables
from tests.bot.web_door import Door
from tests.browser.visitor import FRAGMENT, Visitor

Arrives = Callable[..., Visitor]


async def rows(world: Door, table: Any) -> int:
    async with world.services.database.reading() as db:
        return int(await db.scalar(select(func.count()).select_from(table)) or 0)


async def waits_for_code(visitor: Visitor) -> None:
    await visitor.begins()
    for words in ("Dora Maar", "SW1A 1AA", "dora@example.org"):
        await visitor.says(words)
    await visitor.taps("✍️ Sign")


def cookies(visitor: Visitor) -> dict[str, str]:
    return {cookie.key: cookie.value for cookie in visitor.session.cookie_jar}


@pytest.mark.parametrize("where", ["/settings", "/privacy"])
async def test_the_next_person_at_the_machine_sees_nothing(
    world: Door, ada: Visitor, where: str
) -> None:
    await waits_for_code(ada)
    before = cookies(ada)
    await ada.says(where)
    page = await ada.taps("Sign out of this browser")
    assert "Your signature stays" not in page.newest
    assert "your signature stays" in page.newest
    page = await ada.taps("Yes, sign out")
    assert "You’re signed out" in page.newest
    assert "Dora" not in page.html
    assert cookies(ada) == {}
    assert ada.answer is not None
    assert ada.answer.headers["Clear-Site-Data"] == '"cache"'
    assert (await ada.opens("/chat")).heading == "We don’t know this browser"

    assert await rows(world, tables.addresses) == 0
    assert await rows(world, tables.web_chats) == 0
    assert await rows(world, tables.signatures) == 1, "what was signed stays"
    stolen = {"Cookie": f"clamour={before['clamour']}"}
    answer = await ada.sends(method="GET", headers=stolen)
    assert answer.status == 403, "nor does the old cookie lead back"
    assert "Dora" not in answer.text


async def test_no_is_no(ada: Visitor) -> None:
    await waits_for_code(ada)
    await ada.says("/privacy")
    await ada.taps("Sign out of this browser")
    await ada.taps("No, stay signed in")
    assert "dora@example.org" in str((await ada.opens("/chat")).bubbles)


async def test_of_one_who_has_signed_nothing_nothing_is_left(world: Door, ada: Visitor) -> None:
    await ada.begins()
    await ada.says("Dora Maar")
    await ada.says("/privacy")
    await ada.taps("Sign out of this browser")
    await ada.taps("Yes, sign out")
    assert await rows(world, tables.addresses) == await rows(world, tables.web_chats) == 0
    async with world.services.database.reading() as db:
        dialogs = (await db.execute(select(tables.dialogs))).all()
        people = (await db.scalars(select(tables.supporters.c.telegram_id))).all()
    assert "Dora" not in repr(dialogs)
    assert all(account < 0 for account in people), "nobody, as after /forget"


async def test_a_second_tap_and_another_tab_hear_kindly_that_it_is_over(
    world: Door, ada: Visitor
) -> None:
    await waits_for_code(ada)
    cookie = {"Cookie": f"clamour={cookies(ada)['clamour']}"}
    await ada.says("/privacy")
    page = await ada.taps("Sign out of this browser")
    button = page.button("Yes, sign out")
    given = {**page.hidden[button.form], button.name: button.value}
    done = await ada.sends(data=given, headers={"Accept": FRAGMENT})
    assert "signed out" in done.text
    assert "<form" not in done.text
    for _ in range(2):
        again = await ada.sends(data=given, headers=cookie)
        assert again.status == 403
        assert "has ended" in again.text
    assert await rows(world, tables.signatures) == 1


async def test_no_link_that_was_asked_for_before_leads_back(world: Door, ada: Visitor) -> None:
    await waits_for_code(ada)
    await ada.sends("/chat/telegram?to=keep-the-unit", method="GET")
    assert await rows(world, tables.join_tokens) == 1
    await ada.says("/privacy")
    await ada.taps("Sign out of this browser")
    await ada.taps("Yes, sign out")
    assert await rows(world, tables.join_tokens) == 0


async def test_another_browser_of_the_same_person_stays(
    world: Door, ada: Visitor, arrives: Arrives
) -> None:
    await waits_for_code(ada)
    other = arrives()
    await other.begins()
    async with world.services.database.transaction() as db:
        table = tables.addresses
        newest = select(func.max(table.c.id)).scalar_subquery()
        hers = select(func.min(table.c.supporter_id)).scalar_subquery()
        await db.execute(table.update().where(table.c.id == newest).values(supporter_id=hers))
    await other.says("/privacy")
    await other.taps("Sign out of this browser")
    await other.taps("Yes, sign out")
    assert await rows(world, tables.addresses) == 1
    assert "dora@example.org" in str((await ada.opens("/chat")).bubbles)


async def test_the_same_browser_begins_as_somebody_new(world: Door, ada: Visitor) -> None:
    await waits_for_code(ada)
    await ada.says("/privacy")
    await ada.taps("Sign out of this browser")
    await ada.taps("Yes, sign out")
    page = await ada.begins()
    assert "What is your name?" in page.newest
    assert "Dora" not in page.html
