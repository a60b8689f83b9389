"""Promises of who may do what, on both engines, also when several act at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import staff
from campaign.staff import ROLES
from storage import audit
from storage import staff as kept
from storage.database import Database
from storage.staff import Member

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
OLIVE, OSCAR, ADA = 1, 2, 3


async def owners(database: Database, *telegram_ids: int) -> dict[int, Member]:
    async with database.transaction() as db:
        for telegram_id in telegram_ids:
            await kept.upsert(db, telegram_id, "owner", NOW)
        return {one.telegram_id: one for one in await kept.all(db)}


async def test_two_owners_who_remove_each_other_at_once_leave_one(database: Database) -> None:
    both = await owners(database, OLIVE, OSCAR)
    begun = asyncio.Barrier(2) if database.kind == "postgresql" else None

    async def remove(owner: int, other: int) -> bool:
        async with database.transaction() as db:
            await kept.roles_of(db, owner)
            if begun is not None:
                await begun.wait()
            try:
                await staff.remove(db, owner, both[other], by_config=(), now=NOW)
            except staff.StaffError:
                return False
            return True

    assert sorted(await asyncio.gather(remove(OLIVE, OSCAR), remove(OSCAR, OLIVE))) == [False, True]
    async with database.reading() as db:
        assert len(await kept.all(db)) == 1


async def test_an_invitation_used_by_many_at_once_is_used_once(database: Database) -> None:
    await owners(database, OLIVE)
    async with database.transaction() as db:
        _, token = await staff.invite(db, OLIVE, "editor", None, now=NOW)

    async def join(telegram_id: int) -> bool:
        try:
            async with database.transaction() as db:
                await staff.join(db, token, telegram_id, now=NOW)
        except staff.InvitationOver:
            return False
        return True

    assert sum(await asyncio.gather(*(join(who) for who in range(10, 18)))) == 1
    async with database.reading() as db:
        assert len(await kept.all(db)) == 2


async def test_the_last_owner_stays_whoever_asks(database: Database) -> None:
    olive = (await owners(database, OLIVE))[OLIVE]
    async with database.transaction() as db:
        for act in (
            staff.remove(db, None, olive, by_config=(), now=NOW),
            staff.change_role(db, OLIVE, olive, "viewer", by_config=(), now=NOW),
            staff.add(db, OLIVE, "editor", None, now=NOW),
        ):
            with pytest.raises(staff.LastOwner):
                await act
        assert await kept.roles_of(db, OLIVE) == {None: "owner"}
        assert await audit.latest(db, 9) == []


async def test_an_invitation_dies_with_the_rights_of_who_made_it(database: Database) -> None:
    both = await owners(database, OLIVE, OSCAR)
    async with database.transaction() as db:
        _, token = await staff.invite(db, OSCAR, "owner", None, now=NOW)
        await staff.remove(db, OLIVE, both[OSCAR], by_config=(), now=NOW)
        with pytest.raises(staff.InvitationOver):
            await staff.join(db, token, ADA, now=NOW)


async def test_an_invitation_takes_no_higher_role_away(database: Database) -> None:
    await owners(database, OLIVE, OSCAR)
    async with database.transaction() as db:
        _, token = await staff.invite(db, OLIVE, "viewer", None, now=NOW)
        await staff.join(db, token, OSCAR, now=NOW)
        assert await kept.roles_of(db, OSCAR) == {None: "owner"}


async def test_an_invitation_lasts_two_days(database: Database) -> None:
    await owners(database, OLIVE)
    async with database.transaction() as db:
        _, token = await staff.invite(db, OLIVE, "viewer", None, now=NOW)
        last = NOW + timedelta(hours=48) - timedelta(seconds=1)
        assert (await staff.look_at(db, token, now=last)).role == "viewer"
        with pytest.raises(staff.InvitationOver):
            await staff.join(db, token, ADA, now=NOW + timedelta(hours=48))


@given(st.dictionaries(st.none() | st.integers(1, 4), st.sampled_from(ROLES)), st.integers(1, 4))
def test_the_highest_role_counts_and_one_campaigns_role_no_further(
    roles: dict[int | None, str], campaign_id: int
) -> None:
    role = staff.role_in(roles, campaign_id)
    for least in ROLES:
        expected = any(
            ROLES.index(role) >= ROLES.index(least)
            for scope, role in roles.items()
            if scope in (None, campaign_id)
        )
        assert staff.may(role, least) is expected
    assert staff.role_in(roles, None) == roles.get(None)


@given(st.text())
def test_any_payload_is_an_invitation_or_is_not(payload: str) -> None:
    token = staff.token_in(payload)
    assert token is None or staff.payload_of(token) == payload


async def test_the_last_owner_stays_one_by_the_command_line_too(database: Database) -> None:
    both = await owners(database, OLIVE)
    async with database.transaction() as db:
        with pytest.raises(staff.LastOwner):
            await staff.add(db, OLIVE, "editor", None, now=NOW)
        with pytest.raises(staff.LastOwner):
            await staff.change_role(db, None, both[OLIVE], "viewer", by_config=(), now=NOW)
        await staff.add(db, OSCAR, "owner", None, now=NOW)
        await staff.add(db, OLIVE, "editor", None, now=NOW)
        assert {one.telegram_id: one.role for one in await kept.all(db)} == {
            OLIVE: "editor",
            OSCAR: "owner",
        }


async def test_what_is_so_already_is_not_noted_again(database: Database) -> None:
    both = await owners(database, OLIVE, OSCAR)
    async with database.transaction() as db:
        invitation, token = await staff.invite(db, OLIVE, "viewer", None, now=NOW)
        before = len(await audit.latest(db, 100))
        await staff.change_role(db, OLIVE, both[OSCAR], "owner", by_config=(), now=NOW)
        with pytest.raises(staff.InvitationOver):
            await staff.recall(db, OLIVE, invitation.id + 1, now=NOW)
        assert len(await audit.latest(db, 100)) == before
        for _ in range(2):
            await staff.remove(db, OLIVE, both[OSCAR], by_config=(), now=NOW)
        assert len(await audit.latest(db, 100)) == before + 1
        await staff.recall(db, OLIVE, invitation.id, now=NOW)
        with pytest.raises(staff.InvitationOver):
            await staff.recall(db, OLIVE, invitation.id, now=NOW)
        with pytest.raises(staff.InvitationOver):
            await staff.join(db, token, ADA, now=NOW)


async def test_whom_the_configuration_names_owns_and_who_comes_later_is_noted(
    database: Database,
) -> None:
    for named in ((OLIVE,), (OLIVE,), (OLIVE, ADA), (OLIVE, ADA)):
        async with database.transaction() as db:
            await staff.add_owners(db, named, now=NOW)
    async with database.reading() as db:
        assert [(one.telegram_id, one.role) for one in await kept.all(db)] == [
            (OLIVE, "owner"),
            (ADA, "owner"),
        ]
        noted = await audit.latest(db, 9)
    assert [(one.action, one.actor, one.subject) for one in noted] == [
        ("staff.added", None, f"staff:{ADA}")
    ]
