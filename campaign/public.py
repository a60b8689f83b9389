"""What the world may know of a campaign in numbers: totals, milestones, and areas that are large
enough to hide everybody in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from campaign.goals import crossed
from campaign.petition import Petition
from storage import areas, campaigns
from storage.campaigns import Totals
from storage.database import Connection

SMALLEST_AREA = 10
"""Signing tells a political opinion: a figure that few people stand behind could tell whose. Ten is
the least that the UK's statistics offices show of such tables
(https://analysisfunction.civilservice.gov.uk/policy-store/)."""


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """A campaign's numbers as anybody may see them.

    Attributes:
        totals: who has signed, in the chat and on paper; only their sum is shown.
        milestones: those passed, lowest first.
        by_area: postcode areas that may be shown, largest first.
        elsewhere: the rest: small areas, no postcode, on paper.
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
    shown = shown_areas(await areas.of_campaign(db, petition.id))
    return PublicFigures(
        totals=totals,
        goal=petition.goal,
        milestones=milestones_passed(petition, totals),
        by_area=shown,
        elsewhere=totals.total - sum(shown.values()),
        changed_at=await campaigns.changed_at(db, petition.id),
    )


def milestones_passed(petition: Petition, totals: Totals) -> tuple[int, ...]:
    """The milestones that the count has ever reached, lowest first."""
    highest = max(totals.total, petition.campaign.milestone_at)
    return tuple(crossed(petition.definition.milestones, 0, highest))


def shown_areas(counted: Mapping[str, int]) -> dict[str, int]:
    """The areas that may be shown, largest first.

    One with fewer than SMALLEST_AREA people is not. Nor are the smallest of the others, as long as
    the total less all that is shown would tell of fewer than SMALLEST_AREA people, or of a single
    area, what they have (complementary suppression).
    """
    by_size = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    shown = [(area, count) for area, count in by_size if count >= SMALLEST_AREA]
    hidden = [count for _, count in by_size if 0 < count < SMALLEST_AREA]
    while shown and hidden and (len(hidden) < 2 or sum(hidden) < SMALLEST_AREA):
        hidden.append(shown.pop()[1])
    return dict(shown)
