"""/update: staff write an update as they would to a friend, look at it, and send it."""

from dataclasses import replace

import telegram

from campaign.broadcasts import announcements, states
from campaign.broadcasts import audience as audiences
from campaign.broadcasts.content import Content, Version
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts import audience, link_buttons, preview, send, state
from handlers.staff.broadcasts.controls import progress
from handlers.staff.broadcasts.parse_message import problem_with, version_of
from handlers.staff.broadcasts.state import Act, back, to
from handlers.staff.commands import command_as
from handlers.staff.permissions import may_edit
from handlers.supporter.home import front_door
from storage import broadcasts
from storage.audiences import ANNOUNCEMENT, Audience
from storage.broadcasts import Broadcast

ACTS: dict[str, Act] = {**preview.ACTS, **audience.ACTS, **link_buttons.ACTS, **send.ACTS}
NOT_OF_A_CORRECTION = frozenset({*audience.ACTS, "later", "weekly", "quiet", "test", "drop"})
NOT_OF_AN_ANNOUNCEMENT = frozenset({*audience.ACTS, "weekly"} - {"audience", "speaks"})


@command_as("editor")
async def command(visit: Visit, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/update: begin a new one, or go on with the draft that is open. For staff only."""
    in_hand = await state.current(visit)
    if in_hand is not None and in_hand[0].id == petition.id:
        return await present(visit)
    return Screen(
        Text("update/kind", {"campaign": petition.view(visit.language)}),
        [[Button(f"kind_{kind}", f"upd:new:{petition.id}:{kind}")] for kind in _kinds(visit)],
    )


async def begin(visit: Visit) -> Screen:
    """A kind has been chosen: a draft is made, and its message asked for."""
    petition, kind = visit.petition(visit.args[0]), visit.args[1]
    if petition is None or kind not in states.KINDS or not await may_edit(visit, petition):
        return await front_door(visit)
    if kind == ANNOUNCEMENT:
        try:
            await announcements.check(visit.db, petition)
        except announcements.NotForThis as refused:
            return _not_announced(visit, petition, refused)
    whom = announcements.AUDIENCE if kind == ANNOUNCEMENT else Audience()
    draft = await broadcasts.add(
        visit.db,
        campaign_id=petition.id,
        kind=kind,
        author_id=visit.supporter.id,
        content=Content({}).to_dict(),
        audience=audiences.to_dict(whom),
        options=states.Options().to_dict(),
        now=visit.now,
    )
    return preview.ask_message(visit, petition, draft)


def _kinds(visit: Visit) -> tuple[str, ...]:
    """A new petition can be announced only where there are others."""
    return states.KINDS if len(visit.petitions) > 1 else states.KINDS_OF_A_CAMPAIGN


def _not_announced(visit: Visit, petition: Petition, refused: announcements.NotForThis) -> Screen:
    variables = {"campaign": petition.view(visit.language), "reason": refused.why}
    return Screen(Text("update/not_announced", variables))


async def present(visit: Visit) -> Screen:
    """Where the person is with their draft."""
    in_hand = await state.current(visit)
    if in_hand is None:
        state.leave(visit)
        return await front_door(visit)
    petition, draft = in_hand
    match visit.dialog.step:
        case state.MESSAGE:
            language = str(state.kept(visit).get("language") or "")
            return preview.ask_message(visit, petition, draft, language)
        case state.WHEN:
            return send.ask_when(draft)
        case state.LINK:
            return link_buttons.ask(draft)
        case state.AREAS:
            return replace(await audience.screen(visit, petition, draft), fresh=True)
    return await preview.look(visit, petition, draft)


async def received(visit: Visit) -> Screen:
    """A message while a draft is open: an answer to what was asked, or new content."""
    in_hand = await state.current(visit)
    message = visit.update.effective_message
    if in_hand is None or message is None:
        state.leave(visit)
        return await front_door(visit)
    petition, draft = in_hand
    try:
        return await _answer_given(visit, petition, draft, message)
    except states.ChangedMeanwhile:
        return await _changed_meanwhile(visit, petition, draft)


async def _answer_given(
    visit: Visit, petition: Petition, draft: Broadcast, message: telegram.Message
) -> Screen:
    written = message.text or ""
    match visit.dialog.step:
        case state.WHEN:
            return await send.time_given(visit, petition, draft, written)
        case state.LINK:
            return await link_buttons.given(visit, petition, draft, written)
        case state.AREAS:
            return await audience.areas_given(visit, petition, draft, written)
    return await _content_given(visit, petition, draft, message)


async def put_aside(visit: Visit) -> Screen:
    """/cancel: the draft is kept, and /update comes back to it."""
    state.leave(visit, forget=False)
    return await front_door(visit)


async def tapped(visit: Visit) -> Screen:
    """A button under a draft. One of an older version shows the present one."""
    broadcast_id, version, act = int(visit.args[0]), int(visit.args[1]), visit.args[2]
    broadcast = await broadcasts.of(visit.db, broadcast_id)
    petition = visit.petition(broadcast.campaign_id) if broadcast else None
    if broadcast is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    if broadcast.status != "draft":
        screen = progress(broadcast, petition, visit.language, visit.now)
        return replace(screen, toast="toast/stale", fresh=True)
    if (broadcast.version != version and act != "look") or not _fits(broadcast, act):
        screen = await preview.look(visit, petition, broadcast)
        return replace(screen, toast="toast/stale")
    try:
        return await ACTS[act](visit, petition, broadcast, visit.args[3])
    except states.ChangedMeanwhile:
        return await _changed_meanwhile(visit, petition, broadcast)


def _fits(broadcast: Broadcast, act: str) -> bool:
    """Whether that can be chosen for such an update, whatever a button says."""
    if broadcast.act == "correct" and act in NOT_OF_A_CORRECTION:
        return False
    return broadcast.kind != ANNOUNCEMENT or act not in NOT_OF_AN_ANNOUNCEMENT


async def _changed_meanwhile(visit: Visit, petition: Petition, draft: Broadcast) -> Screen:
    """A colleague has changed the draft at the same moment: theirs is shown."""
    theirs = await broadcasts.of(visit.db, draft.id) or draft
    return replace(await preview.look(visit, petition, theirs), toast="toast/stale")


async def _content_given(
    visit: Visit, petition: Petition, draft: Broadcast, message: telegram.Message
) -> Screen:
    sent = version_of(message)
    if sent is None:
        return Screen(Text("update/not_that"), [back(draft)], fresh=True)
    content = Content.from_dict(draft.content)
    language = _language(visit, petition)
    album = message.media_group_id or ""
    if draft.act == "correct":
        return await _new_words(visit, petition, draft, sent)
    continued = bool(album) and state.kept(visit).get("group") == album
    if continued and language in content.versions:
        sent = _joined(content.versions[language], sent)
    if problem := problem_with(sent):
        return Screen(problem, fresh=True)
    changed = replace(content, versions={**content.versions, language: sent}).to_dict()
    draft = await state.change(visit, draft, content=changed)
    state.go_to(visit, draft, state.LOOKING, language=language, group=album)
    if continued:
        return Screen()
    if album:
        return Screen(Text("update/album"), [[to(draft, "album_whole", "look")]], fresh=True)
    return await preview.look(visit, petition, draft)


async def _new_words(visit: Visit, petition: Petition, draft: Broadcast, sent: Version) -> Screen:
    """The words alone: pictures that have arrived stay."""
    content = Content.from_dict(draft.content)
    language = _language(visit, petition)
    if language not in content.versions:
        language = next(iter(content.versions))
    changed = Version(sent.html, content.versions[language].media)
    if sent.media:
        return Screen(Text("update/words_only"), [back(draft)], fresh=True)
    if problem := problem_with(changed):
        return Screen(problem, fresh=True)
    versions = {**content.versions, language: changed}
    draft = await state.change(visit, draft, content=replace(content, versions=versions).to_dict())
    return await preview.look(visit, petition, draft)


def _language(visit: Visit, petition: Petition) -> str:
    """In which language the message is being written."""
    return str(state.kept(visit).get("language") or petition.language(visit.language))


def _joined(before: Version, more: Version) -> Version:
    """One more file of an album; Telegram sends its words with one of them."""
    return Version(before.html or more.html, (*before.media, *more.media))
