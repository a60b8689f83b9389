"""Promises to staff who make links for leaflets, and ask what links bring."""

import re
from datetime import UTC, datetime

import pytest

from storage import staff
from tests.conversations.form_steps import signs
from tests.conversations.referral_steps import boss, link_of, signs_by
from tests.e2e.people import Arrives, Person
from tests.stage.stage import Stage


async def test_a_source_link_counts_what_a_leaflet_brings(stage: Stage, arrives: Arrives) -> None:
    owner = await boss(arrives)
    assert "There are none yet" in (await owner.says("/source")).text
    made = await owner.says("/source Leaflet, Brixton")
    assert made.has_picture
    assert "Leaflet, Brixton" in made.text
    link = re.search(r"https://t\.me/clamour_bot\?start=s_[A-Za-z0-9]{8}", made.text)
    assert link is not None
    assert link[0] in (await owner.says("/source leaflet,  brixton")).text, "the same one again"
    bob = await arrives("Bob")
    assert "thought of you" not in (await bob.opens(link[0])).text
    await signs_by(bob, link[0])
    cy = await arrives("Cy")
    await cy.opens(link[0])
    await signs_by(await arrives("Di"), await link_of(bob))
    numbers = (await owner.says("/source")).text
    assert "Leaflet, Brixton: 2 opened it, 1 began, 1 signed, 1 passed it on" in numbers
    assert "1 of their friends signed" in numbers


@pytest.mark.parametrize("name", ["x" * 41, "•••"])
async def test_a_source_name_that_cannot_be_is_refused_kindly(
    stage: Stage, arrives: Arrives, name: str
) -> None:
    owner = await boss(arrives)
    assert "I could not use that name" in (await owner.says(f"/source keep-the-unit {name}")).text


async def test_staff_see_how_links_turn_into_signatures(stage: Stage, arrives: Arrives) -> None:
    owner, ada = await boss(arrives), await arrives("Ada")
    await signs(ada)
    link = await link_of(ada)
    bob = await arrives("Bob")
    await signs_by(bob, link)
    await (await arrives("Cy")).opens(link)
    funnel = await owner.says("/funnel")
    for line in ("Opened a link: 2", "Began to sign: 1", "Signed: 1", "Their friends signed: 1"):
        assert line in funnel.text
    assert "2 signed and brought 1 more (0.5 each)" in (await owner.taps("Week by week")).text
    assert "Nobody yet who agreed" in (await owner.taps("Who brought most")).text
    await ada.says("/friends")
    await ada.taps("Let staff see my first name")
    await owner.says("/funnel")
    assert "1. Ada: 1" in (await owner.taps("Who brought most")).text


async def test_a_viewer_sees_numbers_and_no_names(stage: Stage, arrives: Arrives) -> None:
    vic = await arrives("Vic")
    await vic.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, vic.id, "viewer", datetime.now(UTC))
    funnel = await vic.says("/funnel")
    assert "Opened a link: 0" in funnel.text
    assert "Who brought most" not in funnel.buttons
    weeks = await vic.taps("Week by week")
    forged = await vic.taps_data(weeks.messages[0]["message_id"], "staff:leaders:1")
    assert "agreed to it" not in forged.text
    assert "I don’t know" in (await vic.says("/source x")).text or vic.last.text


async def test_staff_pages_do_not_exist_for_others(stage: Stage, ada: Person) -> None:
    unknown = (await ada.says("/nonsense")).text
    for command in ("/source leaflet", "/funnel"):
        assert (await ada.says(command)).text.replace(command.split()[0], "/nonsense") == unknown
    welcome = await ada.says("/start")
    forged = await ada.taps_data(welcome.messages[0]["message_id"], "staff:funnel:1")
    assert "Opened a link" not in forged.text
