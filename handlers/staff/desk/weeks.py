"""The coming weeks: which updates go when, beside the campaign's dates."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaign import desk
from campaign.broadcasts import excerpts
from campaign.broadcasts.content import Content
from campaign.desk import Plan
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.staff.desk.buttons import (
    ListWeeks,
    OpenUpdate,
    WriteUpdate,
    to_desk,
    to_updates,
)
from handlers.staff.permissions import petition_as
from handlers.staff.timeline.buttons import WorkOnEntry

DAYS_ON_A_PAGE = 28
MOST_PAGES = 13
MOST_LINES, MOST_BUTTONS = 24, 8


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is planned, as it is listed.

    Attributes:
        kind: of an update or of an entry; "closes" for the end of signing.
        is_update: whether it is an update.
        waits: whether somebody still has to agree to it.
    """

    day: date
    at: datetime | None
    kind: str
    words: str
    is_update: bool = False
    waits: bool = False
    again: bool = False
    last: date | None = None


async def list_weeks(context: Context, action: ListWeeks) -> Screen:
    """Four weeks from today, or later ones."""
    petition = await petition_as(context, action.petition_id, "editor")
    page = min(action.page, MOST_PAGES - 1)
    today = context.now.astimezone(petition.zone).date()
    first = today + timedelta(days=page * DAYS_ON_A_PAGE)
    current = petition.as_of(context.now)
    plans = await desk.coming(context.db, current, context.language, first, DAYS_ON_A_PAGE)
    shown = plans[:MOST_LINES]
    variables = {
        "campaign": petition.view(context.language),
        "first": first,
        "last": first + timedelta(days=DAYS_ON_A_PAGE - 1),
        "lines": [_line(context, petition, one, first) for one in shown],
        "more": len(plans) - len(shown),
        "zone": petition.definition.timezone,
    }
    turn = [("desk_weeks_before", page - 1), ("desk_weeks_after", page + 1)]
    leaves = [
        Button(label, ListWeeks(petition.id, to)) for label, to in turn if 0 <= to < MOST_PAGES
    ]
    return Screen(
        Text("desk/weeks", variables),
        [
            *_opens(context, petition, shown, first),
            leaves,
            [Button("desk_write", WriteUpdate(petition.id)), to_updates(petition.id)],
            [to_desk(petition.id)],
        ],
    )


def _opens(context: Context, petition: Petition, plans: list[Plan], first: date) -> Rows:
    """A button for each update and each entry, once."""
    rows = []
    for one in plans:
        line = _line(context, petition, one, first)
        variables = {"day": line.day, "kind": line.kind, "words": line.words}
        if one.broadcast is not None and not one.again:
            action = OpenUpdate(one.broadcast.id)
            rows.append([Button("desk_plan_update", action, variables=variables)])
        elif one.entry is not None:
            entry = WorkOnEntry(one.entry.event_id, "see")
            rows.append([Button("desk_plan_entry", entry, variables=variables)])
    return rows[:MOST_BUTTONS]


def _line(context: Context, petition: Petition, plan: Plan, first: date) -> Line:
    day = max(plan.day, first)
    if plan.broadcast is not None:
        content = Content.from_dict(plan.broadcast.content)
        return Line(
            day,
            plan.at,
            plan.broadcast.kind,
            excerpts.first_words(content, petition.language(context.language)),
            is_update=True,
            waits=plan.broadcast.status == "awaiting_approval",
            again=plan.again,
        )
    if plan.entry is not None:
        words = plan.entry.who or plan.entry.what or plan.entry.place
        return Line(day, plan.at, plan.entry.kind, words, last=plan.last)
    return Line(day, plan.at, "closes", "")
