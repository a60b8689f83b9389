"""Announce a new campaign to people who agreed, under an earlier one, to hear of others."""

from typing import Literal

from campaign.errors import CampaignError
from campaign.petition import Petition
from storage import other_campaigns
from storage.audiences import Audience
from storage.database import Connection

AUDIENCE = Audience(who="other_campaigns")


class NotForThis(CampaignError):
    """The campaign cannot be announced.

    Attributes:
        why: "closed": nobody could sign it; "controllers": no other campaign is of the same
            controllers, and the words people agreed to name who may write to them.
    """

    def __init__(self, why: Literal["closed", "controllers"]) -> None:
        super().__init__(why)
        self.why = why


async def check(db: Connection, petition: Petition) -> None:
    """Whether this campaign may be announced to signers of others.

    Raises:
        NotForThis: see there.
    """
    if not petition.is_open:
        raise NotForThis("closed")
    if not await other_campaigns.has_others(db, petition.id):
        raise NotForThis("controllers")
