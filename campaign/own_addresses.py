"""Where somebody can be found, and what ends where a place is taken away.

The signature's own email address is an answer under the petition, and stays with it.

TakeAwayError
├── OnlyPlace     nothing would be left by which the person could be found
└── StaffsChat    they work on a campaign, which is done in that chat
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign.errors import CampaignError
from storage import (
    accounts,
    addresses,
    consents,
    decisions,
    email_subscriptions,
    join_tokens,
    other_campaigns,
    staff,
    subscriptions,
    supporters,
)
from storage.addresses import EMAIL, TELEGRAM, Address
from storage.consents import NewConsent
from storage.database import Connection
from storage.supporters import Supporter

METHOD = "address"
"""How what ends is said to have ended, in the ledger."""


class TakeAwayError(CampaignError):
    """The place stays."""


class OnlyPlace(TakeAwayError):
    """There is no other."""


class StaffsChat(TakeAwayError):
    """Their role is held there."""


@dataclass(frozen=True, slots=True)
class Ends:
    """What ends with a place.

    Attributes:
        campaigns: about which they hear there.
        is_last: whether they cannot be written to anywhere after that.
    """

    campaigns: frozenset[int]
    is_last: bool


async def of(db: Connection, supporter: Supporter) -> Sequence[Address]:
    """All of a person's places, oldest first. A chat app that was taken away is among them again
    once they have written there."""
    return [
        one
        for one in await addresses.of_supporter(db, supporter.id)
        if one.channel != TELEGRAM or one.reachable or supporter.reachable
    ]


async def find(db: Connection, supporter: Supporter, address_id: int) -> Address | None:
    """One of their places; None if it is none, or none any more."""
    return next((one for one in await of(db, supporter) if one.id == address_id), None)


async def what_ends(db: Connection, supporter: Supporter, address: Address) -> Ends:
    """What ends if this place of the person's is taken away.

    Raises:
        OnlyPlace, StaffsChat: it cannot be.
    """
    has_account = accounts.is_telegrams(supporter.telegram_id) and address.channel != TELEGRAM
    others = [one for one in await of(db, supporter) if one.id != address.id]
    if not others and not has_account:
        raise OnlyPlace
    written_to = await email_subscriptions.written_to(db, supporter.id)
    hears: set[int] = set()
    if address.channel == TELEGRAM:
        if await staff.roles_of(db, supporter.telegram_id):
            raise StaffsChat
        hears |= await subscriptions.of_supporter(db, supporter.id)
        hears |= set(await other_campaigns.agreed_under(db, supporter.id))
        return Ends(frozenset(hears), written_to is None)
    if address.channel == EMAIL and (written_to is None or written_to.id == address.id):
        hears |= await email_subscriptions.of_supporter(db, supporter.id)
    by_email = [one for one in others if one.channel == EMAIL and one.reachable]
    return Ends(frozenset(hears), not by_email and not supporter.reachable)


async def take_away(
    db: Connection, supporter: Supporter, address: Address, *, now: datetime
) -> None:
    """Take a place of the person's away, and end what they hear there; the ledger says so.

    A browser has to begin again, and no link that was asked for leads back to it. A chat app's
    account stays theirs, so that nobody signs twice; it is written to no more, until they write
    there.

    Args:
        now: UTC.

    Raises:
        OnlyPlace, StaffsChat: nothing has changed.
    """
    ends = await what_ends(db, supporter, address)
    if address.channel == TELEGRAM:
        hears = await subscriptions.of_supporter(db, supporter.id)
        agreed = await other_campaigns.agreed_under(db, supporter.id)
        by_email = await email_subscriptions.of_supporter(db, supporter.id)
        for campaign_id in sorted(hears - by_email):
            await decisions.take_back_wishes(db, supporter.id, campaign_id)
        ended = [(one, "updates") for one in sorted(hears)]
        ended += [(one, other_campaigns.PURPOSE) for one in agreed]
        await supporters.lose(db, [supporter.id])
        await addresses.lose(db, [supporter.id], TELEGRAM)
    else:
        ended = [(one, email_subscriptions.PURPOSE) for one in sorted(ends.campaigns)]
        await addresses.remove(db, address.id)
        await join_tokens.drop_of(db, supporter.id)
    await consents.append(
        db,
        [
            NewConsent(supporter.id, campaign_id, purpose, False, None, METHOD, now)
            for campaign_id, purpose in ended
        ],
    )
