"""Promises of offering to join those who have proved one email address twice, on both engines."""

from campaign import joining, joining_by_email
from campaign.petition import Petition
from campaign.signing import email_code, sign
from campaign.signing.choices import Choices
from storage import addresses, signatures
from storage.database import Connection, Database
from storage.signatures import Signature
from storage.supporters import Supporter
from tests.campaign import petitions
from tests.storage.world import NOW

EMAIL = "ada@example.org"


async def signs(
    db: Connection, petition: Petition, who: Supporter, *, proves: bool, email: str = EMAIL
) -> Signature:
    """Sign with an address, and type the code from it or not."""
    await sign.sign(
        db,
        petition,
        who,
        {"name": "Ada Lovelace", "postcode": "SW1A 1AA", "email": email},
        choices=Choices(),
        shown=petition.shown("en"),
        language="en",
        now=NOW,
        channel="web",
        unproven=True,
    )
    if proves:
        waiting = await email_code.of(db, who, petition.id)
        await email_code.let_count(db, petition, who, waiting, key=b"", now=NOW)
    signed = await signatures.of(db, petition.id, who.id)
    assert signed is not None
    return signed


async def offered(db: Connection, who: Supporter, signature: Signature) -> str | None:
    return await joining_by_email.offer(db, who, signature.email, wish="", now=NOW)


async def test_who_has_proved_one_address_twice_is_offered_to_be_one(database: Database) -> None:
    petition = await petitions.published(database, "one", NOW)
    other = await petitions.published(database, "other", NOW)
    async with database.transaction() as db:
        mia = await addresses.add(db, "web", "5f2e" * 16, now=NOW)
        ada = await petitions.person(db, 7, NOW)
        await signs(db, petition, mia, proves=True)
        hers = await signs(db, other, ada, proves=True, email="Ada@Example.org")
        token = await offered(db, ada, hers)
        assert token is not None
        assert (await joining.join(db, token, ada, NOW)).person.id == ada.id
        assert {one.campaign_id for one in await signatures.live_of(db, ada.id)} == {
            petition.id,
            other.id,
        }
        assert await offered(db, ada, hers) is None


async def test_nobody_is_found_by_an_address_that_was_only_typed(database: Database) -> None:
    petition = await petitions.published(database, "one", NOW)
    async with database.transaction() as db:
        mia = await addresses.add(db, "web", "5f2e" * 16, now=NOW)
        ada = await petitions.person(db, 7, NOW)
        await signs(db, petition, mia, proves=False)
        hers = await signs(db, petition, ada, proves=True)
        assert await offered(db, ada, hers) is None


async def test_two_telegram_accounts_or_several_people_are_offered_nothing(
    database: Database,
) -> None:
    petition = await petitions.published(database, "one", NOW)
    async with database.transaction() as db:
        ada, bob = [await petitions.person(db, number, NOW) for number in (7, 8)]
        await signs(db, petition, bob, proves=True)
        hers = await signs(db, petition, ada, proves=True)
        assert await offered(db, ada, hers) is None
        mia = await addresses.add(db, "web", "5f2e" * 16, now=NOW)
        mias = await signs(db, petition, mia, proves=True)
        assert await offered(db, mia, mias) is None


async def test_an_address_that_one_is_written_to_counts_as_proved(database: Database) -> None:
    petition = await petitions.published(database, "one", NOW)
    async with database.transaction() as db:
        mia = await addresses.add(db, "web", "5f2e" * 16, now=NOW)
        ada = await petitions.person(db, 7, NOW)
        await addresses.keep(db, mia.id, addresses.EMAIL, EMAIL, reachable=True, now=NOW)
        hers = await signs(db, petition, ada, proves=True)
        assert await offered(db, ada, hers) is not None
