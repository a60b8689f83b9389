"""The way from an app into the chat on the campaign's own site."""

from handlers.context import Context
from handlers.screens import Button, Rows
from handlers.supporter.buttons import Browse


def may_browse(context: Context) -> bool:
    """Whether there is a chat on the site, and the person is not in it."""
    services = context.services
    return services.signs_on_site and bool(services.public_url) and context.can.writes_first


def browser_buttons(context: Context, petition_id: int = 0) -> Rows:
    """Go on in the browser; nothing where there is no chat there."""
    return [[Button("go_on_in_browser", Browse(petition_id))]] if may_browse(context) else []
