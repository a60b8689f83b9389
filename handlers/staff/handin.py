"""/handin: an owner has the pack made that is given to the target. It names everybody, so it is
asked about twice and the other owners hear of it."""

from dataclasses import replace

from telegram import Message

from campaign.handin import request_pack
from campaign.handin.request_pack import PackUnderWay
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.staff.commands import to_other_owners
from handlers.staff.permissions import addressed, may_own, theirs_as
from handlers.supporter.fallback import unknown_command
from handlers.supporter.home import home
from packs.rows import PROFILES
from storage import handin_packs


async def command(context: Context) -> Screen:
    """/handin: with names, or with initials? For owners; to others it does not exist."""
    theirs = await theirs_as(context, "owner")
    if not theirs:
        return await unknown_command(context)
    petition, _ = addressed(context, theirs)
    if petition is None:
        return Screen(Text("staff/source_refused", {"reason": "campaign"}))
    return await _which(context, petition)


async def tapped(context: Context) -> Screen:
    """What the pack shows is chosen; then whether that is meant; then it is made."""
    petition = context.find_petition(context.args[0])
    if petition is None or not await may_own(context, petition):
        return await home(context)
    profile, step = context.args[1], context.args[2]
    if profile not in PROFILES:
        return await _which(context, petition)
    return await (_make if step == "yes" else _confirm)(context, petition, profile)


async def _which(context: Context, petition: Petition) -> Screen:
    if (under_way := await handin_packs.waiting(context.db, petition.id)) is not None:
        return _under_way(context, petition, under_way.profile)
    return Screen(
        Text("handin/ask", {"campaign": await context.view(petition)}),
        [[Button(f"handin_{profile}", f"handin:{petition.id}:{profile}")] for profile in PROFILES],
    )


async def _confirm(context: Context, petition: Petition, profile: str) -> Screen:
    variables = {"campaign": await context.view(petition), "profile": profile}
    return Screen(
        Text("handin/confirm", variables),
        [
            [Button("handin_yes", f"handin:{petition.id}:{profile}:yes")],
            [Button("back", f"handin:{petition.id}:which")],
        ],
    )


async def _make(context: Context, petition: Petition, profile: str) -> Screen:
    try:
        pack = await request_pack.ask(
            context.db, petition.id, profile, asked_by=context.supporter, now=context.now
        )
    except PackUnderWay:
        under_way = await handin_packs.waiting(context.db, petition.id)
        return _under_way(context, petition, under_way.profile if under_way else profile)
    query = context.update.callback_query
    if query is not None and isinstance(query.message, Message):
        place = {"chat": context.supporter.telegram_id, "message": query.message.message_id}
        await handin_packs.change(context.db, pack.id, progress=place)
    context.after_commit = context.services.pack_asked.set
    screen = _under_way(context, petition, profile)
    said = {"name": context.supporter.first_name, "profile": profile}
    news = await to_other_owners(context, petition, "handin/news", said)  # of who has all the names
    return replace(screen, notices=news)


def _under_way(context: Context, petition: Petition, profile: str) -> Screen:
    return progress(petition, context.language, profile, "queued", 0, 0)


def progress(
    petition: Petition, language: str, profile: str, stage: str, done: int, of: int
) -> Screen:
    """How far a pack is.

    Args:
        stage: "queued", "rows", "sheets", "sending", "done" or "failed".
    """
    variables = {
        "campaign": petition.view(language),
        "profile": profile,
        "stage": stage,
        "done": done,
        "of": of,
    }
    return Screen(Text("handin/progress", variables))
