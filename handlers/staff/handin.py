"""/handin: an owner has the pack made that is given to the target. It names everybody, so it is
asked about twice and the other owners hear of it."""

from typing import Literal

from campaign.handin import request_pack
from campaign.handin.request_pack import PackUnderWay
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.commands import command_as, notify_other_owners
from handlers.staff.permissions import petition_as
from packs.rows import PROFILES
from storage import handin_packs


class Pack(Action, prefix="handin"):
    """A pack of this profile; any other word asks which."""

    petition_id: int
    profile: str
    sure: Literal["yes"] | None = None


@command_as("owner")
async def command(context: Context, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/handin: with names, or with initials? For owners; to others it does not exist."""
    return await _which(context, petition)


async def choose(context: Context, action: Pack) -> Screen:
    """What the pack shows is chosen; then whether that is meant; then it is made."""
    petition = await petition_as(context, action.petition_id, "owner")
    if action.profile not in PROFILES:
        return await _which(context, petition)
    return await (_make if action.sure else _confirm)(context, petition, action.profile)


async def _which(context: Context, petition: Petition) -> Screen:
    if (under_way := await handin_packs.waiting(context.db, petition.id)) is not None:
        return _under_way(context, petition, under_way.profile)
    return Screen(
        Text("handin/ask", {"campaign": await context.view(petition)}),
        [[Button(f"handin_{profile}", Pack(petition.id, profile))] for profile in PROFILES],
    )


async def _confirm(context: Context, petition: Petition, profile: str) -> Screen:
    variables = {"campaign": await context.view(petition), "profile": profile}
    return Screen(
        Text("handin/confirm", variables),
        [
            [Button("handin_yes", Pack(petition.id, profile, "yes"))],
            [Button("back", Pack(petition.id, "which"))],
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
    tap = context.event.tap
    if tap is not None and tap.message_id is not None:
        place = {"chat": context.supporter.telegram_id, "message": tap.message_id}
        await handin_packs.change(context.db, pack.id, progress=place)
    context.after_commit = context.services.pack_asked.set
    said = {"name": context.supporter.first_name, "profile": profile}
    await notify_other_owners(context, petition, "handin/news", said)  # of who has all the names
    return _under_way(context, petition, profile)


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


ROUTES = Routes(
    commands={"handin": Command(command, least="owner")},
    actions={Pack: choose},
)
