"""Promises of which words a sharer is given, and of what is counted for them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from campaign import catalogue
from campaign.definition.model import Definition
from campaign.petition import Petition
from campaign.referrals import links, sampler, share_texts
from campaign.referrals.sampler import Tally
from campaign.referrals.share_texts import LastText, NoSuchText, ShareTexts
from campaign.signing import sign
from storage import audit, referral_links
from storage import share_texts as kept
from storage.database import Database
from storage.referral_links import Link
from storage.tables import referral_links as table
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
LATER = NOW + sampler.SETTLES_AFTER
ADA, BOB, CY, DI, OWNER = range(1, 6)
OTHERS = {"en": ("Do it for me?", "It matters to me."), "cy": ("Er fy mwyn i?", "Mae’n bwysig.")}


def saying(**texts: tuple[str, ...]) -> Definition:
    """The example, with these others beside its share text."""
    example = petitions.example()
    by_language = {
        language: said.model_copy(update={"share_texts": texts.get(language, ())})
        for language, said in example.text.items()
    }
    return example.model_copy(update={"text": by_language})


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await catalogue.publish(database, saying(**OTHERS), now=NOW)


@pytest.fixture
def given() -> ShareTexts:
    return ShareTexts(fresh_for=-1.0, random=Random(5))


async def signs(database: Database, petition: Petition, who: int, by: Link | None = None) -> Link:
    async with database.transaction() as db:
        supporter = await petitions.person(db, who, NOW)
        if by is not None:
            await petitions.opens(db, petition, by.code, supporter, NOW)
        return await petitions.signs(db, petition, supporter, NOW)


async def words(
    database: Database,
    given: ShareTexts,
    petition: Petition,
    who: int,
    language: str = "en",
    now: datetime = NOW,
) -> str:
    """What this sharer is given on a screen."""
    async with database.transaction() as db:
        supporter = await petitions.person(db, who, now)
        link = await referral_links.of(db, petition.id, supporter.id)
        assert link is not None
        return await given.words(db, petition, link, language, now=now)


async def tallies(database: Database, petition: Petition, now: datetime) -> dict[str, Tally]:
    """What is kept of each text, by its English words, counted at a moment."""
    await share_texts.count(database, petition, now=now)
    async with database.reading() as db:
        return {one.words: one.tally for one in await share_texts.side_by_side(db, petition, "en")}


async def decides(
    database: Database, petition: Petition, do: share_texts.Decision, place: int
) -> None:
    key = list(share_texts.texts(petition, "en"))[place - 1]
    async with database.transaction() as db:
        await share_texts.decide(db, petition, do, key, actor=OWNER, now=NOW)


async def test_a_sharer_keeps_their_words_on_every_screen_and_in_each_language(
    database: Database, petition: Petition, given: ShareTexts
) -> None:
    for who in (ADA, BOB, CY, DI):
        await signs(database, petition, who)
    first = {who: await words(database, given, petition, who) for who in (ADA, BOB, CY, DI)}
    for _ in range(5):
        again = {who: await words(database, given, petition, who) for who in (ADA, BOB, CY, DI)}
        assert again == first
    english, welsh = (list(share_texts.texts(petition, one).values()) for one in ("en", "cy"))
    for who, said in first.items():
        in_welsh = await words(database, given, petition, who, "cy")
        assert welsh.index(in_welsh) == english.index(said)
    assert len(set(first.values())) > 1, "not everybody says the same"


async def test_a_campaign_with_one_text_keeps_nothing(
    database: Database, given: ShareTexts
) -> None:
    petition = await catalogue.publish(database, saying(), now=NOW)
    await signs(database, petition, ADA)
    assert await words(database, given, petition, ADA) == petition.texts("en").share_text
    async with database.reading() as db:
        assert (await db.execute(select(table.c.share_text))).scalar_one() is None
        assert await given.key_for_new(db, petition) is None


async def test_the_same_text_twice_is_one(database: Database) -> None:
    said = petitions.example().text["en"].share_text
    petition = await catalogue.publish(
        database, saying(en=(said, "Another"), cy=("Un", "Dau")), now=NOW
    )
    assert list(share_texts.texts(petition, "en").values()) == [said, "Another"]


async def test_one_who_was_just_given_a_text_is_no_failure_yet(
    database: Database, petition: Petition, given: ShareTexts
) -> None:
    await signs(database, petition, ADA)
    said = await words(database, given, petition, ADA)
    soon = LATER - timedelta(minutes=1)
    assert (await tallies(database, petition, soon))[said] == Tally(1, 0, 0)
    assert (await tallies(database, petition, LATER))[said] == Tally(1, 1, 0)


async def test_a_friend_who_takes_their_name_off_no_longer_counts(
    database: Database, petition: Petition, given: ShareTexts
) -> None:
    ada = await signs(database, petition, ADA)
    said = await words(database, given, petition, ADA)
    await signs(database, petition, BOB, by=ada)
    await signs(database, petition, CY, by=ada)
    assert (await tallies(database, petition, LATER))[said] == Tally(1, 1, 1), "not how many"
    for who, brought in ((BOB, 1), (CY, 0)):
        async with database.transaction() as db:
            supporter = await petitions.person(db, who, NOW)
            await sign.withdraw(db, petition, supporter, now=NOW)
        assert (await tallies(database, petition, LATER))[said] == Tally(1, 1, brought)


async def test_who_has_friends_already_is_given_a_text_and_not_counted(
    database: Database, petition: Petition, given: ShareTexts
) -> None:
    ada = await signs(database, petition, ADA)
    await signs(database, petition, BOB, by=ada)
    said = await words(database, given, petition, ADA)
    assert await words(database, given, petition, ADA) == said
    assert set((await tallies(database, petition, LATER)).values()) == {Tally()}


async def test_a_text_that_is_changed_is_a_new_one_and_its_translation_is_not(
    database: Database, petition: Petition, given: ShareTexts
) -> None:
    keys = list(share_texts.texts(petition, "en"))
    welsh = saying(**{**OTHERS, "cy": ("Gair arall", "Mae’n bwysig.")})
    translated = await catalogue.publish(database, welsh, now=NOW)
    assert list(share_texts.texts(translated, "cy")) == keys
    english = saying(**{**OTHERS, "en": ("Do it for us?", "It matters to me.")})
    changed = await catalogue.publish(database, english, now=NOW)
    assert [key in keys for key in share_texts.texts(changed, "cy")] == [True, False, True]
    moved = saying(en=OTHERS["en"][::-1], cy=OTHERS["cy"][::-1])
    turned = await catalogue.publish(database, moved, now=NOW)
    assert set(share_texts.texts(turned, "en")) == set(keys)


async def test_who_had_a_text_that_is_stopped_gets_another_and_counts_no_more(
    database: Database, petition: Petition, given: ShareTexts
) -> None:
    await signs(database, petition, ADA)
    said = await words(database, given, petition, ADA)
    place = list(share_texts.texts(petition, "en").values()).index(said) + 1
    await decides(database, petition, "stop", place)
    another = await words(database, given, petition, ADA)
    assert another != said
    assert await words(database, given, petition, ADA) == another
    assert not any(one.sharers for one in (await tallies(database, petition, LATER)).values())


async def test_a_page_shows_the_words_that_the_chat_shows(
    database: Database, petition: Petition, given: ShareTexts
) -> None:
    await signs(database, petition, ADA)
    said = await words(database, given, petition, ADA)

    async def on_page() -> str:
        async with database.reading() as db:
            link = await referral_links.of(db, petition.id, 1)
        assert link is not None
        return await given.words_on_page(database, petition, link, "en")

    assert await on_page() == said
    await decides(
        database,
        petition,
        "stop",
        list(share_texts.texts(petition, "en").values()).index(said) + 1,
    )
    assert await on_page() != said, "a text that is stopped is shown nowhere"


async def test_the_only_text_goes_to_everybody_who_is_new(
    database: Database, petition: Petition, given: ShareTexts
) -> None:
    await signs(database, petition, ADA)
    before = await words(database, given, petition, ADA)
    await decides(database, petition, "only", 2)
    await decides(database, petition, "only", 3)
    for who in (BOB, CY, DI):
        await signs(database, petition, who)
        assert await words(database, given, petition, who) == "It matters to me."
    assert await words(database, given, petition, ADA) == before, "who has one keeps it"
    await decides(database, petition, "all", 1)
    async with database.reading() as db:
        assert {one.choice for one in await kept.every(db)} == {None}


async def test_the_last_text_cannot_be_stopped(database: Database, petition: Petition) -> None:
    await decides(database, petition, "stop", 1)
    await decides(database, petition, "stop", 3)
    with pytest.raises(LastText):
        await decides(database, petition, "stop", 2)
    await decides(database, petition, "again", 1)
    await decides(database, petition, "stop", 2)


async def test_a_decision_is_in_the_audit_log_and_needs_a_text_that_is_there(
    database: Database, petition: Petition
) -> None:
    await decides(database, petition, "only", 2)
    async with database.reading() as db:
        (entry,) = await audit.latest(db, 1)
    assert (entry.action, entry.actor, entry.details["text"]) == ("share_text.only", OWNER, 2)
    with pytest.raises(NoSuchText):
        async with database.transaction() as db:
            await share_texts.decide(db, petition, "only", "gone", actor=OWNER, now=NOW)


async def test_a_new_signer_has_their_text_with_their_link(
    database: Database, petition: Petition, given: ShareTexts
) -> None:
    async with database.transaction() as db:
        key = await given.key_for_new(db, petition)
        ada = await petitions.person(db, ADA, NOW)
        link = await links.of_new_signer(db, petition, ada, now=NOW, share_text=key)
    assert link.share_text == key
    assert await words(database, given, petition, ADA) == share_texts.texts(petition, "en")[key]
    assert sum(one.settled for one in (await tallies(database, petition, LATER)).values()) == 1


def test_nothing_has_won_before_each_was_given_to_enough_people() -> None:
    clear = [Tally(500, 500, 200), Tally(500, 500, 100)]
    assert [one.has_won for one in sampler.standings(clear)] == [True, False]
    few = [Tally(500, 500, 200), replace(clear[1], settled=sampler.ENOUGH - 1)]
    assert not any(one.has_won for one in sampler.standings(few))
    alike = [Tally(500, 500, 100), Tally(500, 500, 101)]
    assert not any(one.has_won for one in sampler.standings(alike))
    assert not sampler.standings([Tally(500, 500, 500)])[0].has_won, "of one there is no best"


def test_a_band_holds_the_rate_and_the_same_figures_have_the_same_band() -> None:
    (first, _) = found = sampler.standings([Tally(900, 800, 200), Tally(900, 800, 100)])
    assert first.rate == 0.25
    assert 0.2 < first.low < first.rate < first.high < 0.3
    assert found == sampler.standings([Tally(900, 800, 200), Tally(900, 800, 100)])
    assert sampler.standings([Tally(5, 0, 0)])[0].rate is None


def test_a_text_that_is_new_beside_an_old_one_is_given_to_one_in_ten_at_least() -> None:
    random = Random(1)
    tallies = {"old": Tally(9000, 9000, 5000), "new": Tally(10, 10, 0)}
    given = [sampler.choose(tallies, random) for _ in range(2000)]
    assert 150 < given.count("new") < 300
