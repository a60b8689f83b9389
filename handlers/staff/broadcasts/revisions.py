"""What replaces what in a draft: a message sent while one is there already, an edit, an undo.

Nothing that staff have written goes without a look at it and at what comes in its place.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

from campaign.broadcasts import excerpts, message_parts, time_parser
from campaign.broadcasts.content import Content, Version
from campaign.broadcasts.message_parts import Part
from campaign.petition import Petition
from handlers.context import Context
from handlers.events import Message
from handlers.screens import Outgoing, Screen, Text
from handlers.staff.broadcasts import preview, send, state
from handlers.staff.broadcasts.buttons import DraftAct, back, to
from handlers.staff.broadcasts.content_problems import problem_with
from handlers.staff.broadcasts.state import Handler
from messages.limits import length
from storage.broadcasts import Broadcast

How = Literal["replaced", "more", "edited", "added", "undone"]
"""What has happened to a draft's words."""


async def received(
    context: Context, petition: Petition, draft: Broadcast, message: Message
) -> Screen:
    """A message for a draft: its first, more of it, or one that would take its place."""
    part = _part(message)
    if part is None:
        return Screen(Text("broadcasts/not_that"), [back(draft)], fresh=True)
    if draft.act == "correct" and part.version.media:
        return Screen(Text("broadcasts/words_only"), [back(draft)], fresh=True)
    language = _language(context, petition, draft)
    waiting = state.waiting(context)
    if message_parts.continues(waiting, part):
        return await _propose(context, petition, draft, language, [*waiting, part])
    written = state.parts(context, draft, language)
    if draft.act != "correct" and message_parts.continues(written, part):
        return await _continue(context, petition, draft, language, written, part)
    stands = Content.from_dict(draft.content).versions.get(language)
    if stands is None or context.dialog.step == state.MESSAGE:
        return await _put(context, petition, draft, language, [part])
    at_the_end = context.dialog.step == state.CONFIRM and draft.act != "correct"
    if at_the_end and _is_time(context, petition, message.text or ""):
        return await send.time_given(context, petition, draft, message.text or "")
    return await _propose(context, petition, draft, language, [part])


async def edited(
    context: Context, petition: Petition, draft: Broadcast, message: Message
) -> Screen:
    """An edit of a message that the draft was written in changes the draft, and shows how."""
    part = _part(message)
    if part is None:
        return Screen(Text("broadcasts/not_that"), [back(draft)], fresh=True)
    if waiting := message_parts.with_edit(state.waiting(context), part):
        language = _language(context, petition, draft)
        return await _propose(context, petition, draft, language, waiting)
    for language in state.languages(context):
        written = message_parts.with_edit(state.parts(context, draft, language), part)
        if written is not None:
            return await _put(context, petition, draft, language, written, how="edited")
    return await received(context, petition, draft, message)


async def _continue(
    context: Context,
    petition: Petition,
    draft: Broadcast,
    language: str,
    written: list[Part],
    part: Part,
) -> Screen:
    """One more picture of an album, the words to a picture, or the rest of a long text."""
    if message_parts.is_caption(written, part) and problem_with(
        message_parts.together([*written, part])
    ):
        return await _propose(context, petition, draft, language, [part])
    screen = await _put(context, petition, draft, language, [*written, part], how="more")
    return Screen() if part.album and screen.letters else screen


async def _put(
    context: Context,
    petition: Petition,
    draft: Broadcast,
    language: str,
    written: list[Part],
    *,
    how: How = "replaced",
) -> Screen:
    """Let these messages be what the draft says in a language."""
    stands = Content.from_dict(draft.content).versions.get(language)
    was = state.before(context, draft, language) if how == "more" else stands
    whole = _as_in(draft, stands, message_parts.together(written))
    if problem := problem_with(whole):
        if how != "more" and stands is not None:
            return Screen(Text("broadcasts/stays"), [back(draft)], above=problem, fresh=True)
        if len(written) == 1:
            return Screen(problem, fresh=True)
        return await _cut(context, petition, draft, language, written, problem, was)
    draft = await _change(context, draft, language, whole)
    state.go_to(context, draft, state.LOOKING, language=language, new=None)
    state.keep_parts(context, draft, language, written)
    state.keep_before(context, draft, language, was, whole)
    if how == "replaced" and written[-1].album:
        return Screen(Text("broadcasts/album"), [[to(draft, "album_whole", "look")]], fresh=True)
    screen = await preview.show(context, petition, draft)
    if was is None or was == whole:
        return screen
    return replace(screen, above=_told(was, whole, how))


async def _cut(
    context: Context,
    petition: Petition,
    draft: Broadcast,
    language: str,
    written: list[Part],
    problem: Text,
    was: Version | None,
) -> Screen:
    """A text that an app has cut, and that is too long: it is not left in the draft by half."""
    draft = await _change(context, draft, language, was)
    screen = preview.ask_message(context, petition, draft, language)
    state.keep_parts(context, draft, language, written)
    told = Text("broadcasts/problem_parts", {"count": len(written)})
    return replace(screen, body=told, above=problem)


async def _propose(
    context: Context, petition: Petition, draft: Broadcast, language: str, new: list[Part]
) -> Screen:
    """Ask before a message takes the place of what the draft says: both are shown."""
    state.go_to(context, draft, state.LOOKING, new=[one.to_dict() for one in new])
    if new[-1].album:
        rows = [[to(draft, "album_whole", "compare")]]
        return Screen() if len(new) > 1 else Screen(Text("broadcasts/album"), rows, fresh=True)
    return await _compare(context, petition, draft, language)


