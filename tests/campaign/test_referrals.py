"""Promises of referral links, one by one; test_referrals_any_history has them all together."""

import asyncio
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from campaign import subscriptions
from campaign.errors import BadSourceName, NotSigned
from campaign.petition import Petition
from campaign.referrals import codes, figures, links, thanks
from campaign.referrals.links import NAME_LIMIT, tidy_name
from campaign.signing import sign
from storage import supporters
from storage.database import Database
from storage.referral_links import Link
from storage.tables import consents, referral_links
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
ADA, BOB, CY, DI = range(1, 5)


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "friends", NOW)


async def signs(
    database: Database, petition: Petition, who: int, by: Link | None = None, at: datetime = NOW
) -> Link:
    """Sign, by somebody's link or by oneself."""
    if by is not None:
        async with database.transaction() as db:
            supporter = await petitions.person(db, who, at)
            await petitions.opens(db, petition, by.code, supporter, at)
    async with database.transaction() as db:
        supporter = await petitions.person(db, who, at)
        return await petitions.signs(db, petition, supporter, at)


async def withdraws(database: Database, petition: Petition, who: int) -> None:
    async with database.transaction() as db:
        supporter = await petitions.person(db, who, NOW)
        await sign.withdraw(db, petition, supporter, now=NOW)


async def due(database: Database, at: datetime) -> list[thanks.Thanks]:
    async with database.transaction() as db:
        return await thanks.claim_due(db, now=at)


async def test_only_a_signer_has_a_link(database: Database, petition: Petition) -> None:
    async with database.transaction() as db:
        ada = await petitions.person(db, ADA, NOW)
        with pytest.raises(NotSigned):
            await links.personal(db, petition, ada, now=NOW)
    await signs(database, petition, ADA)
    await withdraws(database, petition, ADA)
    async with database.transaction() as db:
        with pytest.raises(NotSigned):
            await links.personal(db, petition, ada, now=NOW)


async def test_who_signs_when_the_asker_has_left_begins_a_chain_of_their_own(
    database: Database, petition: Petition
) -> None:
    adas = await signs(database, petition, ADA)
    async with database.transaction() as db:
        bob = await petitions.person(db, BOB, NOW)
        await petitions.opens(db, petition, adas.code, bob, NOW)
    await withdraws(database, petition, ADA)
    bobs = await signs(database, petition, BOB)
    await signs(database, petition, ADA)
    await signs(database, petition, CY, by=bobs)
    async with database.reading() as db:
        assert (await figures.mine(db, adas)).generations == ()
        assert (await figures.mine(db, bobs)).generations == (1,)


async def test_a_chain_goes_on_through_one_who_has_left(
    database: Database, petition: Petition
) -> None:
    adas = await signs(database, petition, ADA)
    bobs = await signs(database, petition, BOB, by=adas)
    await signs(database, petition, CY, by=bobs)
    await withdraws(database, petition, BOB)
    async with database.reading() as db:
        mine = await figures.mine(db, adas)
    assert (mine.friends, mine.people, mine.chain) == (0, 1, 2)


async def test_the_link_of_one_who_has_been_erased_is_a_way_in_and_credits_nobody(
    database: Database, petition: Petition
) -> None:
    adas = await signs(database, petition, ADA)
    async with database.transaction() as db:
        await db.execute(update(referral_links).values(supporter_id=None))
    bobs = await signs(database, petition, BOB, by=adas)
    async with database.reading() as db:
        found = await links.find(db, adas.code)
        assert found is not None
        assert (found.opens, found.signatures) == (1, 0)
        assert (await figures.mine(db, found)).generations == ()
    await signs(database, petition, CY, by=bobs)
    assert [one.telegram_id for one in await due(database, NOW)] == [BOB]


async def test_many_who_sign_and_leave_at_once_are_counted_right(
    database: Database, petition: Petition
) -> None:
    adas = await signs(database, petition, ADA)
    first = [await signs(database, petition, 10 + place, by=adas) for place in range(4)]

    async def lives(place: int) -> None:
        by = first[place % 4] if place % 2 else adas
        await signs(database, petition, 100 + place, by=by)
        async with database.transaction() as db:
            friend = await petitions.person(db, 100 + place, NOW)
            await links.shared(db, petition, friend, now=NOW)
        if place % 5 == 0:
            await withdraws(database, petition, 100 + place)

    await asyncio.gather(*(lives(place) for place in range(40)))
    async with database.reading() as db:
        funnel = await figures.funnel(db, petition.id)
        mine = await figures.mine(db, adas)
        link = await links.find(db, adas.code)
    assert link is not None
    assert (funnel.signers, funnel.signatures, funnel.friends, funnel.opens) == (37, 36, 36, 44)
    assert mine.generations == (4 + 16, 16)
    assert (link.signatures, link.friends) == (20, 16)
    assert funnel.shared == 1 + 2 + 32, "Ada, two whose links were opened, those who shared"
    async with database.reading() as db:
        assert await figures.Brought().by_ten(db, petition.id) == 10, "36 for 37"


async def test_of_too_few_signers_nobody_says_how_many_friends_they_bring(
    database: Database, petition: Petition
) -> None:
    adas = await signs(database, petition, ADA)
    await signs(database, petition, BOB, by=adas)
    now = 0.0
    brought = figures.Brought(fresh_for=60, monotonic=lambda: now)
    async with database.reading() as db:
        assert await brought.by_ten(db, petition.id) is None
    for place in range(figures.ENOUGH_SIGNERS):
        await signs(database, petition, 100 + place, by=adas if place < 9 else None)
    async with database.reading() as db:
        assert await brought.by_ten(db, petition.id) is None, "read once a minute"
        now = 61.0
        assert await brought.by_ten(db, petition.id) == 5, "10 for 22"


