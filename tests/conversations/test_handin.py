"""Promises about the hand-in: people are invited, the count is frozen once, signers are thanked."""

import asyncio
from datetime import UTC, datetime, timedelta

from storage import campaigns, handins
from storage.handins import Handin
from tests.conversations.broadcast_steps import listens, sends, shows
from tests.conversations.form_steps import signs
from tests.conversations.timeline_steps import NOW, adds, goes_on, saves
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.stage import Stage

HANDED_IN = datetime(2009, 11, 26, 10, tzinfo=UTC)
WATCH = "It is webcast live. We are on five minutes in."


async def planned(owner: Person, *, closes: bool = True, when: str = "26 November 10:00") -> Answer:
    await adds(owner, "The hand-in", when, "City Hall, London", WATCH, "example.org/webcast")
    await owner.taps("Yes, signing ends" if closes else "No, people can")
    await goes_on(owner, "‹Skip›", "‹Skip›")
    return await saves(owner)


async def frozen(stage: Stage) -> Handin | None:
    async with stage.database.reading() as db:
        return await handins.latest_held(db, 1)


async def kept(stage: Stage) -> Handin:
    async with stage.database.reading() as db:
        found = await handins.of(db, 1)
    assert found is not None
    return found


async def test_people_are_invited_and_told_how_to_watch(
    stage: Stage, owner: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await listens(ada)
    await adds(owner, "The hand-in", "26 November 10:00", "City Hall", WATCH, "example.org/webcast")
    assert "Should signing end" in owner.last.text
    assert "tap one of the buttons" in (await owner.says("yes")).text
    await owner.taps("Yes, signing ends")
    looked = await goes_on(owner, "‹Skip›", "‹Skip›")
    assert "Signing ends then." in looked.text
    await saves(owner)
    await sends(owner)
    update = await ada.reads()
    assert "26 November 2009, 10:00" in update.text
    assert WATCH in update.text
    assert update.buttons["Watch it"] == "https://example.org/webcast"
    file = await ada.opens(update.buttons["📅 Put it in my calendar"])
    assert any("document" in message for message in file.messages)


async def test_the_count_is_frozen_once_signing_closes_and_every_signer_can_be_thanked(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    stage.clock_shows(NOW)
    await listens(ada)
    await owner.says("/offline 1803 On paper")
    await owner.taps("Yes, add them")
    await planned(owner)
    bob = await arrives("Bob")
    stage.clock_shows(HANDED_IN - timedelta(seconds=1))
    await asyncio.sleep(0.5)
    assert await frozen(stage) is None
    stage.clock_shows(HANDED_IN)
    told = await shows(owner, "The final count")
    assert "1,804 signatures on 26 November 2009, 10:00" in told.text
    assert "In the chat: 1" in told.text or "in the chat: 1" in told.text
    assert "Signing has ended." in told.text
    counted = await frozen(stage)
    assert counted is not None
    assert (counted.total, counted.live, counted.offline) == (1804, 1, 1803)
    assert (counted.frozen_at, counted.id) == (HANDED_IN, 1)
    stage.services.catalogue.look_again()
    closed = await bob.says("/sign")
    assert "can no longer be signed" in closed.text
    async with stage.database.reading() as db:
        campaign = await campaigns.by_id(db, 1)
    assert campaign is not None
    assert (campaign.status, campaign.definition["status"]) == ("closed", "closed")
    assert campaign.closed_at == HANDED_IN
    draft = await owner.taps("Look at the thank-you", on=told)
    assert "We’ve handed the petition in: 1,804 signatures" in draft.text
    assert await ada.hears_nothing(0.1)
    await sends(owner)
    assert "1,804" in (await shows(ada, "We’ve handed the petition in")).text
    stage.clock_shows(HANDED_IN + timedelta(days=1))
    await asyncio.sleep(0.5)
    assert await frozen(stage) == counted
    assert "with 1,804 signatures" in (await ada.says("/timeline")).text
    again = await owner.taps("Look at the thank-you", on=told)
    assert "Discard draft" not in again.buttons, "it is on its way already"


async def test_signing_stays_open_where_that_was_chosen_and_the_frozen_count_stays(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    stage.clock_shows(NOW)
    await signs(ada)
    await planned(owner, closes=False)
    stage.clock_shows(HANDED_IN)
    told = await shows(owner, "The final count")
    assert "Signing has ended" not in told.text
    await signs(await arrives("Bob"))
    counted = await frozen(stage)
    assert counted is not None
    assert counted.total == 1
    assert (await stage.totals()).total == 2


async def test_a_moved_hand_in_is_told_and_happens_at_its_new_time(
    stage: Stage, owner: Person
) -> None:
    stage.clock_shows(NOW)
    await planned(owner, when="12 November 10:00")
    shown = await adds(owner, "The hand-in")
    assert "Call it off" in shown.buttons, "one at a time"
    await owner.taps("Change it")
    await owner.taps("Change: when")
    await owner.says("26 November 10:00")
    assert "The hand-in has a new time" in (await saves(owner)).text
    stage.clock_shows(HANDED_IN - timedelta(days=10))
    await asyncio.sleep(0.5)
    assert (await kept(stage)).state == "planned"
    stage.clock_shows(HANDED_IN)
    await shows(owner, "The final count")
    assert (await kept(stage)).frozen_at == HANDED_IN


async def test_a_hand_in_that_is_called_off_freezes_nothing_and_another_can_be_planned(
    stage: Stage, owner: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await planned(owner)
    await adds(owner, "The hand-in")
    assert "Call the hand-in off?" in (await owner.taps("Call it off")).text
    data = owner.last.button("Yes, call it off")
    assert "The hand-in is off" in (await owner.taps_data(*data)).text
    twice = await owner.taps_data(*data)
    assert "called off" in twice.text
    stage.clock_shows(HANDED_IN)
    await asyncio.sleep(0.5)
    assert await frozen(stage) is None
    assert "The hand-in was called off" in (await ada.says("/timeline")).text
    again = await planned(owner, when="8 December 10:00")
    assert "We’re handing the petition in" in again.text


async def test_a_hand_in_that_has_been_cannot_be_moved_by_an_older_form(
    stage: Stage, owner: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await planned(owner)
    await adds(owner, "The hand-in")
    await owner.taps("Change it")
    await owner.taps("Change: where (English)")
    form = await owner.says("Scotland Yard")
    stage.clock_shows(HANDED_IN)
    await shows(owner, "The final count")
    message, data = form.button("Add to the timeline")
    assert "already settled" in (await owner.taps_data(message, data)).text
    assert "City Hall" in (await ada.says("/timeline")).text