async def _compare(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    """What the draft says and what would take its place, one above the other."""
    new, language = state.waiting(context), _language(context, petition, draft)
    stands = Content.from_dict(draft.content).versions.get(language)
    if not new or stands is None:
        return await preview.show(context, petition, draft)
    whole = _as_in(draft, stands, message_parts.together(new))
    if problem := problem_with(whole):
        rows = [[to(draft, "keep_draft", "look")]]
        return Screen(Text("broadcasts/stays"), rows, above=problem, fresh=True)
    rows = [[to(draft, "replace_message", "replace")]]
    if draft.act != "correct" and problem_with(_joined(stands, whole)) is None:
        rows.append([to(draft, "append_message", "append")])
    if draft.act != "correct" and _is_time(context, petition, _words_of(new)):
        rows.append([to(draft, "send_at_time", "at")])
    rows.append([to(draft, "keep_draft", "look")])
    shown = [await _shown(context, petition, draft, language, one) for one in (stands, whole)]
    return Screen(
        Text("broadcasts/compare", {"kind": draft.kind}),
        rows,
        letters=[letter for letters in shown for letter in letters],
        fresh=True,
    )


async def _replace(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    new = state.waiting(context)
    if not new:
        return await preview.show(context, petition, draft)
    return await _put(context, petition, draft, _language(context, petition, draft), new)


async def _append(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    """Put what came behind what is there."""
    new, language = state.waiting(context), _language(context, petition, draft)
    stands = Content.from_dict(draft.content).versions.get(language)
    if not new or stands is None:
        return await preview.show(context, petition, draft)
    written = state.parts(context, draft, language)
    if not written or message_parts.together(written) != stands:
        written = [Part(0, 0, 0, "", stands)]
    return await _put(context, petition, draft, language, [*written, *new], how="added")


async def _undo(context: Context, petition: Petition, draft: Broadcast, language: str) -> Screen:
    """Back to what was there before; a second time, forth again."""
    was = state.before(context, draft, language)
    stands = Content.from_dict(draft.content).versions.get(language)
    if was is None or stands is None:
        return await preview.show(context, petition, draft)
    draft = await _change(context, draft, language, was)
    state.keep_parts(context, draft, language, [])
    state.keep_before(context, draft, language, stands, was)
    screen = await preview.show(context, petition, draft)
    return replace(screen, above=_told(stands, was, "undone"))


async def _at(context: Context, petition: Petition, draft: Broadcast, _: str) -> Screen:
    """It was meant as the time."""
    written = _words_of(state.waiting(context))
    state.go_to(context, draft, state.LOOKING, new=None)
    return await send.time_given(context, petition, draft, written)


def _told(was: Version, now: Version, how: How) -> Text:
    """What has changed: the words round it, or that it is the pictures."""
    before, after = excerpts.difference(excerpts.plain(was.html), excerpts.plain(now.html))
    variables = {"how": how, "before": before, "after": after, "media": was.media != now.media}
    return Text("broadcasts/changed", variables)


async def _change(
    context: Context, draft: Broadcast, language: str, version: Version | None
) -> Broadcast:
    content = Content.from_dict(draft.content)
    versions = {code: one for code, one in content.versions.items() if code != language or version}
    if version is not None:
        versions[language] = version
    changed = replace(content, versions=versions).to_dict()
    return await state.change(context, draft, content=changed)


async def _shown(
    context: Context, petition: Petition, draft: Broadcast, language: str, version: Version
) -> list[Outgoing]:
    """How a wording would arrive."""
    content = replace(Content.from_dict(draft.content), versions={language: version})
    as_it_would_be = replace(draft, content=content.to_dict())
    return await preview.letters(context, petition, as_it_would_be)


def _as_in(draft: Broadcast, stands: Version | None, version: Version) -> Version:
    """Pictures that have arrived stay: of a correction, the words alone are new."""
    if draft.act == "correct" and stands is not None:
        return Version(version.html, stands.media)
    return version


def _joined(before: Version, more: Version) -> Version:
    return message_parts.together([Part(0, 0, 0, "", before), Part(0, 0, 0, "", more)])


def _part(message: Message) -> Part | None:
    """A message as a part of an update; None for what cannot be sent on."""
    version = message.version()
    if version is None:
        return None
    at = int(message.sent_at.timestamp())
    return Part(message.id, at, length(message.text or ""), message.album, version)


def _words_of(written: Sequence[Part]) -> str:
    return excerpts.plain(written[0].version.html) if len(written) == 1 else ""


def _is_time(context: Context, petition: Petition, written: str) -> bool:
    """Whether that would be understood as a time to send."""
    with suppress(time_parser.WhenError):
        time_parser.parse_when(
            written, now=context.now, zone=petition.zone, language=context.language
        )
        return True
    return False


def _language(context: Context, petition: Petition, draft: Broadcast) -> str:
    """In which language the message is being written."""
    language = str(state.kept(context).get("language") or petition.language(context.language))
    versions: dict[str, Any] = dict(Content.from_dict(draft.content).versions)
    if draft.act == "correct" and language not in versions:
        return next(iter(versions))
    return language


ACTS: dict[DraftAct, Handler] = {
    "compare": _compare,
    "replace": _replace,
    "append": _append,
    "undo": _undo,
    "at": _at,
}
