"""/update: staff write an update as they would to a friend, look at it, and send it."""

from dataclasses import replace

from campaign.broadcasts import announcements, states
from campaign.broadcasts import audience as audiences
from campaign.broadcasts.content import Content
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context, Gone, Left, NotEditable
from handlers.events import Message
from handlers.heard import Heard
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts import (
    audience,
    email_form,
    link_buttons,
    preview,
    revisions,
    send,
    state,
)
from handlers.staff.broadcasts.buttons import DraftAct, WorkOnDraft, back, to
from handlers.staff.broadcasts.controls import progress
from handlers.staff.broadcasts.state import Handler
from handlers.staff.commands import command_as
from handlers.staff.desk import updates
from handlers.staff.desk.buttons import OpenUpdate, WriteUpdate, to_desk, to_updates
from handlers.staff.permissions import broadcast_as, petition_as
from storage import broadcasts
from storage.audiences import ANNOUNCEMENT, Audience
from storage.broadcasts import Broadcast

ACTS: dict[DraftAct, Handler] = {
    **preview.ACTS,
    **email_form.ACTS,
    **revisions.ACTS,
    **audience.ACTS,
    **link_buttons.ACTS,
    **send.ACTS,
}
NOT_OF_A_CORRECTION = frozenset(
    {*audience.ACTS, "later", "weekly", "quiet", "test", "drop", "append", "at"}
)
NOT_OF_AN_ANNOUNCEMENT = frozenset({*audience.ACTS, "weekly"} - {"audience", "speaks"})


MOST_DRAFTS = 5


class BeginDraft(Action, prefix="upd:new"):
    petition_id: int
    kind: str


