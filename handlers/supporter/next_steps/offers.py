"""Offering the steps: the next one, or all that are still open; and what becomes of an offer."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from campaign import next_steps
from campaign.errors import NotSigned
from campaign.petition import CONSENT_OTHER, Petition
from handlers.context import Context, Gone
from handlers.routes import Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter import other_campaigns, share
from handlers.supporter.buttons import Page, Step, Steps
from handlers.supporter.next_steps import comment, event, letter
from handlers.supporter.petition_page import petition_page

Begin = Callable[[Context, Petition], Awaitable[Screen]]


async def show(context: Context, action: Steps) -> Screen:
    """ "One more step", or "What else can I do?"."""
    petition = context.petition(action.petition_id)
    try:
        return await (_next if action.show == "next" else _all)(context, petition)
    except NotSigned:
        return await petition_page(context, petition)


async def answer(context: Context, action: Step) -> Screen:
    """ "Do it", "Not now", or "I have done it" under an offer; twice is once."""
    petition, step = context.petition(action.petition_id), action.step
    if step not in petition.definition.steps:
        raise Gone
    try:
        if action.do == "skip":
            return await put_off(context, petition, step)
        if action.do == "done":  # of the others, more is asked before they are
            return await (event.done if step == "event" else _all)(context, petition)
        if step == "share" and not petition.is_open:
            return await share.page(context, petition)
        left = await next_steps.still_open(
            context.db, petition, context.supporter, language=context.language, now=context.now
        )
        if step not in left:
            return replace(await _all(context, petition), toast="toast/done_already")
        return await BEGIN[step](context, petition)
    except NotSigned:
        return await petition_page(context, petition)


async def _next(context: Context, petition: Petition) -> Screen:
    """The next step that has not been offered; a warm word if that was all."""
    step = await next_steps.next_one(
        context.db, petition, context.supporter, language=context.language, now=context.now
    )
    if step is None:
        return await other_campaigns.question(context, petition) or await _all(context, petition)
    offer = Text(f"next_steps/offer_{step}", {"campaign": await context.view(petition)})
    return Screen(
        offer,
        [
            [
                Button("do_it", Step(petition.id, step, "do")),
                Button("not_now", Step(petition.id, step, "skip")),
            ]
        ],
        fresh=True,
    )


async def _all(context: Context, petition: Petition) -> Screen:
    """Everything that is still open, put off or not; a warm word if nothing is."""
    left = await next_steps.still_open(
        context.db, petition, context.supporter, language=context.language, now=context.now
    )
    view = await context.view(petition)
    template = "next_steps/list" if left else "next_steps/all_done"
    return Screen(
        Text(template, {"campaign": view}),
        [*_to_begin(petition, left), _home(petition)],
        fresh=True,
    )


async def put_off(context: Context, petition: Petition, step: str) -> Screen:
    """Not now: later, and the way to the next step, if there is one.

    Raises:
        NotSigned: steps are for signers.
    """
    await next_steps.put_off(context.db, petition, context.supporter, step, now=context.now)
    following = await next_steps.next_one(
        context.db, petition, context.supporter, language=context.language, now=context.now
    )
    is_more = following or await other_campaigns.offer(context, petition)
    more = [[Button("one_more_step", Steps(petition.id, "next"))]] if is_more else []
    view = await context.view(petition)
    return Screen(Text("next_steps/later", {"campaign": view}), [*more, _home(petition)])


async def _share(context: Context, petition: Petition) -> Screen:
    """The share page; opening it is passing the petition on."""
    page = await share.page(context, petition)
    return replace(page, buttons=[*page.buttons, *more_button(petition)])


def more_button(petition: Petition) -> Rows:
    """The way to the next step, where the campaign offers or asks more than sharing."""
    asks = any(kind == CONSENT_OTHER for kind, _ in petition.wordings)
    if not asks and not next_steps.has_more(petition):
        return []
    return [[Button("one_more_step", Steps(petition.id, "next"))]]


def _to_begin(petition: Petition, left: Sequence[str]) -> Rows:
    return [[Button(f"step_{step}", Step(petition.id, step, "do"))] for step in left]


def _home(petition: Petition) -> Sequence[Button]:
    return [Button("home", Page("home", petition.id))]


BEGIN: dict[str, Begin] = {
    "share": _share,
    "letter": letter.begin,
    "event": event.begin,
    "comment": comment.begin,
}
"""What "Do it" leads to."""


ROUTES = Routes(actions={Steps: show, Step: answer})
