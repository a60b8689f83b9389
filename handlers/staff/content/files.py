"""The campaign's file in the chat: sent back by staff, looked at, and put live."""

from dataclasses import replace

import structlog
import telegram
from telegram.error import TelegramError

from campaign import uploads
from campaign.catalogue import ChangedMeanwhile
from campaign.definition import publish_edits
from campaign.definition.diff import changes
from campaign.definition.model import Definition, DefinitionError
from campaign.definition.publish_edits import beyond_content, edits_since
from campaign.petition import Petition
from campaign.staff import may
from campaign.uploads import UPLOAD_LIMIT, Upload
from handlers.context import Visit
from handlers.screens import Screen, Text
from handlers.services import House
from handlers.show import persistently
from handlers.staff.commands import to_other_owners
from handlers.staff.content import actions, state
from handlers.staff.content.diff_view import told
from handlers.staff.content.state import SentFile, about
from handlers.staff.permissions import may_own
from storage import staff

log = structlog.get_logger()

MOST_PROBLEMS = 8


async def fetch(house: House, update: telegram.Update) -> Upload | None:
    """What the file says that one of the staff has sent; None of others, or if it is too large or
    cannot be had. It is read before the transaction begins, in a process of its own.

    https://core.telegram.org/bots/api#getfile"""
    message, user = update.effective_message, update.effective_user
    document = message.document if message else None
    if document is None or user is None or (document.file_size or 0) > UPLOAD_LIMIT:
        return None
    async with house.database.reading() as db:
        roles = await staff.roles_of(db, user.id)
    if not any(may(role, "editor") for role in roles.values()):
        return None
    bot = update.get_bot()
    try:
        file = await persistently(lambda: bot.get_file(document.file_id))
        if (file.file_size or 0) > UPLOAD_LIMIT:
            return None
        content = bytes(await persistently(file.download_as_bytearray))
    except TelegramError as refused:
        log.warning("file not fetched", reason=type(refused).__name__)
        return None
    return await uploads.read(content, [one.code for one in house.renderer.languages])


async def received(visit: Visit, petition: Petition) -> Screen:
    """A campaign file: what is wrong with it, or what it would change."""
    if visit.attachment is None:
        return await _home_with(visit, petition, "fetched")
    return await look(visit, petition, SentFile(visit.attachment, petition.campaign.version))


async def look(visit: Visit, petition: Petition, sent: SentFile) -> Screen:
    """What the file would change, and what of it has been changed in the chat meanwhile."""
    try:
        definition = _definition(petition, sent)
    except DefinitionError as wrong:
        return await _problems(visit, petition, wrong)
    found = changes(petition.definition, definition)
    if not found:
        return await _home_with(visit, petition, "same")
    version = petition.campaign.version
    state.go_to(visit, petition, state.FILE, file={**sent.upload.to_dict(), "version": version})
    edits = await edits_since(visit.db, petition.id, sent.upload.exported)
    allowed = not beyond_content(found) or await may_own(visit, petition)
    shown, more = told(found, actions.language_names(visit))
    variables = {
        "changes": shown,
        "more": more,
        "edits": len(edits),
        "edited_at": edits[0].at if edits else None,
        "zone": petition.definition.timezone,
        "allowed": allowed,
    }
    live = [[about(visit, "content_live", "live")]] if allowed else []
    return Screen(
        Text("content/file_look", variables),
        [*live, [about(visit, "update_throw", "throw")]],
        fresh=True,
    )


async def live(visit: Visit, petition: Petition, sent: SentFile) -> Screen:
    """Yes: the campaign becomes what the file says, if it is still what was looked at."""
    try:
        definition = _definition(petition, sent)
    except DefinitionError as wrong:
        return await _problems(visit, petition, wrong)
    found = changes(petition.definition, definition)
    if beyond_content(found) and not await may_own(visit, petition):
        return await look(visit, petition, sent)
    me = visit.supporter.telegram_id
    try:
        now = await publish_edits.put_file_live(
            visit.db, definition, over=sent.version, actor=me, now=visit.now
        )
    except ChangedMeanwhile:
        present = await state.current(visit) or petition
        screen = await look(visit, present, sent)
        return replace(screen, above=Text("content/meanwhile", {"what": "changed"}))
    visit.after_commit = visit.house.catalogue.look_again
    screen = await actions.home(visit, now)
    version = now.campaign.version
    said = {"name": visit.supporter.first_name, "version": version, "changes": len(found)}
    return replace(
        screen,
        above=Text("content/live", {"version": version}),
        notices=await to_other_owners(visit, now, "content/news", said),
    )


def _definition(petition: Petition, sent: SentFile) -> Definition:
    return sent.upload.definition(petition.campaign.slug, petition.definition.picture)


async def _problems(visit: Visit, petition: Petition, wrong: DefinitionError) -> Screen:
    variables = {
        "problems": wrong.problems[:MOST_PROBLEMS],
        "more": max(0, len(wrong.problems) - MOST_PROBLEMS),
    }
    screen = await actions.home(visit, petition)
    return replace(screen, body=Text("content/file_problems", variables), fresh=True)


async def _home_with(visit: Visit, petition: Petition, what: str) -> Screen:
    note = Text("content/file_not", {"reason": what, "limit": UPLOAD_LIMIT // 1000})
    return replace(await actions.home(visit, petition), above=note, fresh=True)
