"""/handin: an owner has the pack made that is given to the target. It names everybody, so it is
asked about twice and the other owners hear of it."""

from dataclasses import replace

from telegram import Message

from campaign.handin import request_pack
from campaign.handin.request_pack import PackUnderWay
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.staff.commands import to_other_owners
from handlers.staff.permissions import addressed, may_own, theirs_as
from handlers.supporter.fallback import unknown_command
from handlers.supporter.home import front_door
from packs.rows import PROFILES
from storage import handin_packs


async def command(visit: Visit) -> Screen:
    """/handin: with names, or with initials? For owners; to others it does not exist."""
    theirs = await theirs_as(visit, "owner")
    if not theirs:
        return await unknown_command(visit)
    petition, _ = addressed(visit, theirs)
    if petition is None:
        return Screen(Text("staff/source_refused", {"reason": "campaign"}))
    return await _which(visit, petition)


async def tapped(visit: Visit) -> Screen:
    """What the pack shows is chosen; then whether that is meant; then it is made."""
    petition = visit.petition(visit.args[0])
    if petition is None or not await may_own(visit, petition):
        return await front_door(visit)
    profile, step = visit.args[1], visit.args[2]
    if profile not in PROFILES:
        return await _which(visit, petition)
    return await (_make if step == "yes" else _confirm)(visit, petition, profile)


async def _which(visit: Visit, petition: Petition) -> Screen:
    if (under_way := await handin_packs.waiting(visit.db, petition.id)) is not None:
        return _under_way(visit, petition, under_way.profile)
    return Screen(
        Text("handin/ask", {"campaign": await visit.view(petition)}),
        [[Button(f"handin_{profile}", f"handin:{petition.id}:{profile}")] for profile in PROFILES],
    )


async def _confirm(visit: Visit, petition: Petition, profile: str) -> Screen:
    variables = {"campaign": await visit.view(petition), "profile": profile}
    return Screen(
        Text("handin/confirm", variables),
        [
            [Button("handin_yes", f"handin:{petition.id}:{profile}:yes")],
            [Button("back", f"handin:{petition.id}:which")],
        ],
    )


async def _make(visit: Visit, petition: Petition, profile: str) -> Screen:
    try:
        pack = await request_pack.ask(
            visit.db, petition.id, profile, asked_by=visit.supporter, now=visit.now
        )
    except PackUnderWay:
        under_way = await handin_packs.waiting(visit.db, petition.id)
        return _under_way(visit, petition, under_way.profile if under_way else profile)
    query = visit.update.callback_query
    if query is not None and isinstance(query.message, Message):
        place = {"chat": visit.supporter.telegram_id, "message": query.message.message_id}
        await handin_packs.put(visit.db, pack.id, progress=place)
    visit.after_commit = visit.house.pack_asked.set
    screen = _under_way(visit, petition, profile)
    said = {"name": visit.supporter.first_name, "profile": profile}
    news = await to_other_owners(visit, petition, "handin/news", said)  # of who has all the names
    return replace(screen, notices=news)


def _under_way(visit: Visit, petition: Petition, profile: str) -> Screen:
    return progress(petition, visit.language, profile, "queued", 0, 0)


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
