"""/update: staff write an update as they would to a friend, look at it, and send it."""

from dataclasses import dataclass, replace

import telegram

from campaign.broadcasts import announcements, states
from campaign.broadcasts import audience as audiences
from campaign.broadcasts.content import Content, Version
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts import audience, link_buttons, preview, send, state
from handlers.staff.broadcasts.buttons import DraftAct, WorkOnDraft, back, to
from handlers.staff.broadcasts.controls import progress
from handlers.staff.broadcasts.parse_message import problem_with, version_of
from handlers.staff.broadcasts.state import Handler
from handlers.staff.commands import command_as
from handlers.staff.permissions import broadcast_as
from handlers.supporter.home import home
from storage import broadcasts
from storage.audiences import ANNOUNCEMENT, Audience
from storage.broadcasts import Broadcast

ACTS: dict[DraftAct, Handler] = {**preview.ACTS, **audience.ACTS, **link_buttons.ACTS, **send.ACTS}
NOT_OF_A_CORRECTION = frozenset({*audience.ACTS, "later", "weekly", "quiet", "test", "drop"})
NOT_OF_AN_ANNOUNCEMENT = frozenset({*audience.ACTS, "weekly"} - {"audience", "speaks"})


@dataclass(frozen=True, slots=True)
class BeginDraft(Action, prefix="upd:new"):
    petition_id: int
    kind: str


@command_as("editor")
async def command(context: Context, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/update: begin a new one, or go on with the draft that is open. For staff only."""
    in_hand = await state.current(context)
    if in_hand is not None and in_hand[0].id == petition.id:
        return await present(context)
    return Screen(
        Text("broadcasts/kind", {"campaign": petition.view(context.language)}),
        [[Button(f"kind_{kind}", BeginDraft(petition.id, kind))] for kind in _kinds(context)],
    )


async def begin(context: Context, action: BeginDraft) -> Screen:
    """A kind has been chosen: a draft is made, and its message asked for."""
    petition, kind = context.petition(action.petition_id), action.kind
    await context.require(petition, "editor")
    if kind not in states.KINDS:
        raise Gone
    if kind == ANNOUNCEMENT:
        try:
            await announcements.check(context.db, petition)
        except announcements.NotForThis as refused:
            return _not_announced(context, petition, refused)
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
    in_hand = await state.current(context)
    if in_hand is None:
        state.leave(context)
        return await home(context)
    petition, draft = in_hand
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
    in_hand = await state.current(context)
    message = context.update.effective_message
    if in_hand is None or message is None:
        state.leave(context)
        return await home(context)
    petition, draft = in_hand
    try:
        return await _answer_given(context, petition, draft, message)
    except states.ChangedMeanwhile:
        return await _changed_meanwhile(context, petition, draft)


async def _answer_given(
    context: Context, petition: Petition, draft: Broadcast, message: telegram.Message
) -> Screen:
    written = message.text or ""
    match context.dialog.step:
        case state.WHEN:
            return await send.time_given(context, petition, draft, written)
        case state.LINK:
            return await link_buttons.given(context, petition, draft, written)
        case state.AREAS:
            return await audience.areas_given(context, petition, draft, written)
    return await _content_given(context, petition, draft, message)


async def put_aside(context: Context) -> Screen:
    """/cancel: the draft is kept, and /update comes back to it."""
    state.leave(context, forget=False)
    return await home(context)


async def work_on(context: Context, action: WorkOnDraft) -> Screen:
    """A button under a draft. One of an older version shows the present one."""
    petition, broadcast = await broadcast_as(context, action.broadcast_id, "editor")
    if broadcast.status != "draft":
        screen = progress(broadcast, petition, context.language, context.now)
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


async def _content_given(
    context: Context, petition: Petition, draft: Broadcast, message: telegram.Message
) -> Screen:
    sent = version_of(message)
    if sent is None:
        return Screen(Text("broadcasts/not_that"), [back(draft)], fresh=True)
    content = Content.from_dict(draft.content)
    language = _language(context, petition)
    album = message.media_group_id or ""
    if draft.act == "correct":
        return await _new_words(context, petition, draft, sent)
    continued = bool(album) and state.kept(context).get("group") == album
    if continued and language in content.versions:
        sent = _joined(content.versions[language], sent)
    if problem := problem_with(sent):
        return Screen(problem, fresh=True)
    changed = replace(content, versions={**content.versions, language: sent}).to_dict()
    draft = await state.change(context, draft, content=changed)
    state.go_to(context, draft, state.LOOKING, language=language, group=album)
    if continued:
        return Screen()
    if album:
        return Screen(Text("broadcasts/album"), [[to(draft, "album_whole", "look")]], fresh=True)
    return await preview.show(context, petition, draft)


async def _new_words(
    context: Context, petition: Petition, draft: Broadcast, sent: Version
) -> Screen:
    """The words alone: pictures that have arrived stay."""
    content = Content.from_dict(draft.content)
    language = _language(context, petition)
    if language not in content.versions:
        language = next(iter(content.versions))
    changed = Version(sent.html, content.versions[language].media)
    if sent.media:
        return Screen(Text("broadcasts/words_only"), [back(draft)], fresh=True)
    if problem := problem_with(changed):
        return Screen(problem, fresh=True)
    versions = {**content.versions, language: changed}
    draft = await state.change(
        context, draft, content=replace(content, versions=versions).to_dict()
    )
    return await preview.show(context, petition, draft)


def _language(context: Context, petition: Petition) -> str:
    """In which language the message is being written."""
    return str(state.kept(context).get("language") or petition.language(context.language))


def _joined(before: Version, more: Version) -> Version:
    """One more file of an album; Telegram sends its words with one of them."""
    return Version(before.html or more.html, (*before.media, *more.media))


ROUTES = Routes(
    commands={"update": Command(command, least="editor")},
    actions={BeginDraft: begin, WorkOnDraft: work_on},
)
