"""What the chat in the browser can do."""

from handlers.events import Capabilities

WEB = Capabilities(
    label=200,
    text=100_000,
    caption=100_000,
    markup="html",
    edits=False,
    toasts=True,
    files=True,
    link_buttons=True,
    inline=False,
    copies=True,
    shares=True,
    contact_request=False,
    any_address=True,
    proves_person=False,
    sessions=True,
    writes_first=False,
    staff=False,
)
