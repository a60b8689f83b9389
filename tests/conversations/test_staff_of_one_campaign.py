"""Promises of rights for one campaign: nothing of another one is seen or changed."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import broadcasts, invitations, staff
from tests.conversations.broadcast_steps import ended, sends
from tests.conversations.several import FIRST, NEXT_TITLE, SECOND, signs, two_campaigns
from tests.conversations.test_staff import menu_with
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.stage import Stage

SECRET = "Words of the second campaign"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with two_campaigns("sqlite", tmp_path) as stage:
        yield stage


@pytest.fixture
async def eve(stage: Stage, arrives: Arrives) -> Person:
    """Owner of the first campaign, and of nothing else: she may all that anybody may there."""
    person = await arrives("Eve")
    await person.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, person.id, "owner", datetime.now(UTC), FIRST)
    return person


async def drafts(owner: Person) -> Answer:
    """A draft of the second campaign."""
    await owner.says("/update opt-in")
    await owner.taps("News")
    return await owner.says(SECRET)


async def forges(person: Person, *data: str) -> list[Answer]:
    """Taps with data that no button of theirs carries, under a message of its own each."""
    answers = []
    for one in data:
        shown = await person.says("/help")
        answers.append(await person.taps_data(shown.messages[0]["message_id"], one))
    return answers


def shows_nothing(answers: list[Answer]) -> bool:
    """Whether each has led to the front door, or was refused."""
    return all(
        "Which one brings you here?" in answer.text or "Nothing has changed" in answer.text
        for answer in answers
    )


async def everything(stage: Stage) -> list[object]:
    """What staff can change, row by row."""
    tables = ("broadcasts", "referral_links", "offline_signatures", "staff", "staff_invitations")
    async with stage.database.reading() as db:
        return [(await db.execute(text(f"SELECT * FROM {t} ORDER BY id"))).all() for t in tables]  # noqa: S608


async def test_a_command_that_names_another_campaign_reaches_neither(
    stage: Stage, eve: Person
) -> None:
    before = await everything(stage)
    for command in ("/update", "/funnel", "/source"):
        refused = await eve.says(f"{command} opt-in leaflet")
        assert "don’t know which petition" in refused.text, command
        assert f"{command} keep-the-unit" in refused.text
        assert NEXT_TITLE not in refused.text
        assert "opt-in" not in refused.text
    assert "nothing has changed" in (await eve.says("/offline opt-in 24 Stall")).text
    assert await everything(stage) == before
    assert "24" in (await eve.says("/offline keep-the-unit 24 Stall")).text


async def test_a_draft_of_another_campaign_is_not_seen_or_changed_by_forged_buttons(
    stage: Stage, owner: Person, eve: Person
) -> None:
    await drafts(owner)
    before = await everything(stage)
    acts = (
        "look",
        "button:sign",
        "unlink:0",
        "write:en",
        "drop:en",
        "test:me",
        "throw",
        "audience",
    )
    acts += ("who:signers", "speaks:cy", "areas", "signed:7", "brought:yes", "sources", "source:1")
    acts += ("link", "ask", "later", "quiet", "weekly", "yes")
    answers = await forges(eve, *(f"upd:1:{n}:{act}" for act in acts for n in (1, 2)))
    answers += await forges(eve, f"upd:new:{SECOND}:news", f"upd:new:{SECOND}:campaign")
    assert shows_nothing(answers)
    assert not any(SECRET in answer.text for answer in answers)
    assert await everything(stage) == before


async def test_an_update_of_another_campaign_is_not_steered_read_or_taken_back(
    stage: Stage, owner: Person, eve: Person, ada: Person
) -> None:
    await signs(ada, "opt-in", hears=True)
    await drafts(owner)
    await owner.taps("Send it later")
    await owner.says("tomorrow 9:00")
    await owner.taps("Schedule for 1")
    scheduled = await ended(stage, "scheduled")
    steer = [f"steer:{scheduled.id}:{act}" for act in ("pause", "resume", "edit", "cancel")]
    approve = [f"approve:{scheduled.id}:{scheduled.version}:{answer}" for answer in ("yes", "no")]
    assert shows_nothing(await forges(eve, *steer, *approve, f"report:{scheduled.id}"))
    assert (await ended(stage, "scheduled")).version == scheduled.version
    await drafts(owner)
    await sends(owner)
    done = await ended(stage)
    after = [f"after:{done.id}:{act}" for act in ("correct", "retract", "retract:yes")]
    assert shows_nothing(await forges(eve, *after, f"report:{done.id}"))
    async with stage.database.reading() as db:
        assert await broadcasts.following(db, done.id) == []


async def test_links_and_figures_of_another_campaign_are_not_shown(
    stage: Stage, owner: Person, eve: Person
) -> None:
    await owner.says("/source opt-in leaflet")
    tables = ("funnel", "weeks", "sources", "leaders")
    assert shows_nothing(await forges(eve, *(f"staff:{name}:{SECOND}" for name in tables)))
    await eve.says("/update")
    await eve.taps("News")
    await eve.says("Our own")
    await eve.taps("Choose who gets it")
    message, data = eve.last.button("Came by one source link")
    async with stage.database.reading() as db:
        found = await db.execute(text("SELECT id FROM referral_links WHERE name = 'leaflet'"))
        theirs = found.scalar_one()
    forged = await eve.taps_data(message, data.replace("sources", f"source:{theirs}"))
    assert "leaflet" not in forged.text
    assert "as it will arrive" in (await eve.taps("Back")).text


async def test_the_staff_of_another_campaign_are_not_seen_or_changed(
    stage: Stage, owner: Person, eve: Person, arrives: Arrives
) -> None:
    dai = await arrives("Dai")
    await dai.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, dai.id, "editor", datetime.now(UTC), SECOND)
        (member,) = [one for one in await staff.all(db) if one.telegram_id == dai.id]
    await owner.says("/staff")
    await owner.taps("Invite somebody")
    await owner.taps("Viewer")
    invited = await owner.taps("Opt in")
    assert re.search(r"https://t\.me/\S+", invited.text)
    async with stage.database.reading() as db:
        (waiting,) = await invitations.open_ones(db, datetime.now(UTC))
    listed = await eve.says("/staff")
    assert not any("Dai" in label or "Olive" in label for label in listed.buttons)
    assert not any("Take back" in label for label in listed.buttons)
    before = await everything(stage)
    acts = (f"member:{member.id}", f"role:{member.id}:owner", f"remove:{member.id}:yes")
    acts += (
        f"remove:{member.id}:ask",
        f"recall:{waiting.id}",
        f"make:{SECOND}:owner",
        "make:0:owner",
    )
    answers = await forges(eve, *(f"crew:{act}" for act in acts))
    assert shows_nothing(answers)
    assert not any("Dai" in answer.text for answer in answers)
    assert await everything(stage) == before


async def test_an_editor_of_both_works_on_each(stage: Stage, eddie: Person) -> None:
    asked = await eddie.says("/update")
    assert "which petition" in asked.text
    assert "/update keep-the-unit\n/update opt-in" in asked.text
    assert NEXT_TITLE in (await eddie.says("/update opt-in")).text
    assert NEXT_TITLE not in (await eddie.says("/update keep-the-unit")).text


async def test_the_menu_has_stopall_only_for_owners_of_all(
    stage: Stage, owner: Person, arrives: Arrives
) -> None:
    await owner.says("/staff")
    await owner.taps("Invite somebody")
    await owner.taps("Owner")
    made = await owner.taps("Opt in")
    address = re.search(r"https://t\.me/\S+", made.text)
    assert address
    fay = await arrives("Fay")
    await fay.opens(address[0])
    await fay.taps("Join")
    assert await menu_with(fay, "staff", there=True)
    assert await menu_with(fay, "stopall", there=False)
    assert "Owners of all campaigns do that" in (await fay.says("/stopall")).text
