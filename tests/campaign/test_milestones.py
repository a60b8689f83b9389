"""Promises about milestones, on both engines: each is told once, whatever happens around it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from campaign import milestones
from campaign.broadcasts import states
from campaign.broadcasts.content import Content, Version
from campaign.catalogue import publish
from campaign.paper import entries
from campaign.petition import Petition
from campaign.signing import sign
from storage import broadcasts, campaigns
from storage import milestones as kept
from storage.broadcasts import Broadcast
from storage.database import Database
from tests.campaign import petitions
from tests.campaign.delivery_world import NOW, listeners


async def petition_with(database: Database, **changes: Any) -> Petition:
    definition = petitions.example().model_copy(
        update={"slug": "milestones", "milestones": None, **changes}
    )
    return await publish(database, definition, now=NOW)


async def paper_brings(database: Database, petition: Petition, count: int) -> None:
    async with database.transaction() as db:
        await entries.record(db, petition.id, count, "", recorded_by=None, now=NOW)


async def looks(database: Database, petition: Petition, now: datetime = NOW) -> Broadcast | None:
    async with database.transaction() as db:
        return await milestones.check(
            db, petition, lambda number: Content({"en": Version(f"{number}!")}), now=now
        )


async def reached(database: Database, petition: Petition) -> list[int]:
    async with database.reading() as db:
        return [one.number for one in await kept.of_campaign(db, petition.id)]


async def told_of(database: Database, petition: Petition) -> list[tuple[str, str]]:
    """What each update says, and what has become of it; oldest first."""
    async with database.reading() as db:
        made = await broadcasts.of_campaign(db, petition.id, 50)
    return [(one.content["versions"][0]["html"], one.status) for one in reversed(made)]


async def test_a_milestone_is_a_ready_draft_to_everybody(database: Database) -> None:
    petition = await petition_with(database)
    await listeners(database, petition, 3)
    await paper_brings(database, petition, 99)
    assert await looks(database, petition) is None
    await paper_brings(database, petition, 1)
    made = await looks(database, petition)
    assert made is not None
    assert (made.kind, made.status, made.author_id) == ("milestone", "draft", None)
    assert states.Options.from_dict(made.options).expected == 3
    assert states.Options.from_dict(made.options).quiet_hours == "21:00-08:00"
    assert await looks(database, petition) is None


async def test_a_total_that_dips_and_comes_back_is_told_once(database: Database) -> None:
    petition = await petition_with(database, milestones=(2, 5))
    async with database.transaction() as db:
        people = [await petitions.person(db, number, NOW) for number in (1, 2)]
        for person in people:
            await petitions.signs(db, petition, person, NOW)
    assert await looks(database, petition) is not None
    for _ in range(3):
        async with database.transaction() as db:
            await sign.withdraw(db, petition, people[0], now=NOW)
        assert await looks(database, petition) is None
        async with database.transaction() as db:
            await petitions.signs(db, petition, people[0], NOW)
        assert await looks(database, petition) is None
    assert await reached(database, petition) == [2]


async def test_paper_that_jumps_several_is_one_update_about_the_highest(database: Database) -> None:
    petition = await petition_with(database)
    await paper_brings(database, petition, 1300)
    await looks(database, petition)
    assert await reached(database, petition) == [100, 250, 500, 1000]
    assert await told_of(database, petition) == [("1000!", "draft")]


async def test_many_who_look_at_once_make_one_update(database: Database) -> None:
    petition = await petition_with(database)
    await paper_brings(database, petition, 100)
    found = await asyncio.gather(*(looks(database, petition) for _ in range(10)))
    assert sum(made is not None for made in found) == 1
    assert await told_of(database, petition) == [("100!", "draft")]


async def test_the_goal_moves_up_before_it_is_reached_and_stays_there(database: Database) -> None:
    petition = await petition_with(database, goal=120)
    revisions = []
    for count in (107, 1, -100):
        await paper_brings(database, petition, count)
        await looks(database, petition)
        async with database.reading() as db:
            campaign = await campaigns.by_id(db, petition.id)
            revisions.append(await campaigns.changes_token(db))
        assert campaign is not None
        goal = Petition(campaign, petition.definition, petition.wordings).goal(0)
        assert goal == (120 if count == 107 else 250)
    assert revisions[0] < revisions[1] == revisions[2], "other processes see that it has moved"


async def test_a_goal_that_is_fixed_stays(database: Database) -> None:
    petition = await petition_with(database, goal=120, raises_goal=False)
    await paper_brings(database, petition, 200)
    await looks(database, petition)
    assert petition.goal(200) == 120


async def test_what_may_have_arrived_is_sent_again_if_the_campaign_says_so_of_its_kind(
    database: Database,
) -> None:
    for kinds in (("decision",), ("milestone", "decision")):
        petition = await petition_with(database, resend_unknown=kinds, milestones=(len(kinds),))
        await paper_brings(database, petition, 1)
        made = await looks(database, petition)
        assert made is not None
        assert states.resends_unknown(made, "telegram") is ("milestone" in kinds)


async def test_it_goes_by_itself_after_a_while_if_the_campaign_says_so(database: Database) -> None:
    petition = await petition_with(database, milestones_send=True)
    await listeners(database, petition, 2)
    await paper_brings(database, petition, 100)
    made = await looks(database, petition)
    assert made is not None
    assert (made.status, made.due_at) == ("scheduled", NOW + timedelta(minutes=30))


async def test_it_does_not_go_by_itself_without_the_second_pair_of_eyes(database: Database) -> None:
    petition = await petition_with(database, milestones_send=True, approval_above=1)
    await listeners(database, petition, 2)
    await paper_brings(database, petition, 100)
    made = await looks(database, petition)
    assert made is not None
    assert made.status == "draft"


async def test_of_two_in_a_row_only_the_later_goes(database: Database) -> None:
    petition = await petition_with(database, milestones_send=True)
    await listeners(database, petition, 2)
    for count in (100, 150):
        await paper_brings(database, petition, count)
        await looks(database, petition)
    assert await told_of(database, petition) == [("100!", "cancelled"), ("250!", "scheduled")]


async def test_a_draft_that_staff_have_changed_is_not_taken_from_them(database: Database) -> None:
    petition = await petition_with(database)
    await paper_brings(database, petition, 100)
    draft = await looks(database, petition)
    assert draft is not None
    later = NOW + timedelta(minutes=1)
    async with database.transaction() as db:
        await states.change(db, draft, now=later, content=draft.content)
    await paper_brings(database, petition, 150)
    await looks(database, petition, later)
    assert await told_of(database, petition) == [("100!", "draft"), ("250!", "draft")]


async def test_at_most_one_a_day_goes_by_itself_and_the_next_waits_for_the_morning(
    database: Database,
) -> None:
    """The day is the campaign's: 25 October 2009 had 25 hours in London."""
    saturday = datetime(2009, 10, 24, 22, 30, tzinfo=UTC)  # 23:30 on the clocks
    sunday = saturday + timedelta(hours=1)  # 00:30
    petition = await petition_with(database, milestones_send=True)
    await listeners(database, petition, 2)
    await paper_brings(database, petition, 100)
    first = await looks(database, petition, saturday - timedelta(hours=1))
    assert first is not None
    async with database.transaction() as db:
        await states.start(db, first.id, now=saturday)
    await paper_brings(database, petition, 150)
    second = await looks(database, petition, saturday)
    assert second is not None
    assert second.due_at == datetime(2009, 10, 25, 9, tzinfo=UTC), "9:00, after the clocks went"
    await paper_brings(database, petition, 250)
    third = await looks(database, petition, sunday)
    assert third is not None
    assert third.due_at == sunday + milestones.UNDO_DELAY, "it is another day"


async def test_staff_are_told_by_one_process_however_many_look(database: Database) -> None:
    petition = await petition_with(database)
    await paper_brings(database, petition, 300)
    await looks(database, petition)
    async with database.reading() as db:
        (untold,) = await kept.untold(db)
    assert untold.number == 250

    async def tells() -> bool:
        async with database.transaction() as db:
            return await kept.told(db, untold)

    assert sorted(await asyncio.gather(tells(), tells())) == [False, True]
    async with database.reading() as db:
        assert await kept.untold(db) == []