@command_as("editor")
async def command(context: Context, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/update: go on with a draft, or begin another. For staff only."""
    return replace(await _choice(context, petition), fresh=True)


async def choose(context: Context, action: WriteUpdate) -> Screen:
    """The same by a button."""
    return await _choice(context, await petition_as(context, action.petition_id, "editor"))


async def _choice(context: Context, petition: Petition) -> Screen:
    """The drafts there are, the one in hand first, and what a new one may be about. Until one is
    chosen, no text is taken for a draft."""
    in_hand = state.kept(context).get("id")
    if state.is_open(context):
        state.leave(context, forget=False)
    found = await broadcasts.drafts(context.db, petition.id, MOST_DRAFTS + 1)
    found.sort(key=lambda one: one.id != in_hand)
    shown = found[:MOST_DRAFTS]
    listed = [updates.line_of(context, petition, one, 0) for one in shown]
    rows = [
        [Button("desk_draft", OpenUpdate(one.id), variables=updates.named(line))]
        for one, line in zip(shown, listed, strict=True)
    ]
    more = [[to_updates(petition.id)]] if len(found) > len(shown) else []
    kinds = [Button(f"kind_{kind}", BeginDraft(petition.id, kind)) for kind in _kinds(context)]
    pairs = [kinds[place : place + 2] for place in range(0, len(kinds), 2)]
    variables = {"campaign": petition.view(context.language), "drafts": len(shown)}
    return Screen(
        Text("broadcasts/kind", variables), [*rows, *more, *pairs, [to_desk(petition.id)]]
    )


async def begin(context: Context, action: BeginDraft) -> Screen:
    """A kind has been chosen: a draft is made, and its message asked for."""
    petition, kind = await petition_as(context, action.petition_id, "editor"), action.kind
    if kind not in states.KINDS:
        raise Gone
    if kind == ANNOUNCEMENT:
        try:
            await announcements.check(context.db, petition)
        except announcements.NotForThis as refused:
            return _not_announced(context, petition, refused)
    if (empty := await _begun(context, petition, kind)) is not None:
        return preview.ask_message(context, petition, empty)
    whom = announcements.AUDIENCE if kind == ANNOUNCEMENT else Audience()
    draft = await broadcasts.add(
        context.db,
        campaign_id=petition.id,
        kind=kind,
        author_id=context.supporter.id,
        content=Content({}).to_dict(),
        audience=audiences.to_dict(whom),
        options=states.Options().to_dict(),
        now=context.now,
    )
    return preview.ask_message(context, petition, draft)


async def _begun(context: Context, petition: Petition, kind: str) -> Broadcast | None:
    """The person's own draft of this kind with nothing in it yet: a double tap makes no second."""
    for one in await broadcasts.drafts(context.db, petition.id, MOST_DRAFTS):
        is_theirs = one.author_id == context.supporter.id and one.act == "send"
        if is_theirs and one.kind == kind and not one.content.get("versions"):
            return one
    return None


def _kinds(context: Context) -> tuple[str, ...]:
    """A new petition can be announced only where there are others."""
    return states.KINDS if len(context.petitions) > 1 else states.KINDS_OF_A_CAMPAIGN


def _not_announced(
    context: Context, petition: Petition, refused: announcements.NotForThis
) -> Screen:
    variables = {"campaign": petition.view(context.language), "reason": refused.why}
    return Screen(Text("broadcasts/not_announced", variables))


async def present(context: Context) -> Screen:
    """Where the person is with their draft."""
    petition, draft = await state.current(context)
    match context.dialog.step:
        case state.MESSAGE:
            language = str(state.kept(context).get("language") or "")
            return preview.ask_message(context, petition, draft, language)
        case state.WHEN:
            return send.ask_when(draft)
        case state.LINK:
            return link_buttons.ask(draft)
        case state.AREAS:
            return replace(await audience.screen(context, petition, draft), fresh=True)
    return await preview.show(context, petition, draft)


async def received(context: Context) -> Screen:
    """A message while a draft is open: an answer to what was asked, or new content."""
    petition, draft = await state.current(context)
    message = context.event.message
    if message is None:
        raise Left
    try:
        return await _answer_given(context, petition, draft, message)
    except states.ChangedMeanwhile:
        return await _changed_meanwhile(context, petition, draft)


async def _answer_given(
    context: Context, petition: Petition, draft: Broadcast, message: Message
) -> Screen:
    written = message.text or ""
    match context.dialog.step:
        case state.WHEN:
            return await send.time_given(context, petition, draft, written)
        case state.LINK:
            return await link_buttons.given(context, petition, draft, written)
        case state.AREAS:
            return await audience.areas_given(context, petition, draft, written)
    return await revisions.received(context, petition, draft, message)


async def edited(context: Context, known: Heard) -> Screen:
    """An edit of a message that went into an update: the draft changes with it, what is on its way
    does not."""
    message = context.event.edited_message
    broadcast = await broadcasts.of(context.db, known.about or 0)
    if not message or not broadcast:
        raise NotEditable
    petition = await petition_as(context, broadcast.campaign_id, "editor")
    if broadcast.status != "draft":
        shown = await progress(context.db, broadcast, petition, context.language, context.now)
        variables = {"status": broadcast.status, "agreed": broadcast.approved_by is not None}
        return replace(shown, above=Text("broadcasts/edited_late", variables), fresh=True)
    if state.kept(context).get("id") != broadcast.id or not state.is_open(context):
        state.go_to(context, broadcast, state.LOOKING)
    try:
        return await _answer_edited(context, petition, broadcast, message, known.step)
    except states.ChangedMeanwhile:
        return await _changed_meanwhile(context, petition, broadcast)


async def _answer_edited(
    context: Context, petition: Petition, draft: Broadcast, message: Message, step: str
) -> Screen:
    written = message.text or ""
    match step:
        case state.WHEN:
            return await send.time_given(context, petition, draft, written)
        case state.LINK:
            return Screen(Text("broadcasts/edited_link"), [back(draft)], fresh=True)
        case state.AREAS:
            return await audience.areas_given(context, petition, draft, written)
    return await revisions.edited(context, petition, draft, message)


async def put_aside(context: Context) -> Screen:
    """/cancel: the draft is kept, and /update comes back to it."""
    petition, draft = await state.current(context)
    state.leave(context, forget=False)
    variables = {"campaign": petition.view(context.language), "kind": draft.kind}
    return Screen(
        Text("broadcasts/kept", variables),
        [
            [to(draft, "continue_draft", "look")],
            [to_updates(petition.id)],
        ],
    )


async def work_on(context: Context, action: WorkOnDraft) -> Screen:
    """A button under a draft. One of an older version shows the present one."""
    petition, broadcast = await broadcast_as(context, action.broadcast_id, "editor")
    if broadcast.status != "draft":
        screen = await progress(context.db, broadcast, petition, context.language, context.now)
        return replace(screen, toast="toast/stale", fresh=True)
    outdated = broadcast.version != action.version and action.act != "look"
    if outdated or not _fits(broadcast, action.act):
        screen = await preview.show(context, petition, broadcast)
        return replace(screen, toast="toast/stale")
    try:
        return await ACTS[action.act](context, petition, broadcast, action.argument or "")
    except states.ChangedMeanwhile:
        return await _changed_meanwhile(context, petition, broadcast)


def _fits(broadcast: Broadcast, act: DraftAct) -> bool:
    """Whether that can be chosen for such an update, whatever a button says."""
    if broadcast.act == "correct" and act in NOT_OF_A_CORRECTION:
        return False
    return broadcast.kind != ANNOUNCEMENT or act not in NOT_OF_AN_ANNOUNCEMENT


async def _changed_meanwhile(context: Context, petition: Petition, draft: Broadcast) -> Screen:
    """A colleague has changed the draft at the same moment: theirs is shown."""
    theirs = await broadcasts.of(context.db, draft.id) or draft
    return replace(await preview.show(context, petition, theirs), toast="toast/stale")


ROUTES = Routes(
    commands={"update": Command(command, least="editor")},
    actions={BeginDraft: begin, WorkOnDraft: work_on, WriteUpdate: choose},
)
