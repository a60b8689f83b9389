"""The draft that somebody is busy with, and the dialog around it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from campaign.broadcasts import states
from campaign.broadcasts.content import Content, Version
from campaign.broadcasts.message_parts import Part, together
from campaign.petition import Petition
from handlers.context import Context, Left
from handlers.screens import Screen
from handlers.staff.permissions import in_hand
from storage import broadcast_editors, broadcasts
from storage.broadcasts import Broadcast

FLOW = "update"
MESSAGE, WHEN, LINK, AREAS, LOOKING = "message", "when", "link", "areas", "looking"
CONFIRM = "confirm"
"""What is asked for: steps of the flow."""

Handler = Callable[[Context, Petition, Broadcast, str], Awaitable[Screen]]
"""What a button under a draft does; the last argument stands in its data."""


def is_open(context: Context) -> bool:
    """Whether the person is busy with a draft."""
    return context.dialog.flow == FLOW


def kept(context: Context) -> dict[str, Any]:
    """What is kept of the draft in the dialog: its id, the language being written, the messages
    that it was written in, what stood there before, and what would take its place."""
    found: dict[str, Any] = context.dialog.answers.get(FLOW) or {}
    return found


async def current(context: Context) -> tuple[Petition, Broadcast]:
    """The draft in hand and its campaign.

    Raises:
        Left: there is none, it is none any more, or theirs no longer.
    """
    draft = await broadcasts.of(context.db, kept(context).get("id", 0))
    if draft is None or draft.status != "draft":
        raise Left
    return await in_hand(context, draft.campaign_id), draft


async def change(context: Context, draft: Broadcast, **values: Any) -> Broadcast:
    """Change the draft as it was read, and give it as it is now. Who changes it cannot agree to it.

    Raises:
        campaign.broadcasts.states.ChangedMeanwhile: somebody else was faster.
    """
    await states.change(context.db, draft, now=context.now, **values)
    await broadcast_editors.add(context.db, draft.id, context.supporter.id, context.now)
    return await broadcasts.of(context.db, draft.id) or draft


def go_to(context: Context, draft: Broadcast, step: str, **more: Any) -> None:
    """Be busy with this draft, at this step; what else is kept of it stays."""
    before = kept(context) if kept(context).get("id") == draft.id else {}
    context.go_to(draft.campaign_id, FLOW, step, {**before, **more, "id": draft.id})


def waiting(context: Context) -> list[Part]:
    """The messages that would take the place of what the draft says; none if none has come."""
    return [Part.from_dict(one) for one in kept(context).get("new") or ()]


def languages(context: Context) -> list[str]:
    """The languages whose messages are known."""
    return list(kept(context).get("parts") or ())


def parts(context: Context, draft: Broadcast, language: str) -> list[Part]:
    """The messages that a wording was written in; none if it has been changed otherwise."""
    found = [Part.from_dict(one) for one in (kept(context).get("parts") or {}).get(language, ())]
    stands = Content.from_dict(draft.content).versions.get(language)
    is_theirs = stands is None or (found and together(found).html == stands.html)
    return found if is_theirs else []


def before(context: Context, draft: Broadcast, language: str) -> Version | None:
    """What a wording was before the last change, if that can be undone."""
    found = (kept(context).get("before") or {}).get(language)
    stands = Content.from_dict(draft.content).versions.get(language)
    if not found or not found["was"] or stands != Version.from_dict(found["now"]):
        return None
    return Version.from_dict(found["was"])


def keep_parts(context: Context, draft: Broadcast, language: str, written: Sequence[Part]) -> None:
    """Keep the messages that a wording was written in."""
    known = kept(context).get("parts") or {}
    now = {**known, language: [one.to_dict() for one in written]}
    go_to(context, draft, context.dialog.step, parts=now)


def keep_before(
    context: Context, draft: Broadcast, language: str, was: Version | None, now: Version
) -> None:
    """Keep what a wording was before, so that the change can be undone."""
    change_made = {"was": was.to_dict() if was else None, "now": now.to_dict()}
    known = kept(context).get("before") or {}
    go_to(context, draft, context.dialog.step, before={**known, language: change_made})


def leave(context: Context, *, forget: bool = True) -> None:
    """Be busy with no draft any more; not forgotten, /update comes back to it."""
    context.leave(forget=FLOW if forget else "")
