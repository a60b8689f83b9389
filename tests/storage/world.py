"""A campaign and people to try storage with."""

from datetime import UTC, datetime

from storage import campaigns, dialogs, signatures, wordings
from storage.campaigns import Campaign
from storage.database import Connection
from storage.dialogs import Dialog
from storage.signatures import NewSignature, Signature
from storage.supporters import Supporter

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)


async def campaign(db: Connection, slug: str = "keep-the-unit") -> Campaign:
    made = await campaigns.upsert(
        db, slug=slug, status="open", goal=2000, definition={"slug": slug}, now=NOW
    )
    await wordings.keep(
        db, campaign_id=made.id, kind="petition", language="en", text="Keep it.", now=NOW
    )
    return made


async def person(db: Connection, telegram_id: int = 7) -> tuple[Supporter, Dialog]:
    return await dialogs.open(
        db, telegram_id=telegram_id, first_name="Ada", telegram_language="en", now=NOW
    )


async def sign(
    db: Connection,
    campaign_id: int,
    telegram_id: int = 7,
    *,
    name: str | None = "Ada",
    postcode: str | None = None,
    email: str | None = None,
    language: str = "en",
    at: datetime = NOW,
) -> Signature | None:
    supporter, _ = await person(db, telegram_id)
    petition = (await wordings.latest(db, campaign_id))["petition", "en"]
    recorded = await signatures.record(
        db,
        NewSignature(
            campaign_id=campaign_id,
            supporter_id=supporter.id,
            full_name=name,
            postcode=postcode,
            email=email,
            phone=None,
            country=None,
            comment=None,
            name_key=name.casefold() if name else None,
            petition_wording_id=petition.id,
            language=language,
            signed_at=at,
        ),
    )
    return recorded.signature if recorded else None
