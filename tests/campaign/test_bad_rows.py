"""Promises for a database in which something has gone wrong: a figure that is off, or a value that
cannot be decrypted, stops nobody's withdrawal, erasure, or the work on everybody else."""

from datetime import UTC, datetime
from itertools import cycle, product

import pytest
from sqlalchemy import text

from campaign import erasure, recount, retention
from campaign.catalogue import publish
from campaign.invalidation import apply
from campaign.petition import Petition
from campaign.signing import sign
from storage import audit, campaigns, drift, invalidations, personal_data, set_aside, signatures
from storage import retention as kept
from storage.database import Connection, Database
from storage.errors import StorageError
from storage.invalidation_search import Rule
from storage.invalidations import Invalidation
from storage.set_aside import RETRY_AFTER
from tests.amount import cases
from tests.campaign import petitions

OPEN = datetime(2009, 11, 2, 12, tzinfo=UTC)
CLOSED = datetime(2009, 11, 30, 12, tzinfo=UTC)
ANNOUNCED = datetime(2010, 5, 16, 12, tzinfo=UTC)
DUE = datetime(2010, 6, 1, 12, tzinfo=UTC)
WRONG = (
    "UPDATE signature_areas SET count = 0",
    "DELETE FROM signature_areas",
    "UPDATE signature_times SET count = 0",
    "UPDATE campaign_totals SET live = 0",
    "UPDATE referral_links SET signatures = 0, friends = 0, shared = 0",
    "UPDATE referral_generations SET people = 0",
    "DELETE FROM referral_weeks",
)


async def signed(database: Database, *, keeps: bool = False) -> Petition:
    """A petition that three people have signed, each asked by the one before."""
    definition = petitions.example()
    changes = {"keep_months": 6, "keep_count_after_erasure": keeps}
    petition = await publish(database, definition.model_copy(update=changes), now=OPEN)
    code = None
    for who in (1, 2, 3):
        async with database.transaction() as db:
            me = await petitions.person(db, who, OPEN)
            if code:
                await petitions.opens(db, petition, code, me, OPEN)
            code = (await petitions.signs(db, petition, me, OPEN)).code
    return petition


async def closed(database: Database, petition: Petition) -> Petition:
    changes = {"status": "closed"}
    ended = await publish(database, petition.definition.model_copy(update=changes), now=CLOSED)
    async with database.transaction() as db:
        assert await retention.announce(db, ended, now=ANNOUNCED)
    return ended


async def does(database: Database, statement: str) -> None:
    async with database.transaction() as db:
        await db.execute(text(statement))


async def names_left(database: Database) -> list[str]:
    async with database.reading() as db:
        found = await db.scalars(text("SELECT full_name FROM signatures ORDER BY id"))
        return [name for name in found if name]


async def holds_all(database: Database, petition: Petition) -> Invalidation:
    async with database.transaction() as db:
        made = await apply.draft(db, petition, Rule(postcode="SW"), None, now=OPEN)
        await apply.apply(db, made, "doubtful", None, now=OPEN)
        begun = await invalidations.of(db, made.id)
    assert begun is not None
    await apply.work_off(database, petition, begun, now=OPEN)
    return begun


async def state_of(database: Database, made: Invalidation) -> str:
    async with database.reading() as db:
        found = await invalidations.of(db, made.id)
    assert found is not None
    return found.state


@pytest.mark.parametrize("statement", WRONG)
async def test_a_wrong_figure_keeps_nobody_from_withdrawing_and_is_put_right(
    database: Database, statement: str
) -> None:
    petition = await signed(database)
    await does(database, statement)
    async with database.transaction() as db:
        await sign.withdraw(db, petition, await petitions.person(db, 3, OPEN), now=OPEN)
    async with database.transaction() as db:
        changed = await recount.put_right(db, petition, None, now=OPEN)
        assert changed
        assert await recount.differences(db, petition) == []
        assert (await campaigns.totals(db, petition.id)).live == 2
        assert await drift.noted(db) == []
        (noted,) = await audit.latest(db, 1)
    assert noted.action == "figures.recounted"
    assert noted.details["campaign_id"] == petition.id
    async with database.transaction() as db:
        await sign.withdraw(db, petition, await petitions.person(db, 1, OPEN), now=OPEN)
        assert await recount.differences(db, petition) == []


@pytest.mark.parametrize("statement", WRONG[:4])
async def test_owners_are_to_be_told_of_a_figure_that_was_too_low(
    database: Database, statement: str
) -> None:
    petition = await signed(database)
    await does(database, statement)
    async with database.transaction() as db:
        await sign.withdraw(db, petition, await petitions.person(db, 1, OPEN), now=OPEN)
        assert await drift.noted(db) == [petition.id]


@pytest.mark.parametrize(
    ("statement", "keeps"),
    cases(short=[*zip(WRONG, cycle([False, True]))], full=[*product(WRONG, [False, True])]),
)
async def test_a_wrong_figure_keeps_nobody_from_being_forgotten(
    database: Database, statement: str, keeps: bool
) -> None:
    petition = await signed(database, keeps=keeps)
    async with database.transaction() as db:
        await erasure.erase(db, await petitions.person(db, 1, OPEN), now=OPEN)
    ended = await closed(database, petition)
    await does(database, statement)
    while await retention.erase_due(database, ended, now=DUE):
        pass
    assert await names_left(database) == []
    async with database.reading() as db:
        state = await kept.peek(db, ended.id)
    assert state is not None
    assert state.done_at == DUE


