"""A campaign office: a published petition, its owner, and what falls due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from campaign import decisions as rules
from campaign.broadcasts.day_parser import Days
from campaign.catalogue import publish
from campaign.handin import plan
from campaign.petition import Petition
from storage import decisions, handins, staff
from storage.database import Database
from storage.decisions import Decision
from storage.supporters import Supporter
from tests.campaign import petitions

NOW = datetime(2009, 3, 2, 12, tzinfo=UTC)
TEXTS = {"en": {"who": "The MPA", "what": "The unit"}}


@dataclass
class Office:
    """A published petition and an owner who has written to the bot."""

    database: Database
    petition: Petition
    owner: Supporter

    @property
    def all(self) -> Mapping[int, Petition]:
        return {self.petition.id: self.petition}

    async def expects(self, first: date, last: date | None = None) -> Decision:
        async with self.database.transaction() as db:
            days = Days(first, last or first)
            _, made = await rules.add(db, self.petition, TEXTS, days, by=self.owner, now=NOW)
        return made

    async def now_is(self, decision: Decision) -> Decision:
        async with self.database.reading() as db:
            found = await decisions.of(db, decision.id)
        assert found is not None
        return found

    async def reminds(self, now: datetime) -> list[Decision]:
        async with self.database.transaction() as db:
            return await rules.claim_reminders(db, self.all, now=now)

    async def asks(self, now: datetime) -> list[Decision]:
        async with self.database.transaction() as db:
            return await rules.ask_staff(db, self.all, now=now)

    async def plans(self, at: datetime, *, closes: bool = True) -> None:
        async with self.database.transaction() as db:
            await plan.plan(
                db,
                self.petition,
                {"en": {"place": "City Hall"}},
                at=at,
                link=None,
                closes_signing=closes,
                by=self.owner,
                now=NOW,
            )

    async def freezes(self, now: datetime) -> list[handins.Handin]:
        async with self.database.transaction() as db:
            return await plan.freeze_due(db, self.all, now=now)


async def office_in(database: Database, zone: str = "Europe/London") -> Office:
    definition = petitions.example().model_copy(update={"slug": "story", "timezone": zone})
    petition = await publish(database, definition, now=NOW)
    async with database.transaction() as db:
        owner = await petitions.person(db, 1, NOW)
        await staff.upsert(db, owner.telegram_id, "owner", NOW)
    return Office(database, petition, owner)
