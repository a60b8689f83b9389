"""Where a person is in their conversation, whichever it is."""

from handlers.screen import Screen, Text
from handlers.staff.updates import compose, drafts
from handlers.supporter import sign, unexpected
from handlers.supporter.steps import dialog, questions
from handlers.visit import Visit


async def present(visit: Visit) -> Screen:
    """The open question, the open step or draft, or the front door."""
    if dialog.is_open(visit):
        return await questions.present(visit)
    return await (compose.present if drafts.is_open(visit) else sign.present)(visit)


async def text(visit: Visit) -> Screen:
    """A text: of an update, an answer, a step, or chatter."""
    if dialog.is_open(visit):
        return await questions.typed(visit)
    return await (compose.received if drafts.is_open(visit) else unexpected.text)(visit)


async def other_kind(visit: Visit) -> Screen:
    """A photo, a sticker and so on: of an update, or out of place."""
    if dialog.is_open(visit):
        return await questions.again(visit, Text(f"unexpected/{unexpected.kind_of(visit.update)}"))
    return await (compose.received if drafts.is_open(visit) else unexpected.other_kind)(visit)


async def cancel(visit: Visit) -> Screen:
    """/cancel: stop what one is in the middle of; a draft is kept for later."""
    if dialog.is_open(visit):
        return await questions.cancel(visit)
    return await (compose.put_aside if drafts.is_open(visit) else sign.cancel)(visit)
