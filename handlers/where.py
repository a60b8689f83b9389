"""Where a person is in their conversation, whichever it is."""

from handlers.screen import Screen
from handlers.staff import sheets, tables
from handlers.staff.updates import compose, drafts
from handlers.supporter import sign, unexpected
from handlers.visit import Visit


async def present(visit: Visit) -> Screen:
    """The open question, the open draft, or the front door."""
    if sheets.is_open(visit):
        return await sheets.present(visit)
    return await (compose.present if drafts.is_open(visit) else sign.present)(visit)


async def text(visit: Visit) -> Screen:
    """A text: of an update, an answer, or chatter."""
    if sheets.is_open(visit):
        return await sheets.received(visit)
    return await (compose.received if drafts.is_open(visit) else unexpected.text)(visit)


async def other_kind(visit: Visit) -> Screen:
    """A photo, a sticker and so on: of an update, or out of place."""
    if drafts.is_open(visit):
        return await compose.received(visit)
    if await tables.is_table(visit):
        return await tables.received(visit)
    return await (sheets.received if sheets.is_open(visit) else unexpected.other_kind)(visit)


async def cancel(visit: Visit) -> Screen:
    """/cancel: stop what one is in the middle of; a draft is kept for later."""
    if sheets.is_open(visit):
        return await sheets.cancel(visit)
    return await (compose.put_aside if drafts.is_open(visit) else sign.cancel)(visit)
