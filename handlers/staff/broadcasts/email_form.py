"""The other look at an update: as the email that some get, with what a chat has and an email has
not."""

from campaign import personal_letters
from campaign.broadcasts.content import Content
from campaign.petition import Petition
from handlers.context import Context, Gone
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts.buttons import DraftAct, back, to
from handlers.staff.broadcasts.state import Handler
from storage.audiences import ANNOUNCEMENT
from storage.broadcasts import Broadcast

LONGEST = 2_800
"""How much of an email is shown: one message of the chat holds 4,096 characters."""


def offered(context: Context, draft: Broadcast) -> list[list[Button]]:
    """The way here, where there are emails."""
    if context.services.letters is None or draft.kind == ANNOUNCEMENT:
        return []
    return [[to(draft, "as_email", "email")]]


async def _show(context: Context, petition: Petition, draft: Broadcast, language: str) -> Screen:
    """The plain form, which says all that the other one says."""
    letters, versions = context.services.letters, Content.from_dict(draft.content).versions
    if letters is None or not versions:
        raise Gone
    wanted = language if language in versions else petition.language(context.language)
    shown = wanted if wanted in versions else next(iter(versions))
    form = await letters.preview(draft, shown, context.supporter.first_name)
    names = {one.code: one.name for one in context.services.renderer.languages}
    others = [
        to(draft, "version", "email", code, name=names.get(code, code), on=code == shown)
        for code in versions
        if len(versions) > 1
    ]
    has_address = await personal_letters.has_address(context.db, context.supporter)
    variables = {
        "office": form.office,
        "subject": form.subject,
        "text": form.text,
        "limit": LONGEST,
        "photos": form.photos,
        "left_out": form.left_out,
        "may_try": has_address,
    }
    return Screen(
        Text("broadcasts/as_email", variables),
        [
            *([others] if others else []),
            *([[to(draft, "email_me", "email_me")]] if has_address else []),
            back(draft),
        ],
    )


async def _send(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    """To one's own address, in one's own language; a second tap sends another."""
    address = await personal_letters.try_out(context.db, draft, context.supporter, now=context.now)
    if address is None:
        return await _show(context, petition, draft, "")
    context.after_commit = context.services.letters_queued.set
    return Screen(Text("broadcasts/emailed_test", {"email": address}), [back(draft)], fresh=True)


ACTS: dict[DraftAct, Handler] = {"email": _show, "email_me": _send}
