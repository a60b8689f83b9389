"""Where a person is in their conversation, whichever it is."""

from handlers.screen import Screen
from handlers.staff.content import desk
from handlers.staff.updates import compose, drafts
from handlers.supporter import sign, unexpected
from handlers.visit import Visit


async def present(visit: Visit) -> Screen:
    """The open question, the open draft, or the front door."""
    if desk.is_open(visit):
        return await desk.present(visit)
    return await (compose.present if drafts.is_open(visit) else sign.present)(visit)


async def text(visit: Visit) -> Screen:
    """A text: of an update or of the campaign, an answer, or chatter."""
    if desk.is_open(visit):
        return await desk.written(visit)
    return await (compose.received if drafts.is_open(visit) else unexpected.text)(visit)


async def other_kind(visit: Visit) -> Screen:
    """A photo, a sticker and so on: of an update, a campaign file, or out of place."""
    if desk.is_open(visit):
        return await desk.sent(visit)
    return await (compose.received if drafts.is_open(visit) else unexpected.other_kind)(visit)


async def cancel(visit: Visit) -> Screen:
    """/cancel: stop what one is in the middle of; a draft is kept for later."""
    if desk.is_open(visit):
        return await desk.put_aside(visit)
    return await (compose.put_aside if drafts.is_open(visit) else sign.cancel)(visit)
