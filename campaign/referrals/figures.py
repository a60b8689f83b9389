"""Referral figures: for a person, for staff, week by week. Kept, not counted."""

from dataclasses import dataclass
from datetime import date

from storage import referral_counts, referral_links
from storage.database import Connection
from storage.referral_counts import Totals
from storage.referral_links import Leader, Link

WEEKS = 8
MOST_LEADERS = 10


@dataclass(frozen=True, slots=True)
class Mine:
    """One person's friends, and theirs.

    Attributes:
        generations: people who signed because of the person, because of those, and so on.
    """

    generations: tuple[int, ...]

    @property
    def friends(self) -> int:
        """Those who signed by the person's own link."""
        return self.generations[0] if self.generations else 0

    @property
    def people(self) -> int:
        """All along the chain."""
        return sum(self.generations)

    @property
    def chain(self) -> int:
        """How many steps it goes on."""
        return len(self.generations)


@dataclass(frozen=True, slots=True)
class Week:
    """Those who signed in the week from `monday` (campaign's time zone), and whom they brought."""

    monday: date
    signers: int
    friends: int

    @property
    def reproduction(self) -> float | None:
        """New signers for each signer; None where nobody signed."""
        return self.friends / self.signers if self.signers else None


async def mine(db: Connection, link: Link) -> Mine:
    """What has come of a person's link."""
    return Mine(await referral_counts.generations(db, link.id))


async def funnel(db: Connection, campaign_id: int) -> Totals:
    """What has come of all links of a campaign."""
    return await referral_counts.totals(db, campaign_id)


def share_rate(funnel: Totals) -> float | None:
    """The share of signers who have passed the petition on; None before the first."""
    return funnel.shared / funnel.signers if funnel.signers else None


async def weeks(db: Connection, campaign_id: int, limit: int = WEEKS) -> list[Week]:
    """The latest weeks in which people signed, newest first."""
    kept = await referral_counts.weeks(db, campaign_id, limit)
    return [Week(week.monday, week.signers, week.friends) for week in kept]


async def leaders(db: Connection, campaign_id: int, limit: int = MOST_LEADERS) -> list[Leader]:
    """Who brought most friends, of those who agreed to be named."""
    return await referral_links.leaders(db, campaign_id, limit)
