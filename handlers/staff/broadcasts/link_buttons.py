"""A button under an update that opens a page: its words and its address."""

from dataclasses import replace

from campaign.broadcasts.content import BadLink, Content, link_from
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Screen, Text
from handlers.staff.broadcasts import preview, state
from handlers.staff.broadcasts.buttons import DraftAct, back
from handlers.staff.broadcasts.state import Handler
from storage.broadcasts import Broadcast

MOST_LINKS = 3


def ask(draft: Broadcast) -> Screen:
    """The question for words and address."""
    return Screen(Text("broadcasts/link"), [back(draft)], fresh=True)


async def given(context: Context, petition: Petition, draft: Broadcast, written: str) -> Screen:
    """Words and address as typed; what is wrong with them is said, and asked again."""
    try:
        link = link_from(written)
    except BadLink as bad:
        return Screen(Text("broadcasts/link_not", {"reason": bad.why}), [back(draft)], fresh=True)
    content = Content.from_dict(draft.content)
    changed = replace(content, buttons=(*content.buttons, link)).to_dict()
    draft = await state.change(context, draft, content=changed)
    return await preview.show(context, petition, draft)


async def _link(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    content = Content.from_dict(draft.content)
    if sum(button.kind == "link" for button in content.buttons) >= MOST_LINKS:
        enough = Text("broadcasts/links_enough", {"limit": MOST_LINKS})
        return Screen(enough, [back(draft)], fresh=True)
    state.go_to(context, draft, state.LINK)
    return ask(draft)


ACTS: dict[DraftAct, Handler] = {"link": _link}
