"""Where a person is in their conversation, whichever it is."""

from dataclasses import dataclass

from handlers.screen import Screen
from handlers.staff.content import desk
from handlers.staff.content.drafts import FLOW as CONTENT
from handlers.staff.story import asking, paper
from handlers.staff.updates import compose, drafts
from handlers.supporter import sign, unexpected
from handlers.visit import Act, Visit


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


SUPPORTERS = Talk(sign.present, unexpected.text, unexpected.other_kind, sign.cancel)
OF_STAFF = {
    drafts.FLOW: Talk(compose.present, compose.received, compose.received, compose.put_aside),
    paper.FLOW: Talk(asking.present, asking.received, asking.received, asking.put_aside),
    CONTENT: Talk(desk.present, desk.written, desk.sent, desk.put_aside),
}


async def present(visit: Visit) -> Screen:
    """The open question, the open draft, or the front door."""
    return await _talk(visit).present(visit)


async def text(visit: Visit) -> Screen:
    """A text: of an update or of the campaign, an answer, or chatter."""
    return await _talk(visit).text(visit)


async def other_kind(visit: Visit) -> Screen:
    """A photo, a sticker and so on: of an update, a campaign file, or out of place."""
    return await _talk(visit).other_kind(visit)


async def cancel(visit: Visit) -> Screen:
    """/cancel: stop what one is in the middle of; a draft is kept for later."""
    return await _talk(visit).put_aside(visit)


def _talk(visit: Visit) -> Talk:
    return OF_STAFF.get(visit.dialog.flow, SUPPORTERS)
