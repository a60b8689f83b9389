"""Questions about a paper sheet: screens, buttons and parsers."""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from campaign.paper import entries
from campaign.paper.days import day
from campaign.paper.numbers import readings
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.labels import typed_button
from handlers.screens import Button, Rows, Screen, Text
from handlers.staff.paper.buttons import ListEntries

FLOW = "sheet"
COUNT, PLACE, DAY, PHOTO, LOOK = "count", "place", "day", "photo", "look"
STEPS = (COUNT, PLACE, DAY, PHOTO, LOOK)
READ, OPEN = "read", "open"
"""Questions between the steps: which number is meant, and which of two sheets to go on with."""

Choice = Literal[
    "today", "yesterday", "skip", "again", "cancel", "save", "first", "second", "keep", "new"
]


class Choose(Action, prefix="sheet"):
    """An answer to the question of this serial number."""

    serial: int
    choice: Choice


def given_so_far(context: Context) -> dict[str, Any]:
    """What is known of the sheet in hand."""
    found: dict[str, Any] = context.dialog.answers.get(FLOW) or {}
    return found


def today(context: Context, petition: Petition) -> date:
    """The day it is where the campaign is."""
    return context.now.astimezone(petition.zone).date()


def ask(context: Context, petition: Petition, problem: str = "") -> Screen:
    """The open question, with what was wrong with the last answer."""
    step, given = context.dialog.step, given_so_far(context)
    on = given.get("on")
    variables = {
        "campaign": petition.view(context.language),
        "step": step,
        "problem": problem,
        "count": given.get("count", 0),
        "note": given.get("note", ""),
        "on": date.fromisoformat(on) if on else None,
        "photo": bool(given.get("photo")),
    }
    return Screen(Text("paper/sheet", variables), _buttons(context, petition, step))


def _buttons(context: Context, petition: Petition, step: str) -> Rows:
    def to(label: str, choice: Choice, **variables: Any) -> Button:
        return Button(label, Choose(context.dialog.serial, choice), variables=variables)

    given = given_so_far(context)
    match step:
        case "count":
            return [[Button("paper_list", ListEntries(petition.id))], [to("cancel", "cancel")]]
        case "day":
            return [[to("today", "today"), to("yesterday", "yesterday")], [to("skip", "skip")]]
        case "read":
            choices: tuple[Choice, Choice] = ("first", "second")
            return [
                *(
                    [to("paper_reading", choice, count=count, note=note)]
                    for choice, (count, note) in zip(choices, given["readings"], strict=False)
                ),
                [to("cancel", "cancel")],
            ]
        case "open":
            return [[to("paper_keep", "keep")], [to("paper_new", "new")]]
        case "look":
            count = given.get("count", 0)
            save = "paper_save" if count > 0 else "paper_take_off"
            return [
                [to(save, "save", count=abs(count))],
                [to("paper_again", "again"), to("cancel", "cancel")],
            ]
    return [[to("skip", "skip")]]


def labelled(context: Context, petition: Petition, text: str) -> Choice | None:
    """What a button under the question does whose label was typed."""
    button = typed_button(context, _buttons(context, petition, context.dialog.step), text)
    return button.data.choice if button and isinstance(button.data, Choose) else None


def _count(_: Context, __: Petition, text: str) -> dict[str, Any]:
    found = readings(text)
    if any(one.count < 0 for one in found):
        raise ValueError("a sheet has signatures on it")
    if len(found) > 1:
        return {"readings": [[one.count, one.note] for one in found]}
    note = {"note": found[0].note[: entries.NOTE_LIMIT]} if found[0].note else {}
    return {"count": found[0].count, **note}


def _place(_: Context, __: Petition, text: str) -> dict[str, Any]:
    return {"note": " ".join(text.split())[: entries.NOTE_LIMIT]}


def _day(context: Context, petition: Petition, text: str) -> dict[str, Any]:
    on = day(text, today=today(context, petition), language=context.language)
    return {"on": on.isoformat()}


TYPED: dict[str, Callable[[Context, Petition, str], dict[str, Any]]] = {
    COUNT: _count,
    PLACE: _place,
    DAY: _day,
}
"""Reads a typed answer; raises NoCount or ValueError."""
