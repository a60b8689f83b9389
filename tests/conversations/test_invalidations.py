"""Promises about signatures in doubt: to owners, to the signers, and to everybody else."""

from datetime import UTC, datetime, timedelta

import pytest

from campaign.catalogue import Catalogue
from campaign.notifications import notify_staff
from campaign.petition import Petition
from storage import audit, staff
from storage import bursts as kept
from tests.campaign import petitions
from tests.conversations.form_steps import signs
from tests.e2e.people import Arrives, Person
from tests.stage.bot import OWNER
from tests.stage.stage import Stage, Telegram


async def petition_of(stage: Stage) -> Petition:
    (petition,) = await Catalogue(stage.database).petitions()
    return petition


async def crowd_signs(stage: Stage, people: int) -> None:
    """Others, all with the same postcode."""
    petition, now = await petition_of(stage), datetime.now(UTC)
    for who in range(people):
        async with stage.database.transaction() as db:
            supporter = await petitions.person(db, 9_000 + who, now)
            await petitions.signs(db, petition, supporter, now)


async def taps_until(person: Person, label: str, words: str) -> None:
    """Tap, and read on until these words have come, at once or in a message of their own."""
    answer = await person.taps(label)
    while words not in answer.text:
        answer = await person.reads()


async def test_an_owner_looks_holds_back_and_undoes(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    other = await arrives("Oscar")
    await other.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, other.id, "owner", datetime.now(UTC))
    await signs(ada)
    number = (await stage.signature(ada.id)).number  # type: ignore[union-attr]
    await crowd_signs(stage, 3)
    before = await stage.totals()
    looked = await owner.says("/quarantine last 1 hour")
    assert "4 signatures are meant" in looked.text
    assert "Nothing has been done" in looked.text
    assert "№ 1: Ada" in looked.text
    asked = await owner.taps("Made by a program")
    assert "Are you sure? 4 signatures" in asked.text
    assert await stage.totals() == before, "asking changes nothing"
    await taps_until(owner, "Hold back 4", "Done: 4")
    assert (await stage.totals()).live == 0
    assert "has decided that 4" in (await other.reads()).text
    held = await ada.says("/start")
    assert f"number {number}, doesn’t count at the moment" in held.text
    assert "write to" in held.text
    assert "doesn’t count" in (await ada.says("/sign")).text
    await owner.says("/quarantine")
    await owner.taps(": 4")
    await owner.taps("Undo it")
    await taps_until(owner, "Let them count again", "Undone: the")
    assert await stage.totals() == before
    assert "You signed on" in (await ada.says("/start")).text
    async with stage.database.reading() as db:
        actions = [entry.action for entry in await audit.latest(db, 2)]
    assert actions == ["signatures.restore", "signatures.invalidate"]


