"""The way on into Telegram, for people in a channel that cannot write first."""

from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Rows


def follow_link(context: Context, petition: Petition) -> str:
    """The address that opens this petition in Telegram, to hear there what happens."""
    return context.services.link(petition.campaign.slug)


def follow_buttons(context: Context, petition: Petition) -> Rows:
    """Go on in Telegram; nothing where the person can be written to already."""
    if context.can.writes_first:
        return []
    return [[Button("follow_in_telegram", url=follow_link(context, petition))]]
