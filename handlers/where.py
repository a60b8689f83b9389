"""Where a person is in their conversation, whichever it is."""

from handlers.screen import Screen
from handlers.staff.story import asking, paper
from handlers.staff.updates import compose, drafts
from handlers.supporter import sign, unexpected
from handlers.visit import Act, Visit

PRESENT: dict[str, Act] = {drafts.FLOW: compose.present, paper.FLOW: asking.present}
RECEIVED: dict[str, Act] = {drafts.FLOW: compose.received, paper.FLOW: asking.received}
PUT_ASIDE: dict[str, Act] = {drafts.FLOW: compose.put_aside, paper.FLOW: asking.put_aside}
"""What each of the staff's conversations does with where one is, a message, and /cancel."""


async def present(visit: Visit) -> Screen:
    """The open question, the open draft, or the front door."""
    return await PRESENT.get(visit.dialog.flow, sign.present)(visit)


async def text(visit: Visit) -> Screen:
    """A text: of an update, an answer, or chatter."""
    return await RECEIVED.get(visit.dialog.flow, unexpected.text)(visit)


async def other_kind(visit: Visit) -> Screen:
    """A photo, a sticker and so on: of an update, or out of place."""
    return await RECEIVED.get(visit.dialog.flow, unexpected.other_kind)(visit)


async def cancel(visit: Visit) -> Screen:
    """/cancel: stop what one is in the middle of; a draft is kept for later."""
    return await PUT_ASIDE.get(visit.dialog.flow, sign.cancel)(visit)
