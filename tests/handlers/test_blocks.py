"""Promises of /block through the real routes: an owner of one campaign blocks in that one only."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from campaign.petition import Petition
from storage import audit, blocks, signatures, staff, supporters
from storage.signatures import Signature
from tests.campaign import petitions
from tests.handlers.routes_harness import NOW, RoutesHarness

OWNER, OF_THE_OTHER, OVER_ALL, EDITOR, VIEWER, ADA, STRANGER = range(11, 18)


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[RoutesHarness]:
    """Two campaigns that Ada has signed, an owner of each, an owner of both, and other staff."""
    async with RoutesHarness.open(tmp_path) as doors:
        database = doors.services.database
        other = await petitions.published(database, "other", NOW)
        async with database.transaction() as db:
            ada = await petitions.person(db, ADA, NOW)
            for petition in (doors.petition, other):
                await petitions.signs(db, petition, ada, NOW)
            await staff.upsert(db, OWNER, "owner", NOW, doors.petition.id)
            await staff.upsert(db, OF_THE_OTHER, "owner", NOW, other.id)
            await staff.upsert(db, OVER_ALL, "owner", NOW)
            await staff.upsert(db, EDITOR, "editor", NOW)
            await staff.upsert(db, VIEWER, "viewer", NOW)
        yield doors


async def other_of(doors: RoutesHarness) -> Petition:
    return next(p for p in await doors.services.catalogue.petitions() if p.campaign.slug == "other")


async def blocked_in(doors: RoutesHarness) -> set[str]:
    """The campaigns that Ada is blocked in."""
    async with doors.services.database.reading() as db:
        ada = await supporters.by_telegram_id(db, ADA)
        assert ada is not None
        return {
            petition.campaign.slug
            for petition in await doors.services.catalogue.petitions()
            if await blocks.is_blocked(db, ada.id, petition.id)
        }


async def adas(doors: RoutesHarness, petition: Petition) -> Signature:
    async with doors.services.database.reading() as db:
        found = await signatures.by_number(db, petition.id, 1)
    assert found is not None
    return found


async def test_an_owner_of_one_campaign_blocks_and_unblocks_in_that_one(
    doors: RoutesHarness,
) -> None:
    own = doors.petition.id
    await doors.says(OWNER, "/block 1")
    assert doors.shown["staff/block"] == 1
    await doors.taps(OWNER, f"block:{own}:1:yes")
    assert await blocked_in(doors) == {"keep-the-unit"}
    await doors.says(OWNER, "/block")
    assert doors.shown["staff/block_usage"] == 1
    await doors.taps(OWNER, f"block:{own}:1:no")
    assert await blocked_in(doors) == set()


async def test_an_owner_of_all_campaigns_blocks_in_all_and_takes_it_back(
    doors: RoutesHarness,
) -> None:
    await doors.taps(OVER_ALL, f"block:{doors.petition.id}:1:all")
    assert await blocked_in(doors) == {"keep-the-unit", "other"}
    for act in ("no", "none", "yes"):  # an owner of one campaign is not over the others
        await doors.taps(OWNER, f"block:{doors.petition.id}:1:{act}")
        assert await blocked_in(doors) == {"keep-the-unit", "other"}
    await doors.taps(OVER_ALL, f"block:{doors.petition.id}:1:none")
    assert await blocked_in(doors) == {"keep-the-unit"}, "the owner's own block stays"


@pytest.mark.parametrize("who", [OWNER, OF_THE_OTHER, EDITOR, VIEWER, ADA, STRANGER])
async def test_forged_buttons_block_nobody_where_one_owns_nothing(
    doors: RoutesHarness, who: int
) -> None:
    other = (await other_of(doors)).id
    for campaign_id in (doors.petition.id, other, 99):
        for act in ("ask", "yes", "no", "all", "none"):
            await doors.taps(who, f"block:{campaign_id}:1:{act}")
    for words in ("1", "other 1", "keep-the-unit 1"):
        await doors.says(who, f"/block {words}")
    theirs = {OWNER: {"keep-the-unit"}, OF_THE_OTHER: {"other"}}.get(who, set())
    assert await blocked_in(doors) <= theirs
    if not theirs:
        assert not {one for one in doors.shown if one.startswith("staff/block")}


async def test_an_owner_of_one_campaign_cannot_take_a_block_of_another_back(
    doors: RoutesHarness,
) -> None:
    other = await other_of(doors)
    await doors.taps(OF_THE_OTHER, f"block:{other.id}:1:yes")
    for campaign_id in (doors.petition.id, other.id):
        for act in ("no", "none"):
            await doors.taps(OWNER, f"block:{campaign_id}:1:{act}")
    assert await blocked_in(doors) == {"other"}


async def test_each_block_is_in_the_audit_log_once_with_where_it_holds(
    doors: RoutesHarness,
) -> None:
    for act in ("yes", "yes", "no", "no"):
        await doors.taps(OWNER, f"block:{doors.petition.id}:1:{act}")
    for act in ("all", "all", "none", "none"):
        await doors.taps(OVER_ALL, f"block:{doors.petition.id}:1:{act}")
    async with doors.services.database.reading() as db:
        written = [
            (entry.action, entry.actor, entry.details)
            for entry in reversed(await audit.page(db, 50))
            if entry.action.startswith("account.")
        ]
    here, everywhere = {"campaign_id": doors.petition.id}, {"everywhere": True}
    assert written == [
        ("account.block", OWNER, here),
        ("account.unblock", OWNER, here),
        ("account.block", OVER_ALL, everywhere),
        ("account.unblock", OVER_ALL, everywhere),
    ]


async def test_one_who_is_blocked_in_one_campaign_signs_another(doors: RoutesHarness) -> None:
    other = await other_of(doors)
    await doors.taps(OWNER, f"block:{doors.petition.id}:1:yes")
    for petition in (doors.petition, other):
        await doors.taps(ADA, f"withdraw:{petition.id}:yes")
    await doors.taps(ADA, f"sign:{doors.petition.id}")
    assert doors.shown["start/blocked"] == 1
    await doors.taps(ADA, f"sign:{other.id}")
    assert doors.shown["start/blocked"] == 1
    assert doors.shown["sign/ask_name"] == 1
