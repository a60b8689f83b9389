"""Offering the steps: the next one, or all that are still open; and what becomes of an offer."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from campaign import next_steps
from campaign.errors import NotSigned
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter import share
from handlers.supporter.home import campaign_page, front_door
from handlers.supporter.next_steps import comment, event, letter

Begin = Callable[[Visit, Petition], Awaitable[Screen]]


async def tapped(visit: Visit) -> Screen:
    """ "One more step", or "What else can I do?"."""
    petition = visit.petition(visit.args[0])
    if petition is None:
        return await front_door(visit)
    try:
        return await (_next if visit.args[1] == "next" else _all)(visit, petition)
    except NotSigned:
        return await campaign_page(visit, petition)


async def answered(visit: Visit) -> Screen:
    """ "Do it", "Not now", or "I have done it" under an offer; twice is once."""
    petition, step, answer = visit.petition(visit.args[0]), visit.args[1], visit.args[2]
    if petition is None or step not in petition.definition.steps:
        return await front_door(visit)
    try:
        if answer == "skip":
            return await _put_off(visit, petition, step)
        if answer == "done":  # of the others, more is asked before they are
            return await (event.done if step == "event" else _all)(visit, petition)
        left = await next_steps.still_open(
            visit.db, petition, visit.supporter, language=visit.language, now=visit.now
        )
        if step not in left:
            return replace(await _all(visit, petition), toast="toast/done_already")
        return await BEGIN[step](visit, petition)
    except NotSigned:
        return await campaign_page(visit, petition)


async def _next(visit: Visit, petition: Petition) -> Screen:
    """The next step that has not been offered; a warm word if that was all."""
    step = await next_steps.next_one(
        visit.db, petition, visit.supporter, language=visit.language, now=visit.now
    )
    if step is None:
        return await _all(visit, petition)
    offer = Text(f"steps/offer_{step}", {"campaign": await visit.view(petition)})
    return Screen(
        offer,
        [
            [
                Button("do_it", f"step:{petition.id}:{step}:do"),
                Button("not_now", f"step:{petition.id}:{step}:skip"),
            ]
        ],
        fresh=True,
    )


async def _all(visit: Visit, petition: Petition) -> Screen:
    """Everything that is still open, put off or not; a warm word if nothing is."""
    left = await next_steps.still_open(
        visit.db, petition, visit.supporter, language=visit.language, now=visit.now
    )
    view = await visit.view(petition)
    template = "steps/list" if left else "steps/all_done"
    return Screen(
        Text(template, {"campaign": view}),
        [*_to_begin(petition, left), _home(petition)],
        fresh=True,
    )


async def _put_off(visit: Visit, petition: Petition, step: str) -> Screen:
    await next_steps.put_off(visit.db, petition, visit.supporter, step, now=visit.now)
    following = await next_steps.next_one(
        visit.db, petition, visit.supporter, language=visit.language, now=visit.now
    )
    more = [[Button("one_more_step", f"steps:{petition.id}:next")]] if following else []
    view = await visit.view(petition)
    return Screen(Text("steps/later", {"campaign": view}), [*more, _home(petition)])


async def _share(visit: Visit, petition: Petition) -> Screen:
    """The share page; opening it is passing the petition on."""
    page = await share.page(visit, petition, "")
    return replace(page, buttons=[*page.buttons, *more_button(petition)])


def more_button(petition: Petition) -> Rows:
    """The way to the next step, where the campaign offers more than sharing."""
    if not next_steps.has_more(petition):
        return []
    return [[Button("one_more_step", f"steps:{petition.id}:next")]]


def _to_begin(petition: Petition, left: Sequence[str]) -> Rows:
    return [[Button(f"step_{step}", f"step:{petition.id}:{step}:do")] for step in left]


def _home(petition: Petition) -> Sequence[Button]:
    return [Button("home", f"page:home:{petition.id}")]


BEGIN: dict[str, Begin] = {
    "share": _share,
    "letter": letter.begin,
    "event": event.begin,
    "comment": comment.begin,
}
"""What "Do it" leads to."""
