"""Referral figures: for a person, for staff, week by week. Kept, not counted."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from campaign.freshness import Recent
from storage import referral_counts, referral_links
from storage.database import Connection
from storage.referral_counts import Totals
from storage.referral_links import Leader, Link

WEEKS = 8
MOST_LEADERS = 10
ENOUGH_SIGNERS = 20
"""Below that, how many friends a signer brings is a matter of chance."""


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


class Brought:
    """How many friends ten signers bring, from kept figures that are read now and then."""

    def __init__(
        self, *, fresh_for: float = 60.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._recent: Recent[int, Totals] = Recent(fresh_for, monotonic)

    async def by_ten(self, db: Connection, campaign_id: int) -> int | None:
        """A whole number; None where it would be none, or a guess: of too few signers."""
        kept = await self._recent.get(campaign_id, lambda: funnel(db, campaign_id))
        enough = kept.signers >= ENOUGH_SIGNERS
        return round(10 * kept.friends / kept.signers) or None if enough else None


async def weeks(db: Connection, campaign_id: int, limit: int = WEEKS) -> list[Week]:
    """The latest weeks in which people signed, newest first."""
    kept = await referral_counts.weeks(db, campaign_id, limit)
    return [Week(week.monday, week.signers, week.friends) for week in kept]


async def leaders(db: Connection, campaign_id: int, limit: int = MOST_LEADERS) -> list[Leader]:
    """Who brought most friends, of those who agreed to be named."""
    return await referral_links.leaders(db, campaign_id, limit)