async def test_who_withdraws_meanwhile_stays_off_and_cannot_sign_round_it(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await signs(ada)
    await owner.says("/quarantine number 1")
    await owner.taps("Something else")
    await taps_until(owner, "Hold back 1", "Done: 1")
    await ada.says("/withdraw")
    assert "name is off" in (await ada.taps("Yes, take my name off")).text
    assert "doesn’t count at the moment" in (await ada.says("/sign")).text
    await owner.says("/quarantine")
    await owner.taps(": 1")
    await owner.taps("Undo it")
    await taps_until(owner, "Let them count", "Undone: the")
    assert "What is your name?" in (await ada.says("/sign")).text
    assert (await stage.totals()).live == 0


async def test_a_double_tap_and_an_old_button_change_nothing_twice(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await signs(ada)
    looked = await owner.says("/quarantine number 1")
    asked = await owner.taps("Doubles")
    message_id, data = asked.button("Hold back 1")
    await taps_until(owner, "Hold back 1", "Done: 1")
    again = await owner.taps_data(message_id, data)
    assert "already" in again.toast
    assert "does not count by this" in again.text
    assert "already" in (await owner.taps("Made-up names", on=looked)).toast
    assert (await stage.totals()).live == 0
    async with stage.database.reading() as db:
        actions = [entry.action for entry in await audit.latest(db, 5)]
    assert actions.count("signatures.invalidate") == 1


async def test_pairs_that_look_alike_are_decided_one_by_one(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    assert "no pair" in (await owner.says("/doubles")).text
    await signs(ada)
    for _ in range(2):
        twin = await arrives("Ada", last_name="Lovelace")
        await signs(twin)
    shown = await owner.says("/doubles")
    assert "same name and postcode" in shown.text
    kept = await owner.taps("Keep both")
    assert "2 pairs" in kept.text or "1 pair" in kept.text
    await owner.taps("Don’t count")
    await taps_until(owner, "Hold back 1", "Done: 1")
    assert (await stage.totals()).live == 2
    assert "no pair" in (await owner.says("/doubles")).text, "it is held back: nothing to decide"


async def test_a_blocked_account_cannot_sign_but_leave(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await signs(ada)
    assert "Ada" in (await owner.says("/block 1")).text
    assert "is blocked" in (await owner.taps("Yes, block it here")).text
    await ada.says("/withdraw")
    await ada.taps("Yes, take my name off")
    assert (await stage.totals()).live == 0
    refused = await ada.says("/sign")
    assert "You can’t sign with this account" in refused.text
    assert "write to" in refused.text
    assert "any other messages" in (await ada.says("/stop")).text
    await owner.says("/block 1")
    await owner.taps("Let it sign again")
    assert "What is your name?" in (await ada.says("/sign")).text


@pytest.mark.parametrize("command", ["/quarantine", "/doubles", "/block 1"])
async def test_editors_hear_that_owners_do_it_and_others_that_it_does_not_exist(
    stage: Stage, eddie: Person, ada: Person, command: str
) -> None:
    assert "Owners do that" in (await eddie.says(command)).text
    assert "I don’t know" in (await ada.says(command)).text


async def test_a_rule_that_says_nothing_or_nonsense_is_explained(owner: Person) -> None:
    assert "/invalidate number 123" in (await owner.says("/quarantine")).text
    for wrong in ("king", "postcode", "name *", "last year", "from 99:99", "number -1"):
        assert "don’t understand" in (await owner.says(f"/quarantine {wrong}")).text, wrong
    for gone in ("link gone", "below 77"):
        assert "don’t know that link" in (await owner.says(f"/quarantine {gone}")).text
    assert "no such signature" in (await owner.says("/quarantine new 1 hour")).text


async def test_a_burst_reaches_owners_and_editors_and_opens_exactly_its_batch(
    stage: Stage, telegram: Telegram
) -> None:
    owner = await telegram.arrives("Olive", id=OWNER)
    eddie = await telegram.arrives("Eddie")
    ada = await telegram.arrives("Ada")
    for person in (owner, eddie):
        await person.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, eddie.id, "editor", datetime.now(UTC))
    await crowd_signs(stage, 3)
    async with stage.database.transaction() as db:
        await kept.claim(db, (await petition_of(stage)).id, datetime(2009, 11, 26, tzinfo=UTC))
        found = await kept.add(
            db,
            campaign_id=(await petition_of(stage)).id,
            kind="postcode",
            key="SW1A 1AA",
            since=datetime.now(UTC) - timedelta(minutes=1),
            until=datetime.now(UTC) + timedelta(minutes=5),
            count=25,
            usual=2,
        )
        await notify_staff(
            db,
            (await petition_of(stage)).id,
            "editor",
            "staff/burst",
            subject_id=found,
            now=datetime.now(UTC),
        )
    stage.services.notified.set()
    told = await owner.reads(within=10)
    assert "25 signatures within ten minutes from SW1A 1AA" in told.text
    assert "Usually it is 2 or fewer" in told.text
    looked = await owner.taps("Look at them")
    assert "3 signatures are meant" in looked.text
    assert "Made by a program" in looked.buttons
    theirs = await eddie.reads()
    assert "Something unusual" in theirs.text
    assert "3 signatures are meant" in (await eddie.taps("Look at them", on=theirs)).text
    assert not eddie.last.buttons, "an editor looks and decides nothing"
    assert "won’t hear about this" in (await owner.taps("Not again for a day", on=told)).toast
    _, data = told.button("Look at them")
    assert "Keep London" in (await ada.says("/start")).text
    forged = await ada.taps_data(ada.last.messages[-1]["message_id"], data)
    assert "are meant" not in forged.text
