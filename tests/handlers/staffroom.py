"""A campaign's staff at their buttons, real and forged, and the people who hear its updates."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from campaign import catalogue, subscriptions
from campaign.broadcasts import agreement
from campaign.broadcasts.terms import SHOWN_DIGITS, digest_of, terms_of
from campaign.petition import Petition
from storage import broadcasts, notifications, staff
from storage.broadcasts import Broadcast
from storage.database import Database
from tests.campaign import petitions
from tests.handlers.routes_harness import RoutesHarness

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
LIMIT = 3
ALICE, BEN, OLIVE = 1, 2, 3
"""Two editors and an owner."""


@dataclass
class Office:
    """A campaign with its staff, and people who hear its updates."""

    doors: RoutesHarness
    petition: Petition
    numbers: int
    now: datetime = NOW
    listeners: int = 0

    @classmethod
    async def open(
        cls, stack: AsyncExitStack, database: Database, number: int, limit: int = LIMIT
    ) -> "Office":
        definition = petitions.example().model_copy(
            update={
                "slug": f"office-{number}",
                "approval_above": limit,
                "quiet_hours": "",
                "most_a_day": 0,
            }
        )
        petition = await catalogue.publish(database, definition, now=NOW)
        opened: list[Office] = []
        doors = await stack.enter_async_context(
            RoutesHarness.to(database, petition, lambda: opened[0].now if opened else NOW)
        )
        office = cls(doors, petition, number * 10_000)
        opened.append(office)
        for who, role in ((ALICE, "editor"), (BEN, "editor"), (OLIVE, "owner")):
            await office.employ(who, role)
            await doors.says(office.numbers + who, "/start")
        return office

    @property
    def database(self) -> Database:
        return self.doors.services.database

    async def employ(self, who: int, role: str) -> None:
        async with self.database.transaction() as db:
            await staff.upsert(db, self.numbers + who, role, NOW, self.petition.id)

    async def dismiss(self, who: int) -> None:
        async with self.database.transaction() as db:
            for one in await staff.all(db):
                if one.telegram_id == self.numbers + who:
                    await staff.remove(db, one.id)

    async def join(self, number: int) -> None:
        """So many people choose to hear updates."""
        async with self.database.transaction() as db:
            for _ in range(number):
                self.listeners += 1
                person = await petitions.person(db, self.numbers + 100 + self.listeners, NOW)
                await subscriptions.choose(
                    db, self.petition, person, hears=True, language="en", now=NOW
                )

    async def redefine(self, **values: Any) -> None:
        """Change the campaign, as its file or the chat would."""
        async with self.database.transaction() as db:
            current = await catalogue.current(db, self.petition.id)
            assert current is not None
            changed = current.definition.model_copy(update=values)
            self.petition = await catalogue.upsert(db, changed, now=NOW)

    async def retitle(self, title: str) -> None:
        """Change what updates show for {{ title }}."""
        async with self.database.transaction() as db:
            current = await catalogue.current(db, self.petition.id)
        assert current is not None
        texts = {
            code: text.model_copy(update={"title": title})
            for code, text in current.definition.text.items()
        }
        await self.redefine(text=texts)

    async def taps(self, who: int, data: str) -> None:
        await self.doors.taps(self.numbers + who, data)

    async def says(self, who: int, text: str) -> None:
        await self.doors.says(self.numbers + who, text)

    async def tries_to_write(self, who: int, text: str) -> None:
        """Begin an update; who does not work here any more gets nowhere."""
        await self.taps(who, f"upd:new:{self.petition.id}:news")
        await self.says(who, text)

    async def writes(self, who: int, text: str) -> Broadcast:
        await self.tries_to_write(who, text)
        return (await self.all())[-1]

    async def forges(self, who: int, broadcast_id: int, act: str) -> None:
        """A button under a draft, of its present version, whether it was there or not."""
        version = (await self.of(broadcast_id)).version
        await self.taps(who, f"upd:{broadcast_id}:{version}:{act}")

    async def answers(self, who: int, broadcast_id: int, answer: str = "yes") -> None:
        """An answer to the question for agreement that would be put now."""
        async with self.database.reading() as db:
            found = await broadcasts.of(db, broadcast_id)
            assert found is not None
            given = await terms_of(db, found.campaign_id)
            seen = digest_of(found, given)[:SHOWN_DIGITS]
        await self.taps(who, f"approve:{broadcast_id}:{found.version}:{seen}:{answer}")

    async def time_comes(self) -> None:
        """What is due begins."""
        for one in await self.all():
            if one.status == "scheduled" and one.due_at is not None and one.due_at <= self.now:
                async with self.database.transaction() as db:
                    await agreement.begin(db, one, now=self.now)

    async def all(self) -> list[Broadcast]:
        """All updates of the campaign, oldest first."""
        async with self.database.reading() as db:
            return (await broadcasts.of_campaign(db, self.petition.id, 1000))[::-1]

    async def of(self, broadcast_id: int) -> Broadcast:
        async with self.database.reading() as db:
            found = await broadcasts.of(db, broadcast_id)
        assert found is not None
        return found

    async def supporter_id(self, who: int) -> int:
        async with self.database.transaction() as db:
            return (await petitions.person(db, self.numbers + who, NOW)).id

    async def told(self, template: str = agreement.REQUEST) -> set[int]:
        """Who of the staff is to be told of an update that waits, since this was asked last.

        Args:
            template: of what they are to be told, if it is not that.
        """
        async with self.database.transaction() as db:
            claimed = await notifications.claim(db, now=self.now, lost_before=self.now, limit=100)
            found = [await notifications.of(db, one) for ids in claimed.values() for one in ids]
            requests = [one for one in found if one and one.template == template]
            for one in requests:
                await notifications.end(db, one.id, self.now)
        return {one.telegram_id - self.numbers for one in requests}
