"""A published petition and people who sign it, without a chat."""

from datetime import datetime
from functools import cache
from pathlib import Path

from campaign.catalogue import publish
from campaign.definition.campaign_file import load_definition
from campaign.definition.model import Definition
from campaign.petition import Petition
from campaign.referrals import arrivals, links
from campaign.signing import sign
from campaign.signing.choices import Choices
from storage import dialogs
from storage.database import Connection, Database
from storage.referral_links import Link
from storage.supporters import Supporter

EXAMPLE = Path(__file__).parents[2] / "examples" / "keep-the-unit" / "campaign.toml"


@cache
def example() -> Definition:
    """The example petition, read once; without its picture, which is most of what is stored."""
    return load_definition(EXAMPLE).model_copy(update={"picture": None})


async def published(database: Database, slug: str, now: datetime) -> Petition:
    """The example petition under another short name."""
    return await publish(database, example().model_copy(update={"slug": slug}), now=now)


async def person(db: Connection, telegram_id: int, now: datetime) -> Supporter:
    supporter, _ = await dialogs.open(
        db, telegram_id=telegram_id, first_name="Ada", telegram_language="en", now=now
    )
    return supporter


async def signs(db: Connection, petition: Petition, supporter: Supporter, now: datetime) -> Link:
    """Sign, and get the personal link that comes with it."""
    await sign.sign(
        db,
        petition,
        supporter,
        {"name": f"Ada {supporter.id}", "postcode": "SW1A 1AA"},
        choices=Choices(),
        shown=petition.shown("en"),
        language="en",
        now=now,
    )
    return await links.personal(db, petition, supporter, now=now)


async def opens(
    db: Connection, petition: Petition, code: str, supporter: Supporter, now: datetime
) -> arrivals.Arrival:
    """Come by a link."""
    link = await links.find(db, code)
    assert link is not None
    return await arrivals.arrive(db, petition, link, supporter, now=now)
