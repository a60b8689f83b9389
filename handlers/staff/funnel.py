"""How links turn into signatures, and signers into new signers. For staff only."""

from collections.abc import Awaitable, Callable

from campaign.petition import Petition
from campaign.referrals import figures
from handlers.context import Visit
from handlers.screens import Button, Rows, Screen, Text
from handlers.staff import source_links
from handlers.staff.commands import command_as
from handlers.staff.permissions import may_edit, may_look
from handlers.supporter.home import front_door
from storage import next_steps


@command_as("viewer")
async def command(visit: Visit, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/funnel: from opened links to friends who signed."""
    return await _funnel(visit, petition)


async def tapped(visit: Visit) -> Screen:
    """One of the tables; a button that has reached somebody else opens the front door."""
    petition = visit.petition(visit.args[1])
    table = TABLES.get(visit.args[0])
    if petition is None or table is None or not await may_look(visit, petition):
        return await front_door(visit)
    return await table(visit, petition)


async def _funnel(visit: Visit, petition: Petition) -> Screen:
    funnel = await figures.funnel(visit.db, petition.id)
    variables = {
        "campaign": petition.view(visit.language),
        "funnel": funnel,
        "share_rate": figures.share_rate(funnel),
        "letters": await _letters(visit, petition),
    }
    return Screen(Text("staff/funnel", variables), await _others(visit, "funnel", petition))


async def _letters(visit: Visit, petition: Petition) -> int | None:
    """How many say that they have sent a letter; None where the campaign offers none."""
    if "letter" not in petition.definition.steps:
        return None
    return (await next_steps.figures(visit.db, petition.id)).get("letter", 0)


async def _weeks(visit: Visit, petition: Petition) -> Screen:
    weeks = await figures.weeks(visit.db, petition.id)
    variables = {"campaign": petition.view(visit.language), "weeks": weeks}
    return Screen(Text("staff/weeks", variables), await _others(visit, "weeks", petition))


async def _leaders(visit: Visit, petition: Petition) -> Screen:
    if not await may_edit(visit, petition):  # a viewer sees numbers, no names
        return await _funnel(visit, petition)
    leaders = await figures.leaders(visit.db, petition.id)
    variables = {"campaign": petition.view(visit.language), "leaders": leaders}
    return Screen(Text("staff/leaders", variables), await _others(visit, "leaders", petition))


TABLES: dict[str, Callable[[Visit, Petition], Awaitable[Screen]]] = {
    "funnel": _funnel,
    "weeks": _weeks,
    "sources": source_links.numbers,
    "leaders": _leaders,
}


async def _others(visit: Visit, shown: str, petition: Petition) -> Rows:
    hidden = {shown} if await may_edit(visit, petition) else {shown, "leaders"}
    return [[Button(name, f"staff:{name}:{petition.id}")] for name in TABLES if name not in hidden]
