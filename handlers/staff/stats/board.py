"""/stats: one picture that says how it goes, and buttons to the others. For all staff."""

import csv
import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Literal, get_args

from campaign.petition import Petition
from campaign.referrals import share_texts
from campaign.referrals.share_texts import LastText, NoSuchText
from campaign.stats import morning
from handlers.actions import Action
from handlers.context import Context, Stale
from handlers.routes import Command, Routes
from handlers.screens import Attachment, Button, Rows, Screen, Text
from handlers.staff.commands import command_as
from handlers.staff.desk.buttons import to_desk
from handlers.staff.permissions import petition_as
from handlers.staff.stats import breakdowns, trends, words
from handlers.staff.stats.view import Cell, View, wording
from packs.cells import defused

Name = Literal[
    "growth", "times", "sources", "areas", "languages", "steps", "updates", "ahead", "words"
]

VIEWS: dict[Name, Callable[[Context, Petition], Awaitable[View]]] = {
    "growth": trends.growth,
    "times": trends.by_times,
    "sources": breakdowns.by_sources,
    "areas": breakdowns.by_areas,
    "languages": breakdowns.by_languages,
    "steps": breakdowns.by_steps,
    "updates": breakdowns.by_updates,
    "ahead": trends.ahead,
    "words": words.by_words,
}


class Show(Action, prefix="stats"):
    """A view; as a table; or with the morning summary switched on or off."""

    view: Name
    petition_id: int
    extra: Literal["table", "on", "off"] | None = None


class StopMornings(Action, prefix="mornings"):
    petition_id: int
    switch: Literal["off"] = "off"


@command_as("viewer")
async def command(context: Context, petition: Petition, _: tuple[str, ...]) -> Screen:
    """/stats: how it goes."""
    return replace(await _screen(context, petition, "growth"), fresh=True, in_place=False)


async def show(context: Context, action: Show) -> Screen:
    """Another view, one as a table, or the summary each morning."""
    petition = await petition_as(context, action.petition_id, "viewer")
    if action.extra == "table":
        return await _table(context, petition, action.view)
    if action.extra is not None:
        return await _morning(context, petition, action.view, action.extra)
    return await _screen(context, petition, action.view)


async def stop_mornings(context: Context, action: StopMornings) -> Screen:
    """The button under a summary: no more of them."""
    petition = await petition_as(context, action.petition_id, "viewer")
    await morning.switch(context.db, petition, context.supporter, on=False, now=context.now)
    return Screen(Text("stats/morning_off", {"campaign": petition.view(context.language)}))


async def decide(context: Context, action: words.Decide) -> Screen:
    """What an editor has decided of a share text; the figures again, with it."""
    petition = await petition_as(context, action.petition_id, "editor")
    try:
        await share_texts.decide(
            context.db,
            petition,
            action.do,
            action.key,
            actor=context.supporter.telegram_id,
            now=context.now,
        )
    except (LastText, NoSuchText):
        raise Stale from None
    context.after_commit = context.services.share_texts.look_again
    return replace(await _screen(context, petition, "words"), toast="toast/saved")


async def _screen(context: Context, petition: Petition, name: Name) -> Screen:
    view = await VIEWS[name](context, petition)
    rows = await _rows(context, petition, name, with_table=bool(view.rows))
    return Screen(view.body, rows, draw=view.draw, in_place=True)


async def _morning(context: Context, petition: Petition, name: Name, more: str) -> Screen:
    await morning.switch(context.db, petition, context.supporter, on=more == "on", now=context.now)
    return replace(await _screen(context, petition, name), toast=f"toast/morning_{more}")


async def _table(context: Context, petition: Petition, name: Name) -> Screen:
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
    said, made = wording(context.services.renderer, context.language), io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow([said.say(f"column_{name}") for name in view.columns])
    writer.writerows([[_cell(cell) for cell in row] for row in view.rows])
    return made.getvalue().encode("utf-8-sig")


def _cell(value: Cell) -> str | int:
    if isinstance(value, date):
        return value.isoformat()
    return defused(value) if isinstance(value, str) else value


async def _rows(context: Context, petition: Petition, shown: Name, *, with_table: bool) -> Rows:
    others = [
        Button(f"stats_{name}", Show(name, petition.id)) for name in get_args(Name) if name != shown
    ]
    own = await words.buttons(context, petition) if shown == "words" else []
    pairs = [others[place : place + 2] for place in range(0, len(others), 2)]
    table = [Button("stats_table", Show(shown, petition.id, "table"))] if with_table else []
    on = await morning.is_on(context.db, petition, context.supporter)
    turn = Button(
        "stats_morning",
        Show(shown, petition.id, "off" if on else "on"),
        variables={"on": on},
    )
    return [
        *own,
        *pairs,
        *([table] if table else []),
        *([[turn]] if petition.is_open or on else []),
        [to_desk(petition.id)],
    ]


ROUTES = Routes(
    commands={"stats": Command(command, least="viewer")},
    actions={Show: show, StopMornings: stop_mornings, words.Decide: decide},
)
