"""A petition, and people who ask each other; each act is a transaction of its own."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from campaign import catalogue
from campaign.petition import Petition
from campaign.referrals import arrivals, credit, figures, links, thanks
from campaign.referrals.arrivals import Arrival
from campaign.referrals.thanks import Thanks
from campaign.signing import sign
from campaign.signing.choices import Choices
from storage import dialogs, tables
from storage.database import Connection, Database
from storage.referral_counts import Totals
from storage.referral_links import Link
from storage.supporters import Supporter
from tests.campaign import petitions
from tests.campaign.referral_recount import Facts, Figures, LinkFigures

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)  # a Thursday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Town:
    """One campaign and its people, known by their Telegram ids.

    Attributes:
        now: what everybody's clock shows.
    """

    def __init__(self, database: Database, petition: Petition) -> None:
        self.database, self.petition, self.now = database, petition, NOW

    @classmethod
    async def founded(cls, database: Database, slug: str = "keep-the-unit") -> "Town":
        definition = petitions.example().model_copy(update={"slug": slug})
        return cls(database, await catalogue.publish(database, definition, now=NOW))

    async def person(self, db: Connection, who: int) -> Supporter:
        """As for every update: the person's dialog is locked until the transaction ends."""
        supporter, _ = await dialogs.open(
            db, telegram_id=who, first_name=f"P{who}", telegram_language="en", now=self.now
        )
        return supporter

    async def signs(self, who: int) -> Link:
        """Sign, and get a link; the link the signature is credited to is in `credited`."""
        async with self.database.transaction() as db:
            supporter = await self.person(db, who)
            await sign.sign(
                db,
                self.petition,
                supporter,
                {"name": f"P{who}", "postcode": f"SW1A {who}AA"},
                choices=Choices(),
                shown=self.petition.shown("en"),
                language="en",
                now=self.now,
            )
            return await links.personal(db, self.petition, supporter, now=self.now)

    async def withdraws(self, who: int) -> None:
        async with self.database.transaction() as db:
            supporter = await self.person(db, who)
            await sign.withdraw(db, self.petition, supporter, now=self.now)

    async def opens(self, who: int, code: str) -> Arrival | None:
        async with self.database.transaction() as db:
            supporter = await self.person(db, who)
            link = await links.find(db, code)
            if link is None:
                return None
            return await arrivals.arrive(db, self.petition, link, supporter, now=self.now)

    async def begins(self, who: int) -> None:
        async with self.database.transaction() as db:
            supporter = await self.person(db, who)
            await arrivals.began(db, self.petition, supporter, now=self.now)

    async def shares(self, who: int) -> None:
        async with self.database.transaction() as db:
            supporter = await self.person(db, who)
            await links.shared(db, self.petition, supporter, now=self.now)

    async def comes_by(self, who: int, link: Link) -> Link:
        """Open a link, and sign."""
        await self.opens(who, link.code)
        await self.begins(who)
        return await self.signs(who)

    async def source(self, name: str) -> tuple[Link, bool]:
        async with self.database.transaction() as db:
            return await links.source(db, self.petition, name, created_by=None, now=self.now)

    async def link(self, code: str) -> Link:
        async with self.database.reading() as db:
            found = await links.find(db, code)
        assert found is not None
        return found

    async def mine(self, code: str) -> figures.Mine:
        async with self.database.reading() as db:
            found = await links.find(db, code)
            assert found is not None
            return await figures.mine(db, found)

    async def funnel(self) -> Totals:
        async with self.database.reading() as db:
            return await figures.funnel(db, self.petition.id)

    async def due(self, limit: int = 100) -> list[Thanks]:
        async with self.database.transaction() as db:
            return await thanks.claim_due(db, now=self.now, limit=limit)

    def monday(self) -> date:
        return credit.monday_of(self.now, self.petition.zone)


async def kept(town: Town) -> Figures:
    """All figures, as they are shown; links by their ids."""
    async with town.database.reading() as db:
        return await kept_in(db, town.petition)


async def kept_in(db: Connection, petition: Petition) -> Figures:
    """The same, in one state of the database."""
    funnel = await figures.funnel(db, petition.id)
    weeks = await figures.weeks(db, petition.id, 1000)
    found = {}
    table = tables.referral_links
    for code in await db.scalars(select(table.c.code).where(table.c.campaign_id == petition.id)):
        link = await links.find(db, code)
        assert link is not None
        mine = await figures.mine(db, link)
        found[link.id] = LinkFigures(
            link.opens, link.signatures, link.shared, link.friends, mine.generations
        )
    return Figures(
        links=found,
        opens=funnel.opens,
        signatures=funnel.signatures,
        shared=funnel.shared,
        friends=funnel.friends,
        signers=funnel.signers,
        weeks={w.monday: (w.signers, w.friends) for w in weeks if w.signers or w.friends},
    )


async def facts(town: Town) -> Facts:
    """What has happened, from the rows that say so; people by their supporters' ids."""
    async with town.database.reading() as db:
        return await facts_in(db, town.petition)


async def facts_in(db: Connection, petition: Petition) -> Facts:
    """The same, in one state of the database."""
    of = petition.id
    link, came_by, signed = tables.referral_links, tables.referrals, tables.signatures
    owned = (await db.execute(select(link).where(link.c.campaign_id == of))).all()
    referred = (await db.execute(select(came_by).where(came_by.c.campaign_id == of))).all()
    live = await db.execute(
        select(signed.c.supporter_id, signed.c.signed_at).where(
            signed.c.campaign_id == of, signed.c.status == "live"
        )
    )
    opened = await db.execute(
        select(tables.referral_opens.c.link_id, tables.referral_opens.c.supporter_id)
    )
    owners = {row.id: row.supporter_id for row in owned}
    return Facts(
        owners=owners,
        opened={(row.link_id, row.supporter_id) for row in opened if row.link_id in owners},
        came_by={row.supporter_id: row.link_id for row in referred},
        credited={row.supporter_id: (row.link_id, row.week) for row in referred if row.credited_at},
        shared={row.supporter_id for row in owned if row.shared_at},
        live={row.supporter_id: credit.monday_of(row.signed_at, petition.zone) for row in live},
    )
