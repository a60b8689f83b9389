"""Where a person is in their conversation, whichever it is."""

from handlers.screen import Screen
from handlers.staff.updates import compose, drafts
from handlers.supporter import confirm, sign, unexpected
from handlers.visit import Visit


async def present(visit: Visit) -> Screen:
    """The open question, the open draft, or the front door."""
    if visit.dialog.flow == confirm.FLOW:
        return await confirm.present(visit)
    return await (compose.present if drafts.is_open(visit) else sign.present)(visit)


async def text(visit: Visit) -> Screen:
    """A text: of an update, a code, an answer, or chatter."""
    message = visit.update.effective_message
    written = (message.text if message else None) or ""
    if (screen := await confirm.typed(visit, written)) is not None:
        return screen
    return await (compose.received if drafts.is_open(visit) else unexpected.text)(visit)


async def other_kind(visit: Visit) -> Screen:
    """A photo, a sticker and so on: of an update, or out of place."""
    return await (compose.received if drafts.is_open(visit) else unexpected.other_kind)(visit)


async def cancel(visit: Visit) -> Screen:
    """/cancel: stop what one is in the middle of; a draft is kept for later."""
    if visit.dialog.flow == confirm.FLOW:
        return await confirm.leave(visit)
    return await (compose.put_aside if drafts.is_open(visit) else sign.cancel)(visit)
