"""What the world may know of a campaign in numbers: totals, milestones, and areas that are large
enough to hide everybody in them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from campaign.goals import crossed
from campaign.petition import Petition
from packs.disclosure import disclosed
from storage import areas, campaigns, locks, settings
from storage.campaigns import Totals
from storage.database import Connection

_REFRESHED = "areas_shown"


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """A campaign's numbers as anybody may see them.

    Attributes:
        totals: who has signed, in the chat and on paper; only their sum is shown.
        milestones: those passed, lowest first.
        by_area: postcode areas that may be shown, rounded, as of the last night, largest first.
        elsewhere: the rest: small areas, no postcode, on paper, rounded off, and since then.
        changed_at: when the count last changed, UTC; None while nobody has signed.
    """

    totals: Totals
    goal: int
    milestones: tuple[int, ...]
    by_area: Mapping[str, int]
    elsewhere: int
    changed_at: datetime | None

    @property
    def count(self) -> int:
        return self.totals.total


async def figures(db: Connection, petition: Petition) -> PublicFigures:
    """The numbers of this moment, all from kept figures: as quick with a million signatures."""
    totals = await campaigns.totals(db, petition.id)
    shown = await areas.shown_of(db, petition.id)
    return PublicFigures(
        totals=totals,
        goal=petition.goal(totals.total),
        milestones=milestones_passed(petition, totals),
        by_area=shown,
        elsewhere=max(0, totals.total - sum(shown.values())),
        changed_at=await campaigns.changed_at(db, petition.id),
    )


def milestones_passed(petition: Petition, totals: Totals) -> tuple[int, ...]:
    """The milestones that the count has ever reached, lowest first."""
    highest = max(totals.total, petition.campaign.milestone_at)
    return tuple(crossed(petition.definition.milestones, 0, highest))


async def refresh_areas(db: Connection, campaign_id: int) -> None:
    """Decide again which areas the public sees, and with which figures; packs.disclosure says how.

    Done at most once a day: one who looked before and after each signature would see where it is
    from.
    """
    lock = await locks.totals(db, campaign_id)
    counted = await areas.of_campaign(db, campaign_id)
    before = await areas.shown_of(db, campaign_id)
    await areas.show(db, lock, disclosed(counted, before))


async def refresh_areas_daily(db: Connection, campaign_ids: Collection[int], today: date) -> bool:
    """The same of all campaigns, once a day; False if that has been done today."""
    done = await settings.of(db, _REFRESHED)
    if done == today.isoformat():
        return False
    for campaign_id in sorted(campaign_ids):
        await refresh_areas(db, campaign_id)
    await settings.upsert(db, _REFRESHED, today.isoformat(), replace=True)
    return True
