"""Promises about holding signatures back while life goes on, and about the rules for it."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.invalidation import apply, rules
from campaign.invalidation.rules import NotARule, RuleError
from campaign.petition import Petition
from campaign.referrals import figures, links
from campaign.signing import sign as signing_sign
from storage import audiences, campaigns, invalidation_search, invalidations, subscriptions
from storage.audiences import Audience
from storage.campaigns import Totals
from storage.database import Database
from storage.invalidation_search import Rule
from storage.invalidations import Invalidation
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
PEOPLE = 30


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "keep-the-unit", NOW)


async def sign(database: Database, petition: Petition, people: range, code: str = "") -> str:
    """All by that link, if there is one; gives the link of the last."""
    for who in people:
        if code:
            async with database.transaction() as db:
                supporter = await petitions.person(db, who, NOW)
                await petitions.opens(db, petition, code, supporter, NOW)
        async with database.transaction() as db:
            supporter = await petitions.person(db, who, NOW)
            link = await petitions.signs(db, petition, supporter, NOW)
    return link.code


async def noted(database: Database, petition: Petition, rule: Rule) -> Invalidation:
    async with database.transaction() as db:
        made = await apply.draft(db, petition, rule, None, now=NOW)
        await apply.apply(db, made, "other", None, now=NOW)
        begun = await invalidations.of(db, made.id)
    assert begun is not None
    return begun


async def undoing(database: Database, made: Invalidation) -> Invalidation:
    async with database.transaction() as db:
        await apply.undo(db, made, None, now=NOW)
        found = await invalidations.of(db, made.id)
    assert found is not None
    return found


async def totals(database: Database, petition: Petition) -> Totals:
    async with database.reading() as db:
        kept = await campaigns.totals(db, petition.id)
        assert kept == await campaigns.recount(db, petition.id)
    return kept


async def test_two_workers_and_people_who_sign_and_withdraw_meanwhile(
    database: Database, petition: Petition
) -> None:
    code = await sign(database, petition, range(1, 2))
    await sign(database, petition, range(2, PEOPLE + 2), code)
    async with database.reading() as db:
        link = await links.find(db, code)
        before = await figures.funnel(db, petition.id)
    assert link is not None

    async def withdraw(who: int) -> None:
        async with database.transaction() as db:
            supporter = await petitions.person(db, who, NOW)
            await signing_sign.withdraw(db, petition, supporter, now=NOW)

    made = await noted(database, petition, Rule(below=link.id))
    await asyncio.gather(
        apply.work_off(database, petition, made, now=NOW),
        apply.work_off(database, petition, made, now=NOW),
        sign(database, petition, range(100, 105), code),
        *(withdraw(who) for who in range(2, 5)),
    )
    assert await totals(database, petition) == Totals(1 + 5, 0), "whoever signs later is not meant"
    undone = await undoing(database, made)
    await asyncio.gather(
        apply.work_off(database, petition, undone, now=NOW),
        apply.work_off(database, petition, undone, now=NOW),
        *(withdraw(who) for who in range(5, 8)),
    )
    assert await totals(database, petition) == Totals(1 + PEOPLE - 6 + 5, 0)
    async with database.reading() as db:
        after = await figures.funnel(db, petition.id)
        again = await links.find(db, code)
    assert after.signatures == before.signatures - 6 + 5
    assert again is not None
    assert again.signatures == PEOPLE - 6 + 5


async def test_the_count_says_when_it_was_changed(database: Database, petition: Petition) -> None:
    async def changed_at() -> datetime | None:
        async with database.reading() as db:
            return await campaigns.changed_at(db, petition.id)

    await sign(database, petition, range(1, 3))
    made = await noted(database, petition, Rule(number=1))
    held_at, back_at = (NOW + timedelta(hours=hours) for hours in (1, 2))
    await apply.work_off(database, petition, made, now=held_at)
    assert await changed_at() == held_at
    await apply.work_off(database, petition, await undoing(database, made), now=back_at)
    assert await changed_at() == back_at


async def test_killed_half_way_it_goes_on_where_it_was(
    database: Database, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "TOGETHER", 4)
    await sign(database, petition, range(PEOPLE))
    made = await noted(database, petition, Rule(postcode="SW1A"))

    def die(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await apply.work_off(database, petition, made, die, now=NOW)
    assert await totals(database, petition) == Totals(PEOPLE - 4, 0)
    assert await apply.work_off(database, petition, made, now=NOW) == PEOPLE - 4
    assert await totals(database, petition) == Totals(0, 0)
    undone = await undoing(database, made)
    with pytest.raises(KeyboardInterrupt):
        await apply.work_off(database, petition, undone, die, now=NOW)
    assert await apply.work_off(database, petition, undone, now=NOW) == PEOPLE - 4
    assert await totals(database, petition) == Totals(PEOPLE, 0)


async def test_who_is_held_back_is_no_signer_for_updates_nor_asked_to_sign(
    database: Database, petition: Petition
) -> None:
    await sign(database, petition, range(2))
    async with database.transaction() as db:
        for who in range(2):
            supporter = await petitions.person(db, who, NOW)
            await subscriptions.upsert(db, petition.id, supporter.id, hears=True, now=NOW)
    made = await noted(database, petition, Rule(number=1))
    await apply.work_off(database, petition, made, now=NOW)
    async with database.reading() as db:
        counts = [
            await audiences.count(db, petition.id, "news", Audience(who=who))
            for who in ("everyone", "signers", "not_signed")
        ]
    assert counts == [2, 1, 0]


async def test_each_criterion_finds_its_own(database: Database, petition: Petition) -> None:
    code = await sign(database, petition, range(1, 3))
    await sign(database, petition, range(3, 5), code)
    async with database.reading() as db:
        link = await links.find(db, code)
        assert link is not None
        later, earlier = NOW + timedelta(minutes=1), NOW - timedelta(minutes=1)
        found = [
            (Rule(by=link.id), 2),
            (Rule(below=link.id), 2),
            *((Rule(postcode=where), 4) for where in ("SW", "SW1A", "SW1A 1AA")),
            *((Rule(postcode=where), 0) for where in ("S", "SW1", "SW1A 1AB")),
            (Rule(name="ada*"), 4),
            (Rule(name="ada?"), 4),
            (Rule(name="%a"), 0),
            (Rule(name="ada_"), 0),
            (Rule(stem="ada"), 4),
            (Rule(since=NOW, until=later), 4),
            (Rule(until=NOW), 0),
            (Rule(seen_since=NOW), 4),
            (Rule(seen_until=earlier), 0),
            (Rule(lookalike=True), 0),
            (Rule(number=2), 1),
        ]
        for rule, count in found:
            assert await invalidation_search.count(db, petition.id, rule) == count, rule
            assert rules.from_dict(rules.to_dict(rule)) == rule


async def test_a_rule_about_everybody_is_refused(database: Database, petition: Petition) -> None:
    async with database.transaction() as db:
        with pytest.raises(rules.Everybody):
            await apply.draft(db, petition, Rule(), None, now=NOW)


WORD = st.sampled_from([*rules.WORDS, "1", "14:00", "2 hours", "*", "SW1A", "2009-11-26", "99:99"])


@given(st.lists(WORD | st.text(max_size=12), max_size=8))
def test_whatever_is_typed_is_a_rule_or_is_refused_kindly(words: list[str]) -> None:
    try:
        rule = rules.rule_of(rules.read(" ".join(words)), now=NOW, zone=LONDON)
    except RuleError:
        return
    assert rules.from_dict(rules.to_dict(rule)) == rule


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("from 9:00 to 9:15", Rule(since=NOW.replace(minute=0), until=NOW.replace(minute=15))),
        ("from 2009-07-01 10:00", Rule(since=datetime(2009, 7, 1, 9, tzinfo=UTC))),
        ("last 2 hours", Rule(since=NOW - timedelta(hours=2))),
        ("last 30 min", Rule(since=NOW - timedelta(minutes=30))),
        ("new 3 days", Rule(seen_since=NOW - timedelta(days=3))),
        ("postcode sw1a 1aa name Zoë*", Rule(postcode="SW1A 1AA", name="zoe*")),
        ("number 1,234", Rule(number=1234)),
        ("doubles", Rule(lookalike=True)),
    ],
)
def test_a_rule_means_what_it_says(typed: str, meant: Rule) -> None:
    assert rules.rule_of(rules.read(typed), now=NOW, zone=LONDON) == meant


@pytest.mark.parametrize("name", ["*", "a*", "**a**", "*a*b*c*d*", "?????", "* *"])
def test_a_pattern_is_bounded(name: str) -> None:
    with pytest.raises(NotARule):
        rules.pattern(name)