async def test_who_cannot_be_forgotten_is_put_aside_and_tried_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = await closed(database, await signed(database))
    really = personal_data.erase

    async def fails_for_one(
        db: Connection, supporter_id: int, telegram_id: int, *, now: datetime
    ) -> None:
        await really(db, supporter_id, telegram_id, now=now)
        if telegram_id == 2:
            await db.execute(text("UPDATE campaign_totals SET offline = -1"))

    monkeypatch.setattr(personal_data, "erase", fails_for_one)
    while await retention.erase_due(database, ended, now=DUE):
        pass
    assert await names_left(database) == ["Ada 2"]
    async with database.reading() as db:
        assert await set_aside.of(db, set_aside.retention(ended.id)) == {2}
        state = await kept.peek(db, ended.id)
        assert state is not None
        assert state.done_at is None, "it is not done while a name is left"
    monkeypatch.setattr(personal_data, "erase", really)
    assert not await retention.erase_due(database, ended, now=DUE)
    assert await names_left(database) == ["Ada 2"]
    while await retention.erase_due(database, ended, now=DUE + RETRY_AFTER):
        pass
    assert await names_left(database) == []
    async with database.reading() as db:
        assert await set_aside.count(db) == 0
        state = await kept.peek(db, ended.id)
        assert state is not None
        assert state.done_at == DUE + RETRY_AFTER


async def test_a_signature_that_cannot_be_held_back_or_released_stops_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = await signed(database)
    for name, then in (("hold", "applied"), ("release", "undone")):
        really = getattr(invalidations, name)

        async def fails_for_one(
            db: Connection, act: int, campaign: int, signature_id: int, now: datetime
        ) -> object:
            if signature_id == 2:
                raise StorageError("a broken row")
            return await really(db, act, campaign, signature_id, now)  # noqa: B023

        monkeypatch.setattr(invalidations, name, fails_for_one)
        if name == "hold":
            made = await holds_all(database, petition)
        else:
            async with database.transaction() as db:
                await apply.undo(db, made, None, now=OPEN)
                begun = await invalidations.of(db, made.id)
            assert begun is not None
            await apply.work_off(database, petition, begun, now=OPEN)
            made = begun
        async with database.reading() as db:
            live = (await campaigns.totals(db, petition.id)).live
            assert live == (1 if name == "hold" else 2)
            assert await set_aside.of(db, set_aside.invalidation(made.id)) == {2}
            assert await set_aside.rests(db, set_aside.invalidation(made.id), OPEN)
        assert await state_of(database, made) in ("applying", "undoing")
        monkeypatch.setattr(invalidations, name, really)
        async with database.reading() as db:
            again = await invalidations.of(db, made.id)
        assert again is not None
        await apply.work_off(database, petition, again, now=OPEN)
        assert await state_of(database, made) == then
    async with database.reading() as db:
        assert await recount.differences(db, petition) == []
        assert await set_aside.count(db) == 0


async def test_an_act_that_is_undone_half_way_waits_for_no_row_that_was_put_aside(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = await signed(database)
    really = invalidations.hold

    async def fails_for_one(*given: object) -> object:
        if 2 in given[3:4]:
            raise StorageError("a broken row")
        return await really(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(invalidations, "hold", fails_for_one)
    made = await holds_all(database, petition)
    async with database.transaction() as db:
        await apply.undo(db, made, None, now=OPEN)
        begun = await invalidations.of(db, made.id)
    assert begun is not None
    await apply.work_off(database, petition, begun, now=OPEN)
    assert await state_of(database, made) == "undone"


async def test_a_value_that_cannot_be_decrypted_stops_neither_holds_nor_withdrawals_nor_erasures(
    sealed: Database,
) -> None:
    petition = await signed(sealed)
    await does(sealed, "UPDATE signatures SET full_name = 'broken', name_key = 'broken'")
    await does(sealed, "UPDATE supporters SET first_name = 'broken' WHERE telegram_id = 3")
    made = await holds_all(sealed, petition)
    async with sealed.transaction() as db:
        await apply.undo(db, made, None, now=OPEN)
        begun = await invalidations.of(db, made.id)
    assert begun is not None
    await apply.work_off(sealed, petition, begun, now=OPEN)
    assert await state_of(sealed, made) == "undone"
    async with sealed.transaction() as db:
        assert (await campaigns.totals(db, petition.id)).live == 3
        await sign.withdraw(db, petition, await petitions.person(db, 1, OPEN), now=OPEN)
        await erasure.erase(db, await petitions.person(db, 2, OPEN), now=OPEN)
    ended = await closed(sealed, petition)
    while await retention.erase_due(sealed, ended, now=DUE):
        pass
    assert await names_left(sealed) == []
    async with sealed.reading() as db:
        assert await set_aside.count(db) == 0


async def test_a_change_that_comes_after_an_erasure_writes_no_name(database: Database) -> None:
    petition = await signed(database, keeps=True)
    async with database.transaction() as db:
        me = await petitions.person(db, 1, OPEN)
        found = await signatures.of(db, petition.id, me.id)
        assert found is not None
        await erasure.erase(db, me, now=OPEN)
    names = dict.fromkeys(("email", "phone", "country", "comment", "name_key"))
    async with database.transaction() as db:
        assert not await signatures.change(
            db, petition.id, found.id, full_name="Ada", postcode="E1 6AN", now=OPEN, **names
        )
    assert await names_left(database) == ["Ada 2", "Ada 3"]


async def test_who_signs_as_a_hand_in_ends_signing_is_in_its_count_or_not_there(
    database: Database,
) -> None:
    petition = await signed(database)
    async with database.transaction() as db:
        await campaigns.close(db, petition.id, CLOSED)
    async with database.transaction() as db:
        with pytest.raises(sign.CampaignClosed):  # the petition was read before
            await petitions.signs(db, petition, await petitions.person(db, 9, CLOSED), CLOSED)
    async with database.reading() as db:
        assert (await campaigns.totals(db, petition.id)).live == 3
        assert await recount.differences(db, petition) == []
