"""Promises of signing without a chat: who cannot sign, change or have a link, and that it changes
nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from campaign.catalogue import current
from campaign.errors import Blocked, CampaignClosed, NotSigned, UnderReview, WordingChanged
from campaign.invalidation import apply, link_names
from campaign.invalidation import blocks as invalidation_blocks
from campaign.petition import Petition
from campaign.referrals import links
from campaign.signing import sign, standing
from campaign.signing.choices import Choices
from storage import blocks, campaigns, invalidations, signatures
from storage.campaigns import Totals
from storage.database import Connection, Database
from storage.invalidation_search import Rule
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
ANSWERS = {"name": "Ada Lovelace", "postcode": "SW1A 1AA"}


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "keep-the-unit", NOW)


async def closed(db: Connection, petition: Petition) -> Petition:
    assert await campaigns.close(db, petition.id, NOW)
    now_closed = await current(db, petition.id)
    assert now_closed is not None
    return now_closed


async def test_nobody_signs_a_closed_petition_but_what_is_wrong_can_be_put_right(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        ada, bob = [await petitions.person(db, who, NOW) for who in (1, 2)]
        await petitions.signs(db, petition, ada, NOW)
        petition = await closed(db, petition)
        with pytest.raises(CampaignClosed):
            await petitions.signs(db, petition, bob, NOW)
        with pytest.raises(CampaignClosed):
            await standing.may_sign(db, petition, bob)
        changed = await sign.change(db, petition, ada, ANSWERS, now=NOW)
        assert (changed.full_name, changed.number) == ("Ada Lovelace", 1), "GDPR Art. 16"
        assert await campaigns.totals(db, petition.id) == Totals(1, 0)


async def test_a_blocked_account_cannot_sign_and_has_no_link(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        ada, bob = [await petitions.person(db, who, NOW) for who in (1, 2)]
        await petitions.signs(db, petition, ada, NOW)
        adas = await signatures.of(db, petition.id, ada.id)
        assert adas is not None
        assert await invalidation_blocks.block(db, adas, None, now=NOW)
        assert not await invalidation_blocks.block(db, adas, None, now=NOW), "it is so already"
        assert await blocks.add(db, bob.id, petition.id, None, NOW)
        with pytest.raises(Blocked):
            await petitions.signs(db, petition, bob, NOW)
        with pytest.raises(Blocked):
            await standing.may_sign(db, petition, bob)
        with pytest.raises(NotSigned):
            await links.personal(db, petition, ada, now=NOW)
        assert await invalidation_blocks.unblock(db, adas, None, now=NOW)
        assert not await invalidation_blocks.unblock(db, adas, None, now=NOW)
        assert await blocks.remove(db, bob.id, petition.id)
        await petitions.signs(db, petition, bob, NOW)


async def test_words_that_were_not_shown_are_not_agreed_to(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        ada = await petitions.person(db, 1, NOW)
        shown = replace(petition.shown("en"), sign=10**6)
        with pytest.raises(WordingChanged):
            await sign.sign(
                *(db, petition, ada, ANSWERS),
                choices=Choices(),
                shown=shown,
                language="en",
                now=NOW,
            )
        with pytest.raises(NotSigned):
            await sign.change(db, petition, ada, ANSWERS, now=NOW)
        with pytest.raises(NotSigned):
            await sign.withdraw(db, petition, ada, now=NOW)
        with pytest.raises(NotSigned):
            await links.personal(db, petition, ada, now=NOW)


async def test_a_dry_run_is_thrown_away_once_and_then_neither_applied_nor_undone(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        ada = await petitions.person(db, 1, NOW)
        link = await petitions.signs(db, petition, ada, NOW)
        made = await apply.draft(db, petition, Rule(number=1), None, now=NOW)
        with pytest.raises(apply.Moved):
            await apply.undo(db, made, None, now=NOW)
        await apply.throw_away(db, made, None, NOW)
        with pytest.raises(apply.Moved):
            await apply.throw_away(db, made, None, NOW)
        with pytest.raises(apply.Moved):
            await apply.apply(db, made, "other", None, now=NOW)
        assert await link_names.named_link(db, link.id) == "1", "a signer's link, by their number"
        assert await link_names.named_link(db, None) is None
        assert await link_names.named_link(db, 10**6) is None
        leaflet, _ = await links.source(db, petition, "Leaflet", created_by=None, now=NOW)
        assert await link_names.named_link(db, leaflet.id) == "Leaflet"


async def test_who_is_held_back_reads_that_and_can_still_withdraw(
    database: Database, petition: Petition
) -> None:
    async with database.transaction() as db:
        ada = await petitions.person(db, 1, NOW)
        await petitions.signs(db, petition, ada, NOW)
        made = await apply.draft(db, petition, Rule(number=1), None, now=NOW)
        await apply.apply(db, made, "other", None, now=NOW)
        begun = await invalidations.of(db, made.id)
        assert begun is not None
    await apply.work_off(database, petition, begun, now=NOW)
    async with database.transaction() as db:
        for refused in (
            standing.signature_of(db, petition, ada),
            standing.may_sign(db, petition, ada),
            sign.change(db, petition, ada, ANSWERS, now=NOW),
        ):
            with pytest.raises(UnderReview):
                await refused
        await sign.withdraw(db, petition, ada, now=NOW)
        with pytest.raises(UnderReview):
            await standing.may_sign(db, petition, ada)
