"""The public pages before a real database, over HTTP, without Telegram."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from multidict import CIMultiDict

from bot.web.pages import public_app
from campaign.catalogue import Catalogue, publish
from campaign.petition import Petition
from campaign.referrals import links
from channels.http_server import served
from handlers.services import Services
from messages import bot_texts
from storage import signatures, wordings
from storage.database import Database
from storage.referral_links import Link
from storage.signatures import NewSignature
from storage.supporters import Supporter
from tests.campaign import petitions
from tests.storage.world import person

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
PUBLIC_URL = "https://petition.example.org"


@dataclass
class Door:
    """Asks for pages as anybody could."""

    address: str
    services: Services
    session: aiohttp.ClientSession
    signed: int = field(default=0)

    async def get(self, path: str, **headers: str) -> "Answer":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.asks("GET", path, named)

    async def asks(self, method: str, path: str, headers: dict[str, str] | None = None) -> "Answer":
        async with self.session.request(
            method, self.address + path, headers=headers, allow_redirects=False
        ) as answer:
            return Answer(answer.status, answer.headers.copy(), await answer.read())

    async def publish(self, **changes: Any) -> Petition:
        """The example campaign, changed like this; seen at once."""
        definition = petitions.example().model_copy(update=changes)
        petition = await publish(self.services.database, definition, now=NOW)
        self.services.catalogue = Catalogue(self.services.database)
        return petition

    async def sign(self, petition: Petition, postcodes: Sequence[str | None]) -> list[Supporter]:
        """A person signs for each of these postcodes."""
        people = []
        async with self.services.database.transaction() as db:
            wording = (await wordings.latest(db, petition.id))["petition", "en"]
            for postcode in postcodes:
                self.signed += 1
                supporter, _ = await person(db, self.signed)
                people.append(supporter)
                await signatures.record(
                    db,
                    NewSignature(
                        campaign_id=petition.id,
                        supporter_id=supporter.id,
                        full_name="Ada Lovelace",
                        postcode=postcode,
                        email=None,
                        phone=None,
                        country=None,
                        comment=None,
                        name_key="ada lovelace",
                        petition_wording_id=wording.id,
                        language="en",
                        signed_at=NOW,
                    ),
                )
        return people

    async def link_of(self, petition: Petition, supporter: Supporter) -> Link:
        async with self.services.database.transaction() as db:
            return await links.personal(db, petition, supporter, now=NOW)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: CIMultiDict[str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@asynccontextmanager
async def door(
    url: str, public_url: str = PUBLIC_URL, port: int = 0, *, chat: bool = False
) -> AsyncIterator[Door]:
    """The public pages of a bot at this database, by default on any free port.

    Args:
        chat: whether people can sign there.
    """
    database = await Database.open(url)
    try:
        services = Services(database, bot_texts(), Catalogue(database), bot_username="clamour_bot")
        services.sends_codes = services.signs_on_site = chat
        services.public_url = public_url
        app = public_app(services, public_url=public_url, chat=chat, people_of_network=0)
        async with (
            served(app, host="127.0.0.1", port=port) as opened,
            aiohttp.ClientSession() as session,
        ):
            yield Door(f"http://127.0.0.1:{opened}", services, session)
    finally:
        await database.close()
