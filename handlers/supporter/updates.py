"""Hearing updates or not, and which: /updates (or /settings), /stop and the buttons for it."""

from dataclasses import replace

from campaign import subscriptions
from campaign.broadcasts.life import KINDS
from campaign.petition import CONSENT_UPDATES, Petition
from handlers.screen import Button, Screen, Text
from handlers.supporter import share, sign
from handlers.supporter.start import choice, front_door
from handlers.visit import Visit
from storage import broadcast_taps, broadcasts
from storage import subscriptions as kept

QUIET_HOURS = ("", "20:00-09:00", "18:00-10:00", "22:00-12:00")
"""What a person can choose, beside the campaign's own quiet hours."""


async def command(visit: Visit) -> Screen:
    """/updates: whether the person hears of the campaign, with the other choice as a button."""
    petition = visit.current_petition
    if petition is None:
        return await (
            choice(visit, visit.open_petitions) if visit.open_petitions else front_door(visit)
        )
    if await subscriptions.words_have_changed(visit.db, petition, visit.supporter):
        return _new_words(visit, petition)
    hears = await subscriptions.hears_updates(visit.db, petition, visit.supporter)
    return await _state(visit, petition, hears=hears)


async def agree(visit: Visit) -> Screen:
    """Yes to changed words; if they have changed again since, those are asked."""
    petition = visit.petition(visit.args[0])
    if petition is None:
        return await front_door(visit)
    me, wording_id = visit.supporter, int(visit.args[1])
    if not await subscriptions.agree_anew(visit.db, petition, me, wording_id, now=visit.now):
        return _new_words(visit, petition)
    return replace(await _state(visit, petition, hears=True), toast="toast/saved")


def _new_words(visit: Visit, petition: Petition) -> Screen:
    wording = petition.wording(CONSENT_UPDATES, visit.language)
    assert wording is not None  # noqa: S101 - a campaign file has one for each language
    campaign = petition.view(visit.language)
    return Screen(
        Text("updates/new_words", {"campaign": campaign, "wording": wording.text}),
        [
            [Button("i_agree", f"agree:{petition.id}:{wording.id}")],
            [Button("updates_off", f"updates:{petition.id}:off")],
        ],
        fresh=True,
    )


async def tapped(visit: Visit) -> Screen:
    """Updates on or off; the same choice twice changes nothing."""
    petition = visit.petition(visit.args[0])
    if petition is None:
        return await front_door(visit)
    hears = visit.args[1] == "on"
    await subscriptions.choose(
        visit.db,
        petition,
        visit.supporter,
        hears=hears,
        language=visit.language,
        now=visit.now,
    )
    screen = await _state(visit, petition, hears=hears)
    return replace(screen, toast="toast/updates_on" if hears else "toast/updates_off")


async def choose_kind(visit: Visit) -> Screen:
    """One kind of updates switched; the same choice twice changes nothing."""
    petition, kind = visit.petition(visit.args[0]), visit.args[1]
    if petition is None or kind not in KINDS:
        return await front_door(visit)
    hears = visit.args[2] == "on"
    await subscriptions.choose_kind(
        visit.db, petition, visit.supporter, kind, hears=hears, now=visit.now
    )
    still = await subscriptions.hears_updates(visit.db, petition, visit.supporter)
    return replace(await _state(visit, petition, hears=still), toast="toast/saved")


async def choose_quiet_hours(visit: Visit) -> Screen:
    """When the person wants no updates; the same choice twice changes nothing."""
    petition, place = visit.petition(visit.args[0]), int(visit.args[1])
    if petition is None or place >= len(QUIET_HOURS):
        return await front_door(visit)
    await kept.choose_quiet_hours(visit.db, visit.supporter.id, QUIET_HOURS[place])
    hears = await subscriptions.hears_updates(visit.db, petition, visit.supporter)
    return replace(await _state(visit, petition, hears=hears), toast="toast/saved")


async def from_update(visit: Visit) -> Screen:
    """A button under an update that was sent to many; the update itself stays as it is."""
    broadcast = await broadcasts.of(visit.db, int(visit.args[0]))
    petition = visit.petition(broadcast.campaign_id) if broadcast else None
    if broadcast is None or petition is None:
        return await front_door(visit)
    button = visit.args[1]
    await broadcast_taps.note(visit.db, broadcast.id, visit.supporter.id, button, visit.now)
    match button:
        case "sign":
            screen = await sign.begin_with(visit, petition)
        case "share":
            screen = await share.page(visit, petition, "")
        case "kind":
            visit.args = (str(petition.id), broadcast.kind, "off")
            screen = await choose_kind(visit)
        case _:
            visit.args = (str(petition.id), "off")
            screen = await tapped(visit)
    return replace(screen, fresh=True)


async def stop(visit: Visit) -> Screen:
    """/stop: no more messages but answers, of any campaign; the signature stays."""
    await subscriptions.stop_all(visit.db, visit.petitions, visit.supporter, now=visit.now)
    return Screen(Text("updates/stopped"))


async def _state(visit: Visit, petition: Petition, *, hears: bool) -> Screen:
    switch = (
        Button("updates_off", f"updates:{petition.id}:off")
        if hears
        else Button("updates_on", f"updates:{petition.id}:on")
    )
    rows = []
    if hears:
        muted = await kept.muted(visit.db, petition.id, visit.supporter.id)
        kinds = [_kind(petition, kind, on=kind not in muted) for kind in KINDS]
        rows = [kinds[place : place + 2] for place in range(0, len(kinds), 2)]
        rows.append([await _quiet(visit, petition)])
    return Screen(
        Text("updates/on" if hears else "updates/off", {"campaign": await visit.view(petition)}),
        [*rows, [switch], [Button("home", f"page:home:{petition.id}")]],
    )


async def _quiet(visit: Visit, petition: Petition) -> Button:
    """The hours as they are; a tap leads to the next choice."""
    hours = await kept.quiet_hours(visit.db, visit.supporter.id)
    place = QUIET_HOURS.index(hours) if hours in QUIET_HOURS else 0
    data = f"quiet:{petition.id}:{(place + 1) % len(QUIET_HOURS)}"
    begin, _, end = hours.partition("-")
    return Button("own_quiet", data, variables={"begin": begin, "end": end})


def _kind(petition: Petition, kind: str, *, on: bool) -> Button:
    data = f"hear:{petition.id}:{kind}:{'off' if on else 'on'}"
    return Button(f"hear_{kind}", data, variables={"on": on})
