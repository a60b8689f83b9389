"""/funnel: from opened links to signatures, and from signers to new signers. For staff only."""

from collections.abc import Awaitable, Callable
from typing import Literal, get_args

from campaign.petition import Petition
from campaign.referrals import figures, links
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.staff.commands import command_as
from handlers.staff.permissions import may_edit, petition_as
from storage import next_steps

Table = Literal["funnel", "weeks", "sources", "leaders"]


class Show(Action, prefix="staff"):
    table: Table
    petition_id: int


@command_as("viewer")
async def command(context: Context, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/funnel: from opened links to friends who signed."""
    return await _funnel(context, petition)


async def show(context: Context, action: Show) -> Screen:
    """One of the tables."""
    petition = await petition_as(context, action.petition_id, "viewer")
    return await TABLES[action.table](context, petition)


async def _funnel(context: Context, petition: Petition) -> Screen:
    funnel = await figures.funnel(context.db, petition.id)
    variables = {
        "campaign": petition.view(context.language),
        "funnel": funnel,
        "share_rate": figures.share_rate(funnel),
        "letters": await _letters(context, petition),
    }
    return Screen(Text("staff/funnel", variables), await _others(context, "funnel", petition))


async def _letters(context: Context, petition: Petition) -> int | None:
    """How many say that they have sent a letter; None where the campaign offers none."""
    if "letter" not in petition.definition.steps:
        return None
    return (await next_steps.figures(context.db, petition.id)).get("letter", 0)


async def _weeks(context: Context, petition: Petition) -> Screen:
    weeks = await figures.weeks(context.db, petition.id)
    variables = {"campaign": petition.view(context.language), "weeks": weeks}
    return Screen(Text("staff/weeks", variables), await _others(context, "weeks", petition))


async def sources(context: Context, petition: Petition) -> Screen:
    """How many each source has brought, best first."""
    variables = {
        "campaign": petition.view(context.language),
        "sources": await links.sources(context.db, petition.id),
    }
    return Screen(
        Text("staff/source_list", variables), [[Button("funnel", Show("funnel", petition.id))]]
    )


async def _leaders(context: Context, petition: Petition) -> Screen:
    if not await may_edit(context, petition):  # a viewer sees numbers, no names
        return await _funnel(context, petition)
    leaders = await figures.leaders(context.db, petition.id)
    variables = {"campaign": petition.view(context.language), "leaders": leaders}
    return Screen(Text("staff/leaders", variables), await _others(context, "leaders", petition))


TABLES: dict[Table, Callable[[Context, Petition], Awaitable[Screen]]] = {
    "funnel": _funnel,
    "weeks": _weeks,
    "sources": sources,
    "leaders": _leaders,
}


async def _others(context: Context, shown: Table, petition: Petition) -> Rows:
    hidden = {shown} if await may_edit(context, petition) else {shown, "leaders"}
    return [
        [Button(table, Show(table, petition.id))]
        for table in get_args(Table)
        if table not in hidden
    ]


ROUTES = Routes(
    commands={"funnel": Command(command, least="viewer")},
    actions={Show: show},
)
