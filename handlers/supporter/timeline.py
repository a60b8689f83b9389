"""/news and /timeline: what has happened in a campaign and what is to come, page by page."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Literal

from campaign import email_updates, timeline
from campaign.petition import Petition
from campaign.timeline import Entry
from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.routes import Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import Page
from handlers.supporter.calendar import AddToCalendar
from storage import decisions

ON_A_PAGE = 3


Way = Literal["news", "story"]
"""The newest first, or from the beginning."""


class Remind(Action, prefix="remind"):
    """Remind me of a decision or do not; the page the button stood on is shown again."""

    decision_id: int
    do: Literal["on", "off"]
    page: Way
    number: int


async def news(context: Context, petition: Petition, page: int | None) -> Screen:
    """What was told last, first."""
    found = await timeline.news(context.db, petition, context.language)
    return await _page(context, petition, "news", found, page)


async def story(context: Context, petition: Petition, page: int | None) -> Screen:
    """All of it, from the beginning."""
    found = await timeline.story(context.db, petition, context.language)
    return await _page(context, petition, "story", found, page)


PAGES = {"news": news, "story": story}


async def remind(context: Context, action: Remind) -> Screen:
    """Remind me the day before, or do not; the same choice twice changes nothing."""
    decision = await decisions.of(context.db, action.decision_id)
    if decision is None:
        raise Gone
    petition = context.petition(decision.campaign_id)
    toast = await _remember(context, petition, decision, on=action.do == "on")
    shown = await PAGES[action.page](context, petition, action.number)
    return replace(shown, toast=toast)


async def remind_of_next(context: Context, petition: Petition) -> Screen:
    """Remind me of the decision that comes next, as asked under an update; a second tap changes
    nothing. The page that follows has the way to take it back."""
    decision = await decisions.next_to_remind(context.db, petition.id, context.now)
    toast = await _remember(context, petition, decision, on=True) if decision else "toast/stale"
    return replace(await news(context, petition, 0), toast=toast)


async def _remember(
    context: Context, petition: Petition, decision: decisions.Decision, *, on: bool
) -> str:
    """Keep the wish; what is said of it."""
    remind_at = decision.remind_at
    if on and not await email_updates.hears(context.db, petition, context.supporter):
        context.promise_to_write()
    if on and (remind_at is None or remind_at <= context.now or decision.state != "expected"):
        return "toast/stale"
    await decisions.wish_reminder(
        context.db, decision.id, context.supporter.id, on=on, now=context.now
    )
    return "toast/reminder_on" if on else "toast/reminder_off"


async def _page(
    context: Context, petition: Petition, which: Way, found: Sequence[Entry], page: int | None
) -> Screen:
    pages = max(1, ceil(len(found) / ON_A_PAGE))
    number = min(page or 0, pages - 1)
    entries = found[number * ON_A_PAGE : (number + 1) * ON_A_PAGE]
    wished = await decisions.reminded_of(context.db, context.supporter.id)
    variables = {
        "campaign": petition.view(context.language),
        "entries": entries,
        "page": number + 1,
        "pages": pages,
        "zone": petition.definition.timezone,
    }
    rows = [
        [button]
        for entry in entries
        for button in _buttons(context, entry, (which, number), wished)
    ]
    other = "story" if which == "news" else "news"
    onward = [
        Button(other, Page(other, petition.id)),
        Button("home", Page("home", petition.id)),
    ]
    return Screen(
        Text(f"timeline/{which}", variables),
        [*rows, *_turn(petition, which, number, pages), onward],
    )


def _turn(petition: Petition, which: Way, number: int, pages: int) -> Rows:
    """To the pages beside this one; of news, the next page is the earlier one."""
    before, after = number - 1, number + 1
    earlier, later = (after, before) if which == "news" else (before, after)
    turn = [
        Button(label, Page(which, petition.id, to))
        for label, to in (("story_earlier", earlier), ("story_later", later))
        if 0 <= to < pages
    ]
    return [turn] if turn else []


def _buttons(
    context: Context, entry: Entry, here: tuple[Way, int], wished: set[int]
) -> list[Button]:
    """A page to look at, the calendar, a reminder: whatever the entry has.

    Args:
        here: the page, to come back to.
    """
    named = {"what": entry.what, "kind": entry.kind}
    found = []
    if entry.link and entry.state != "cancelled":
        found.append(Button(f"story_open_{entry.kind}", url=entry.link))
    if entry.at and entry.at > context.now and entry.state != "cancelled":
        found.append(Button("calendar_of", AddToCalendar(entry.event_id), variables=named))
    if entry.reminder_open:
        on = entry.decision_id in wished
        action = Remind(entry.decision_id, "off" if on else "on", *here)
        found.append(Button("remind_me", action, variables={"on": on}))
    return found


ROUTES = Routes(actions={Remind: remind})
