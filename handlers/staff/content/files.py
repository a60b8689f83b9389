"""The campaign's file in the chat: sent back by staff, looked at, and put live."""

from dataclasses import replace

from campaign.catalogue import ChangedMeanwhile
from campaign.definition import publish_edits
from campaign.definition.consent_fields import unnamed
from campaign.definition.diff import changes
from campaign.definition.model import Definition
from campaign.definition.problems import DefinitionError
from campaign.definition.publish_edits import beyond_content, edits_since
from campaign.petition import Petition
from campaign.uploads import UPLOAD_LIMIT
from handlers.context import Context
from handlers.screens import Screen, Text
from handlers.staff.commands import notify_other_owners
from handlers.staff.content import overview, state
from handlers.staff.content.buttons import about
from handlers.staff.content.diff_view import describe
from handlers.staff.content.state import SentFile
from handlers.staff.permissions import may_own

MOST_PROBLEMS = 8


async def received(context: Context, petition: Petition) -> Screen:
    """A campaign file: what is wrong with it, or what it would change."""
    if context.attachment is None:
        return await _home_with(context, petition, "fetched")
    return await preview(context, petition, SentFile(context.attachment, petition.campaign.version))


async def preview(context: Context, petition: Petition, sent: SentFile) -> Screen:
    """What the file would change, and what of it has been changed in the chat meanwhile."""
    try:
        definition = _definition(petition, sent)
    except DefinitionError as wrong:
        return await _problems(context, petition, wrong)
    found = changes(petition.definition, definition)
    if not found:
        return await _home_with(context, petition, "same")
    version = petition.campaign.version
    state.go_to(context, petition, state.FILE, file={**sent.upload.to_dict(), "version": version})
    edits = await edits_since(context.db, petition.id, sent.upload.exported)
    allowed = not beyond_content(found) or await may_own(context, petition)
    shown, more = describe(found, overview.language_names(context))
    variables = {
        "changes": shown,
        "more": more,
        "edits": len(edits),
        "edited_at": edits[0].at if edits else None,
        "zone": petition.definition.timezone,
        "allowed": allowed,
        "unnamed": [
            {"language_name": overview.language_names(context).get(code, code), "fields": fields}
            for code, fields in unnamed(definition).items()
        ],
    }
    live = [[about(context, "content_live", "live")]] if allowed else []
    return Screen(
        Text("content/file_look", variables),
        [*live, [about(context, "content_throw", "throw")]],
        fresh=True,
    )


async def live(context: Context, petition: Petition, sent: SentFile) -> Screen:
    """Yes: the campaign becomes what the file says, if it is still what was looked at."""
    try:
        definition = _definition(petition, sent)
    except DefinitionError as wrong:
        return await _problems(context, petition, wrong)
    found = changes(petition.definition, definition)
    if beyond_content(found) and not await may_own(context, petition):
        return await preview(context, petition, sent)
    me = context.supporter.telegram_id
    try:
        now = await publish_edits.put_file_live(
            context.db, definition, over=sent.version, actor=me, now=context.now
        )
    except ChangedMeanwhile:
        present = await state.campaign(context, petition.id)
        screen = await preview(context, present, sent)
        return replace(screen, above=Text("content/meanwhile", {"what": "changed"}))
    context.after_commit = context.services.catalogue.look_again
    screen = await overview.home(context, now)
    version = now.campaign.version
    said = {"name": context.supporter.first_name, "version": version, "changes": len(found)}
    await notify_other_owners(context, now, "content/news", said)
    return replace(screen, above=Text("content/live", {"version": version}))


def _definition(petition: Petition, sent: SentFile) -> Definition:
    return sent.upload.definition(petition.campaign.slug, petition.definition.picture)


async def _problems(context: Context, petition: Petition, wrong: DefinitionError) -> Screen:
    variables = {
        "problems": wrong.problems[:MOST_PROBLEMS],
        "more": max(0, len(wrong.problems) - MOST_PROBLEMS),
    }
    screen = await overview.home(context, petition)
    return replace(screen, body=Text("content/file_problems", variables), fresh=True)


async def _home_with(context: Context, petition: Petition, what: str) -> Screen:
    note = Text("content/file_not", {"reason": what, "limit": UPLOAD_LIMIT // 1000})
    return replace(await overview.home(context, petition), above=note, fresh=True)
