"""When signing ends: set in the chat, and what staff are told of it."""

from dataclasses import replace

from campaign import deadline
from campaign.broadcasts import states
from campaign.broadcasts.time_parser import InThePast, NotUnderstood, WhenError
from campaign.catalogue import ChangedMeanwhile
from campaign.definition import publish_edits
from campaign.petition import Petition
from handlers.context import Context, Gone, NotEditable, Stale
from handlers.heard import Heard
from handlers.notifications import Reader
from handlers.routes import Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.staff import milestones
from handlers.staff.broadcasts.preview import letters_for
from handlers.staff.content import overview
from handlers.staff.content.buttons import SetEnd, WorkOnPart
from handlers.staff.content.state import campaign, current
from handlers.supporter.home import home
from storage import broadcasts, campaigns

FLOW = "closing"
ASKING, LOOKING = "asking", "looking"


async def work_on(context: Context, action: SetEnd) -> Screen:
    """Ask for it, take it away, or set what has been read."""
    petition = await _theirs(context, action.petition_id)
    if action.do == "ask":
        return _ask(context, petition)
    if context.dialog.flow != FLOW or action.serial != context.dialog.serial:
        raise Stale
    if action.do == "none":
        return _look(context, petition, None)
    return await _set(context, petition)


async def written(context: Context) -> Screen:
    """A text: the day and the time."""
    petition = await _current(context)
    message = context.event.message
    text = (message.text if message else None) or ""
    try:
        given = deadline.parse_closing(
            text, now=context.now, zone=petition.zone, language=context.language
        )
    except WhenError as bad:
        return _not(context, petition, bad)
    return replace(_look(context, petition, given), fresh=True)


async def edited(context: Context, _: Heard) -> Screen:
    """An edit of the day and the time, while they are looked at."""
    if context.dialog.flow != FLOW:
        raise NotEditable
    return await written(context)


async def other_kind(context: Context) -> Screen:
    """A sticker, a photo: no day and no time."""
    petition = await _current(context)
    return _not(context, petition, NotUnderstood())


async def put_aside(context: Context) -> Screen:
    """/cancel: it stays as it is."""
    context.leave(forget=FLOW)
    return await home(context)


async def present(context: Context) -> Screen:
    """Where the person is."""
    petition = await _current(context)
    if context.dialog.step == LOOKING:
        return _look(context, petition, context.dialog.answers[FLOW]["written"])
    return replace(_ask(context, petition), fresh=True)


async def _current(context: Context) -> Petition:
    """The campaign whose end is being set, as it is at this moment."""
    found = await current(context, FLOW)
    return found.as_of(context.now)


async def _theirs(context: Context, wanted: int) -> Petition:
    """A campaign that the person may change, as it is at this moment."""
    found = await campaign(context, wanted)
    return found.as_of(context.now)


def _ask(context: Context, petition: Petition) -> Screen:
    context.go_to(petition.id, FLOW, ASKING, {"campaign": petition.id})
    variables = {
        "campaign": petition.view(context.language),
        "zone": petition.definition.timezone,
    }
    return Screen(Text("deadline/ask", variables), _ways(context, petition))


def _not(context: Context, petition: Petition, bad: WhenError) -> Screen:
    reason = bad.reason if isinstance(bad, NotUnderstood) else type(bad).__name__
    day = bad.day if isinstance(bad, deadline.TwoMidnights) else None
    variables = {"reason": reason, "day": day}
    screen = _ask(context, petition)
    return replace(screen, above=Text("deadline/not", variables), fresh=True)


def _look(context: Context, petition: Petition, given: str | None) -> Screen:
    """Say back what has been understood, before anybody sees it."""
    kept = {"campaign": petition.id, "version": petition.campaign.version, "written": given}
    context.go_to(petition.id, FLOW, LOOKING, kept)
    today = context.now.astimezone(petition.zone).date()
    zone = petition.definition.timezone
    variables = {
        "campaign": petition.view(context.language),
        "ends": deadline.closing(given, zone, today) if given else None,
        "twice": bool(given) and deadline.is_shown_twice(given or "", petition.zone),
        "opens": bool(given) and not petition.is_open,
    }
    serial = context.dialog.serial
    label = "end_opens" if variables["opens"] else "end_yes"
    return Screen(
        Text("deadline/look", variables),
        [
            [Button(label, SetEnd(petition.id, serial, "yes"))],
            [Button("end_again", SetEnd(petition.id, serial, "ask"))],
            [_back(petition)],
        ],
    )


async def _set(context: Context, petition: Petition) -> Screen:
    kept = context.dialog.answers.get(FLOW) or {}
    if context.dialog.step != LOOKING or kept.get("campaign") != petition.id:
        raise Stale
    given = kept["written"]
    if given and deadline.moment(given, petition.zone) <= context.now:
        return _not(context, petition, InThePast(context.now))
    try:
        live = await publish_edits.put_end_live(
            context.db,
            petition,
            given,
            opens=bool(given) and not petition.is_open,
            over=kept["version"],
            actor=context.supporter.telegram_id,
            now=context.now,
        )
    except ChangedMeanwhile:
        now = await _theirs(context, petition.id)
        return replace(_look(context, now, given), toast="toast/stale", fresh=True)
    context.leave(forget=FLOW)
    context.after_commit = context.services.campaign_changed
    done = Text("deadline/done", {"campaign": live.as_of(context.now).view(context.language)})
    return replace(await overview.home(context, live), above=done)


def _ways(context: Context, petition: Petition) -> Rows:
    none = SetEnd(petition.id, context.dialog.serial, "none")
    has_end = petition.is_open and petition.closing is not None
    return [*([[Button("end_none", none)]] if has_end else []), [_back(petition)]]


def _back(petition: Petition) -> Button:
    return Button("back", WorkOnPart(petition.id, petition.campaign.version, "home"))


async def drafted(reader: Reader) -> Screen:
    """An update about the end lies ready; nothing if it has been dealt with."""
    broadcast, petition = await broadcasts.of(reader.db, reader.subject_id), reader.petition
    if broadcast is None or broadcast.status != "draft":
        raise Gone
    count = states.Options.from_dict(broadcast.options).expected
    variables = {"campaign": petition.view(reader.language), "count": count}
    return Screen(
        Text("staff/closing_draft", variables),
        milestones.rows(broadcast, count),
        letters=await letters_for(reader, broadcast),
    )


async def ended(reader: Reader) -> Screen:
    """Signing has ended by itself; nothing if it goes on by then."""
    petition = reader.petition
    if petition.is_open:
        raise Gone
    totals = await campaigns.totals(reader.db, petition.id)
    return Screen(
        Text("staff/signing_ended", {"campaign": petition.view(reader.language, totals)}),
        [[Button("end_set", SetEnd(petition.id, 0, "ask"))]],
    )


ROUTES = Routes(actions={SetEnd: work_on})
