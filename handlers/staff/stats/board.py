"""/stats: one picture that says how it goes, and buttons to the others. For all staff."""

import csv
import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

from campaign.petition import Petition
from campaign.stats import morning
from handlers.context import Context
from handlers.screens import Attachment, Button, Rows, Screen, Text
from handlers.staff.commands import command_as
from handlers.staff.permissions import may_look
from handlers.staff.stats import breakdowns, trends
from handlers.staff.stats.view import Cell, View, wording
from handlers.supporter.home import home
from packs.cells import defused

VIEWS: dict[str, Callable[[Context, Petition], Awaitable[View]]] = {
    "growth": trends.growth,
    "times": trends.by_times,
    "sources": breakdowns.by_sources,
    "areas": breakdowns.by_areas,
    "languages": breakdowns.by_languages,
    "steps": breakdowns.by_steps,
    "updates": breakdowns.by_updates,
    "ahead": trends.ahead,
}


@command_as("viewer")
async def command(context: Context, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/stats: how it goes."""
    return replace(await _screen(context, petition, "growth"), fresh=True, in_place=False)


async def tapped(context: Context) -> Screen:
    """Another view, one as a table, or the summary each morning; a button that has reached somebody
    else opens the front door."""
    name, petition, more = context.args[0], context.find_petition(context.args[1]), context.args[2]
    if petition is None or name not in VIEWS or not await may_look(context, petition):
        return await home(context)
    if more == "table":
        return await _table(context, petition, name)
    if more in ("on", "off"):
        return await _morning(context, petition, name, more)
    return await _screen(context, petition, name)


async def stop_mornings(context: Context) -> Screen:
    """The button under a summary: no more of them."""
    petition = context.find_petition(context.args[0])
    if petition is None or not await may_look(context, petition):
        return await home(context)
    await morning.switch(context.db, petition, context.supporter, on=False, now=context.now)
    return Screen(Text("stats/morning_off", {"campaign": petition.view(context.language)}))


async def _screen(context: Context, petition: Petition, name: str) -> Screen:
    view = await VIEWS[name](context, petition)
    rows = await _rows(context, petition, name, with_table=bool(view.rows))
    return Screen(view.body, rows, draw=view.draw, in_place=True)


async def _morning(context: Context, petition: Petition, name: str, more: str) -> Screen:
    await morning.switch(context.db, petition, context.supporter, on=more == "on", now=context.now)
    return replace(await _screen(context, petition, name), toast=f"toast/morning_{more}")


async def _table(context: Context, petition: Petition, name: str) -> Screen:
    """The same figures as a file, and what its columns are."""
    view = await VIEWS[name](context, petition)
    if not view.rows:
        return replace(await _screen(context, petition, name), in_place=False)
    variables = {
        "campaign": petition.view(context.language),
        "view": name,
        "columns": list(view.columns),
    }
    day = context.now.astimezone(petition.zone).date().isoformat()
    file = Attachment(f"{petition.campaign.slug}-{name}-{day}.csv", _csv(context, view))
    return Screen(Text("stats/table", variables), files=[file], fresh=True)


def _csv(context: Context, view: View) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it; no cell is a formula."""
    words, made = wording(context), io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow([words.say(f"column_{name}") for name in view.columns])
    writer.writerows([[_cell(cell) for cell in row] for row in view.rows])
    return made.getvalue().encode("utf-8-sig")


def _cell(value: Cell) -> str | int:
    if isinstance(value, date):
        return value.isoformat()
    return defused(value) if isinstance(value, str) else value


async def _rows(context: Context, petition: Petition, shown: str, *, with_table: bool) -> Rows:
    others = [
        Button(f"stats_{name}", f"stats:{name}:{petition.id}") for name in VIEWS if name != shown
    ]
    pairs = [others[place : place + 2] for place in range(0, len(others), 2)]
    table = [Button("stats_table", f"stats:{shown}:{petition.id}:table")] if with_table else []
    on = await morning.is_on(context.db, petition, context.supporter)
    turn = Button(
        "stats_morning",
        f"stats:{shown}:{petition.id}:{'off' if on else 'on'}",
        variables={"on": on},
    )
    return [*pairs, *([table] if table else []), *([[turn]] if petition.is_open or on else [])]
