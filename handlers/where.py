"""Where a person is in their conversation, whichever it is."""

from dataclasses import dataclass

from handlers.screen import Screen, Text
from handlers.staff import sheets, tables
from handlers.staff.content import desk
from handlers.staff.content.drafts import FLOW as CONTENT
from handlers.staff.story import asking, paper
from handlers.staff.updates import compose, drafts
from handlers.supporter import confirm, filling, sign, unexpected
from handlers.supporter.steps import questions
from handlers.visit import PASSING, Act, Visit


@dataclass(frozen=True, slots=True)
class Talk:
    """What a conversation does with a text, with anything else that is sent, and with /cancel.

    Attributes:
        present: the screen of where the person is in it.
    """

    present: Act
    text: Act
    other_kind: Act
    put_aside: Act


async def _no_step_takes_it(visit: Visit) -> Screen:
    """A photo, a sticker and so on where words were asked for."""
    return await questions.again(visit, Text(f"unexpected/{unexpected.kind_of(visit.update)}"))


SIGNING = Talk(filling.present, unexpected.text, unexpected.other_kind, sign.cancel)
OTHERS = {
    PASSING: Talk(questions.present, questions.typed, _no_step_takes_it, questions.cancel),
    drafts.FLOW: Talk(compose.present, compose.received, compose.received, compose.put_aside),
    paper.FLOW: Talk(asking.present, asking.received, asking.received, asking.put_aside),
    sheets.FLOW: Talk(sheets.present, sheets.received, sheets.received, sheets.cancel),
    confirm.FLOW: Talk(confirm.present, unexpected.text, unexpected.other_kind, confirm.leave),
    CONTENT: Talk(desk.present, desk.written, desk.sent, desk.put_aside),
}

TAKE_FILES = (drafts.FLOW, paper.FLOW, CONTENT)
"""Conversations in which a file is an answer, also one that looks like a table of signatures."""


async def present(visit: Visit) -> Screen:
    """The open question, the open draft, or the front door."""
    return await _talk(visit).present(visit)


async def text(visit: Visit) -> Screen:
    """A text: of an update or of the campaign, a code, an answer, or chatter."""
    message = visit.update.effective_message
    written = (message.text if message else None) or ""
    if (screen := await confirm.typed(visit, written)) is not None:
        return screen
    return await _talk(visit).text(visit)


async def other_kind(visit: Visit) -> Screen:
    """A photo, a sticker and so on: of an update, a campaign file, a table, or out of place."""
    if visit.dialog.flow not in TAKE_FILES and await tables.is_table(visit):
        return await tables.received(visit)
    return await _talk(visit).other_kind(visit)


async def cancel(visit: Visit) -> Screen:
    """/cancel: stop what one is in the middle of; a draft is kept for later."""
    return await _talk(visit).put_aside(visit)


def _talk(visit: Visit) -> Talk:
    return OTHERS.get(visit.dialog.flow, SIGNING)
