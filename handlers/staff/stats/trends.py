"""Charts over time: growth, hours and weekdays, and a forecast of the goal."""

from datetime import timedelta

from campaign import timeline
from campaign.petition import Petition
from campaign.stats.projection import NoProjection, project
from campaign.stats.times import DAYS, HOURS, Times, times
from campaign.timeline import Entry
from handlers.context import Context
from handlers.staff.stats.view import View, Wording, caption, drawing, nothing, wording
from pictures import curves, week
from pictures.canvas import writable
from pictures.curves import Fan, Mark
from storage import campaigns

MOST_MARKS = 6
SHOWN_DAYS = 30
_OVER = ("", "made", "held")
"""States of entries that have happened."""


async def growth(context: Context, petition: Petition) -> View:
    """The total against goal and time, with what has happened."""
    found = await times(context.db, petition, now=context.now)
    total = (await campaigns.totals(context.db, petition.id)).total
    if not found.by_day:
        return nothing(context, petition, "signatures")
    words = wording(context.services.renderer, context.language)
    totals = found.totals()
    marks = await _marks(context, petition, found, words)
    goal = petition.goal(total)
    shown = curves.Labels(
        heading=_title(context, petition, words),
        figure=words.number(total),
        beside=words.say("chart_beside", goal=goal, today=found.newest),
        goal=words.say("chart_goal", goal=goal),
    )
    body = caption(
        context,
        petition,
        "growth",
        first=found.first,
        today=found.today,
        total=total,
        goal=goal,
        newest=found.newest,
        yesterday=found.by_day.get(found.today - timedelta(days=1), 0),
        week=sum(found.on(found.today - timedelta(days=DAYS), DAYS)),
        marks=[(mark.day, mark.words) for mark in marks],
    )
    added = dict(found.by_day)
    return View(
        body,
        drawing(curves.growth, totals, goal, shown, words.speech, marks=_readable(marks, words)),
        ("day", "added", "total"),
        [(day, added.get(day, 0), so_far) for day, so_far in totals],
    )


async def by_times(context: Context, petition: Petition) -> View:
    """The last days, and the hours of the week."""
    found = await times(context.db, petition, now=context.now)
    if not found.by_day:
        return nothing(context, petition, "signatures")
    words = wording(context.services.renderer, context.language)
    first = found.today - timedelta(days=SHOWN_DAYS)
    days = found.on(first, SHOWN_DAYS + 1)
    most = max(days)
    busiest = found.busiest()
    said = week.Labels(
        heading=words.say("stats_times"),
        below=_title(context, petition, words),
        days=words.say("chart_days", days=SHOWN_DAYS),
        hours=words.say("chart_hours"),
        weekdays=[words.say("chart_weekday", weekday=day) for day in range(DAYS)],
        fewest=words.number(1),
        most=words.number(max(1, max(max(hours) for hours in found.by_hour))),
    )
    body = caption(
        context,
        petition,
        "times",
        first=first,
        today=found.today,
        best=most,
        best_day=first + timedelta(days=days.index(most)),
        weekday=busiest[0] if busiest else None,
        hour=busiest[1] if busiest else 0,
        zone=petition.definition.timezone,
    )
    return View(
        body,
        drawing(week.week, first, days, found.by_hour, said, words.speech),
        ("weekday", "hour", "signatures"),
        [
            (words.say("chart_weekday", weekday=day), f"{hour:02}:00", found.by_hour[day][hour])
            for day in range(DAYS)
            for hour in range(HOURS)
        ],
    )


async def ahead(context: Context, petition: Petition) -> View:
    """When the goal may be reached, if that can be said."""
    found = await times(context.db, petition, now=context.now)
    total = (await campaigns.totals(context.db, petition.id)).total
    goal, zone = petition.goal(total), petition.zone
    try:
        band = project(found, total, goal, is_open=petition.is_open, now=context.now)
    except NoProjection as none:
        return View(caption(context, petition, "ahead_none", reason=none.reason, goal=goal))
    early, middle, late = (
        moment.astimezone(zone).date() if moment else None
        for moment in (band.early, band.middle, band.late)
    )
    words = wording(context.services.renderer, context.language)
    shown = curves.Labels(
        heading=words.say("stats_ahead"),
        figure=words.number(total),
        beside=words.say("chart_pace", goal=goal, pace=round(band.a_week)),
        goal=words.say("chart_goal", goal=goal),
    )
    body = caption(
        context,
        petition,
        "ahead",
        total=total,
        goal=goal,
        days=band.days,
        pace=round(band.a_week),
        early=early,
        middle=middle,
        late=late,
    )
    row = [total, goal, round(band.a_week), early or "", middle or "", late or ""]
    return View(
        body,
        drawing(curves.ahead, found.totals(), goal, Fan(early, middle, late), shown, words.speech),
        ("total", "goal", "a_week", "early", "middle", "late"),
        [row],
    )


async def _marks(context: Context, petition: Petition, found: Times, words: Wording) -> list[Mark]:
    """The newest of what has happened since the first signature, oldest first."""
    story = await timeline.story(context.db, petition, context.language)
    return [
        Mark(entry.day, _words_of(entry, words))
        for entry in story
        if entry.state in _OVER and found.first <= entry.day <= found.today
    ][-MOST_MARKS:]


def _words_of(entry: Entry, words: Wording) -> str:
    return words.say(
        "chart_event",
        kind=entry.kind,
        words=entry.who if entry.kind == "endorsement" else entry.what,
        count=entry.total or 0,
    )


def _readable(marks: list[Mark], words: Wording) -> list[Mark]:
    """The marks as they are drawn: what our type cannot write stands in the caption alone."""
    unwritten = words.say("chart_unwritten")
    return [Mark(mark.day, writable(mark.words, unwritten)) for mark in marks]


def _title(context: Context, petition: Petition, words: Wording) -> str:
    return writable(petition.texts(context.language).title, words.say("stats_growth"))
