"""The way on into Telegram, for people in a channel that cannot write first."""

from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Rows

GO_ON = "chat/telegram"
"""The page that leads to Telegram, with a token by which both places are joined."""


def follow_link(context: Context, petition: Petition) -> str:
    """The address that opens this petition in Telegram, to hear there what happens."""
    services = context.services
    if not services.public_url:
        return services.link(petition.campaign.slug)
    return f"{services.public_url}/{GO_ON}?to={petition.campaign.slug}"


def follow_buttons(context: Context, petition: Petition) -> Rows:
    """Go on in Telegram; nothing where the person can be written to already."""
    if context.can.writes_first:
        return []
    return [[Button("follow_in_telegram", url=follow_link(context, petition))]]
