"""The front door: the petition there is, or a choice of several."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import ListPetitions, Page
from handlers.supporter.petition_page import petition_page

MOST_AT_THE_DOOR, MOST_TO_CHOOSE_FROM = 8, 40

ActionOf = Callable[[int], Action]
"""What a button does, given the number of its petition."""


async def stale(context: Context) -> Screen:
    """A button of another age, or one that was never ours: say so, and open the front door."""
    return replace(await home(context), toast="toast/stale")


async def home(context: Context) -> Screen:
    """The campaign there is; a choice of several; or a word that there is none."""
    open_petitions = context.open_petitions
    if len(open_petitions) > 1:
        return await choice(context, open_petitions)
    if open_petitions:
        return await petition_page(context, open_petitions[0], fresh=True)
    if context.petitions:
        return await petition_page(context, context.petitions[-1], fresh=True)
    return Screen(Text("start/nothing_open"), fresh=True)


async def choice(context: Context, petitions: list[Petition]) -> Screen:
    """The front door of several open campaigns; where there are many, /petitions has the rest."""
    context.leave_address()
    shown = petitions[:MOST_AT_THE_DOOR]
    return Screen(
        Text("start/choose", {"campaigns": [await context.view(petition) for petition in shown]}),
        [
            *to_each(context, shown, partial(Page, "home")),
            [Button("petitions", ListPetitions("open", 0))],
        ],
        fresh=True,
    )


def which(context: Context, petitions: Sequence[Petition], action: ActionOf) -> Screen:
    """Which of several petitions is meant?"""
    return Screen(
        Text("petitions/which"),
        to_each(context, petitions[:MOST_TO_CHOOSE_FROM], action),
        fresh=True,
    )


def to_each(
    context: Context, petitions: Sequence[Petition], action: ActionOf
) -> list[list[Button]]:
    """A button for each petition, with its title."""
    return [
        [
            Button(
                "campaign",
                action(petition.id),
                variables={"title": petition.texts(context.language).title},
            )
        ]
        for petition in petitions
    ]