async def test_a_link_asked_for_twice_at_once_is_one(
    database: Database, petition: Petition
) -> None:
    async def make(name: str) -> int:
        async with database.transaction() as db:
            link, _ = await links.source(db, petition, name, created_by=None, now=NOW)
            return link.id

    made = await asyncio.gather(*(make(name) for name in ("Leaflet", "leaflet", " LEAFLET ") * 3))
    assert len(set(made)) == 1


async def test_thanks_come_at_once_then_hourly_and_never_twice_for_one_friend(
    database: Database, petition: Petition
) -> None:
    adas = await signs(database, petition, ADA)
    assert await due(database, NOW) == []
    await signs(database, petition, BOB, by=adas)
    (first,) = await due(database, NOW)
    assert (first.new, first.total, first.step) == (1, 1, 1)
    assert await due(database, NOW + HOUR) == []
    for who in (CY, DI):
        await signs(database, petition, who, by=adas)
    assert await due(database, NOW + HOUR - timedelta(seconds=1)) == []
    (second,) = await due(database, NOW + HOUR)
    assert (second.new, second.total, second.step) == (2, 3, 3)


async def test_thanks_known_not_to_have_been_sent_are_due_again(
    database: Database, petition: Petition
) -> None:
    adas = await signs(database, petition, ADA)
    await signs(database, petition, BOB, by=adas)
    (one,) = await due(database, NOW)
    async with database.transaction() as db:
        await thanks.give_back(db, one)
    assert await due(database, NOW) == [one]


async def test_a_friend_who_comes_back_is_not_announced_anew_and_a_step_is_told_once(
    database: Database, petition: Petition
) -> None:
    adas = await signs(database, petition, ADA)
    await signs(database, petition, BOB, by=adas)
    await due(database, NOW)
    await withdraws(database, petition, BOB)
    assert await due(database, NOW + HOUR) == []
    await signs(database, petition, CY, by=adas)
    (again,) = await due(database, NOW + HOUR)
    assert (again.new, again.total, again.step) == (1, 1, None)


async def test_nobody_is_thanked_who_cannot_or_does_not_want_to_hear(
    database: Database, petition: Petition
) -> None:
    adas = await signs(database, petition, ADA)
    await signs(database, petition, BOB, by=adas)
    async with database.transaction() as db:
        ada = await petitions.person(db, ADA, NOW)
        await supporters.set_reachable(db, ADA, False)
    assert await due(database, NOW) == []
    async with database.transaction() as db:
        await supporters.set_reachable(db, ADA, True)
        await subscriptions.stop_all(db, ada, method="command", now=NOW)
    assert await due(database, NOW) == []
    async with database.transaction() as db:
        await links.thank_me(db, petition, ada, True, now=NOW)
    assert await due(database, NOW) == [], "not of those who signed before"
    await signs(database, petition, CY, by=adas)
    assert [one.new for one in await due(database, NOW)] == [1]


async def test_two_processes_thank_once(database: Database, petition: Petition) -> None:
    adas = await signs(database, petition, ADA)
    await signs(database, petition, BOB, by=adas)
    claimed = await asyncio.gather(*(due(database, NOW) for _ in range(5)))
    assert sorted(len(some) for some in claimed) == [0, 0, 0, 0, 1]


@given(st.text())
def test_a_payload_of_any_kind_is_a_code_or_not(payload: str) -> None:
    assert codes.is_code(payload) is False or payload[:2] in ("r_", "s_")


def test_codes_are_telegrams_start_parameters_and_no_short_names() -> None:
    allowed = set(string.ascii_letters + string.digits + "_-")
    made = {codes.new_personal() for _ in range(500)} | {codes.new_source() for _ in range(500)}
    assert len(made) == 1000
    for code in made:
        assert set(code) <= allowed
        assert len(code) <= 64
        assert "_" in code, "a campaign's short name has none"
        assert codes.is_code(code)


@given(st.text(max_size=80))
def test_a_source_name_is_tidied_or_refused(name: str) -> None:
    try:
        tidy = tidy_name(name)
    except BadSourceName:
        return
    assert 1 <= len(tidy) <= NAME_LIMIT
    assert tidy == " ".join(tidy.split())
    assert tidy_name(tidy) == tidy
    assert not any(letter in tidy for letter in "\0\n\u202e\u200b")


async def test_a_choice_made_twice_is_in_the_ledger_once_and_without_a_link_not_at_all(
    database: Database, petition: Petition
) -> None:
    link = await signs(database, petition, ADA)
    async with database.transaction() as db:
        ada, bob = [await petitions.person(db, who, NOW) for who in (ADA, BOB)]
        for who in (ada, ada, bob):
            await links.show_name(db, petition, who, True, now=NOW)
            await links.list_me(db, petition, who, True, now=NOW)
            await links.thank_me(db, petition, who, False, now=NOW)
        noted = await db.execute(
            select(consents.c.supporter_id, consents.c.purpose).where(
                consents.c.purpose.in_(("referral_name", "referral_leaders"))
            )
        )
        assert sorted(tuple(one) for one in noted) == [
            (ada.id, "referral_leaders"),
            (ada.id, "referral_name"),
        ]
        kept = await links.find(db, link.code)
    assert kept is not None
    assert (kept.shows_name, kept.listed, kept.thanks) == (True, True, False)
