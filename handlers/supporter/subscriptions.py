"""Hearing updates or not, and which: /updates (or /settings), /stop and the buttons for it."""

from dataclasses import replace

from campaign import subscriptions
from campaign.broadcasts.states import KINDS_OF_A_CAMPAIGN
from campaign.errors import WordingChanged
from campaign.petition import CONSENT_OTHER, CONSENT_UPDATES, Petition
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.supporter import share
from handlers.supporter.home import MOST_TO_CHOOSE_FROM, front_door, which
from handlers.supporter.signing import form
from storage import broadcast_taps, broadcasts, other_campaigns, signatures
from storage import subscriptions as kept
from storage.audiences import ANNOUNCEMENT
from storage.broadcasts import Broadcast
from storage.reminders import MUTED_AS

KINDS_TO_HEAR = (*KINDS_OF_A_CAMPAIGN, MUTED_AS)
QUIET_HOURS = ("", "20:00-09:00", "18:00-10:00", "22:00-12:00")
"""What a person can choose, beside the campaign's own quiet hours."""


async def command(visit: Visit) -> Screen:
    """/updates: of which petition, where several concern the person; then what they hear of it."""
    concerned = await _concerned(visit)
    if len(concerned) > 1:
        return replace(await _which(visit, concerned), fresh=True)
    petition = concerned[0] if concerned else visit.current_petition
    if petition is not None:
        return await _asked(visit, petition)
    if visit.open_petitions:
        return which(visit, visit.open_petitions, "updates:{}:show")
    return await front_door(visit)


async def _concerned(visit: Visit) -> list[Petition]:
    """Those the person has signed, hears of, has agreed under to hear of others, or speaks of, the
    newest first."""
    signed = {one.campaign_id for one in await signatures.live_of(visit.db, visit.supporter.id)}
    hears = await kept.of_supporter(visit.db, visit.supporter.id)
    agreed = await other_campaigns.agreed_under(visit.db, visit.supporter.id)
    ids = {*signed, *hears, *agreed, visit.dialog.campaign_id}
    return [petition for petition in reversed(visit.petitions) if petition.id in ids]


async def _which(visit: Visit, petitions: list[Petition]) -> Screen:
    """The petitions, each with whether the person hears of it."""
    hears = await kept.of_supporter(visit.db, visit.supporter.id)
    rows = [
        [
            Button(
                "updates_of",
                f"updates:{petition.id}:show",
                variables={
                    "title": petition.texts(visit.language).title,
                    "on": petition.id in hears,
                },
            )
        ]
        for petition in petitions[:MOST_TO_CHOOSE_FROM]
    ]
    return Screen(Text("updates/which"), rows)


async def agree(visit: Visit) -> Screen:
    """Yes to changed words; if they have changed again since, those are asked."""
    petition = visit.petition(visit.args[0])
    if petition is None:
        return await front_door(visit)
    me, wording_id = visit.supporter, int(visit.args[1])
    if not await subscriptions.agree_anew(visit.db, petition, me, wording_id, now=visit.now):
        return _new_words(visit, petition)
    return replace(await _state(visit, petition), toast="toast/saved")


async def _asked(visit: Visit, petition: Petition) -> Screen:
    """What the person hears; or first the words, if they have changed since they agreed."""
    if await subscriptions.words_have_changed(visit.db, petition, visit.supporter):
        return _new_words(visit, petition)
    return await _state(visit, petition)


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
    """Updates on or off; the same choice twice changes nothing. Or only how it stands."""
    petition = visit.petition(visit.args[0])
    if petition is None:
        return await (command if visit.args[1] == "show" else front_door)(visit)
    if visit.args[1] == "show":
        return await _asked(visit, petition)
    hears = visit.args[1] == "on"
    await subscriptions.choose(
        visit.db,
        petition,
        visit.supporter,
        hears=hears,
        language=visit.language,
        now=visit.now,
    )
    screen = await _state(visit, petition)
    return replace(screen, toast="toast/updates_on" if hears else "toast/updates_off")


async def choose_kind(visit: Visit) -> Screen:
    """One kind of updates switched; the same choice twice changes nothing."""
    petition, kind = visit.petition(visit.args[0]), visit.args[1]
    if petition is None or kind not in KINDS_TO_HEAR:
        return await front_door(visit)
    hears = visit.args[2] == "on"
    await subscriptions.choose_kind(
        visit.db, petition, visit.supporter, kind, hears=hears, now=visit.now
    )
    return replace(await _state(visit, petition), toast="toast/saved")


async def choose_quiet_hours(visit: Visit) -> Screen:
    """When the person wants no updates; the same choice twice changes nothing."""
    petition, place = visit.petition(visit.args[0]), int(visit.args[1])
    if petition is None or place >= len(QUIET_HOURS):
        return await front_door(visit)
    await kept.choose_quiet_hours(visit.db, visit.supporter.id, QUIET_HOURS[place])
    return replace(await _state(visit, petition), toast="toast/saved")


async def choose_others(visit: Visit) -> Screen:
    """Hearing of other campaigns: the words that it means, yes to them, or no more of it."""
    petition, act, shown = visit.petition(visit.args[0]), visit.args[1], visit.args[2]
    if petition is None:
        return await front_door(visit)
    if act == "off":
        await subscriptions.hear_of_no_others(visit.db, petition.id, visit.supporter, now=visit.now)
        return replace(await _state(visit, petition), toast="toast/saved")
    if act == "ask":
        return await _ask_about_others(visit, petition)
    try:
        await subscriptions.hear_of_others(
            visit.db,
            petition,
            visit.supporter,
            shown=int(shown or 0),
            language=visit.language,
            now=visit.now,
        )
    except WordingChanged:
        return await _ask_about_others(visit, petition)
    return replace(await _state(visit, petition), toast="toast/saved")


async def _ask_about_others(visit: Visit, petition: Petition) -> Screen:
    wording = petition.wording(CONSENT_OTHER, visit.language)
    if wording is None:
        return await _state(visit, petition)
    variables = {"campaign": await visit.view(petition), "wording": wording.text}
    return Screen(
        Text("updates/others", variables),
        [
            [Button("i_agree", f"other:{petition.id}:on:{wording.id}")],
            [Button("back", f"updates:{petition.id}:show")],
        ],
    )


async def from_update(visit: Visit) -> Screen:
    """A button under an update that was sent to many; the update itself stays as it is."""
    broadcast = await broadcasts.of(visit.db, int(visit.args[0]))
    petition = visit.petition(broadcast.campaign_id) if broadcast else None
    button = visit.args[1]
    if broadcast is None or (petition is None and button in ("sign", "share")):
        return await front_door(visit)
    await broadcast_taps.note(visit.db, broadcast.id, visit.supporter.id, button, visit.now)
    if broadcast.kind == ANNOUNCEMENT and button in ("kind", "stop"):
        return replace(await _leave(visit, broadcast), fresh=True)
    if petition is None:
        return await front_door(visit)
    match button:
        case "sign":
            screen = await form.begin_with(visit, petition)
        case "share":
            screen = await share.page(visit, petition, "")
        case "kind":
            visit.args = (str(petition.id), broadcast.kind, "off")
            screen = await choose_kind(visit)
        case _:
            visit.args = (str(petition.id), "off")
            screen = await tapped(visit)
    return replace(screen, fresh=True)


async def _leave(visit: Visit, broadcast: Broadcast) -> Screen:
    """Out of the news of other campaigns, or out of everything; published still or not."""
    me = visit.supporter
    if visit.args[1] == "stop":
        await subscriptions.stop_all(visit.db, me, method="button", now=visit.now)
        return Screen(Text("updates/stopped"))
    await subscriptions.hear_of_no_others(visit.db, broadcast.campaign_id, me, now=visit.now)
    return Screen(Text("updates/no_others"))


async def stop(visit: Visit) -> Screen:
    """/stop: no more messages but answers, of any campaign; the signature stays."""
    await subscriptions.stop_all(visit.db, visit.supporter, method="command", now=visit.now)
    return Screen(Text("updates/stopped"))


async def _state(visit: Visit, petition: Petition) -> Screen:
    hears = await subscriptions.hears_updates(visit.db, petition, visit.supporter)
    switch = (
        Button("updates_off", f"updates:{petition.id}:off")
        if hears
        else Button("updates_on", f"updates:{petition.id}:on")
    )
    rows = []
    if hears:
        muted = await kept.muted(visit.db, petition.id, visit.supporter.id)
        kinds = [_kind(petition, kind, on=kind not in muted) for kind in KINDS_TO_HEAR]
        rows = [kinds[place : place + 2] for place in range(0, len(kinds), 2)]
        rows.append([await _quiet(visit, petition)])
    others = await _others(visit, petition)
    home = [Button("home", f"page:home:{petition.id}")]
    if len(visit.petitions) > 1 and len(await _concerned(visit)) > 1:
        home.append(Button("updates_which", "updates:0:show"))
    return Screen(
        Text("updates/on" if hears else "updates/off", {"campaign": await visit.view(petition)}),
        [*(rows if hears else [[switch]]), *others, *([[switch]] if hears else []), home],
    )


async def _others(visit: Visit, petition: Petition) -> list[list[Button]]:
    """Other campaigns: a choice like the rest for those who agreed; to others, the question."""
    if await subscriptions.hears_of_others(visit.db, petition.id, visit.supporter):
        on = {"on": True}
        return [[Button(f"hear_{ANNOUNCEMENT}", f"other:{petition.id}:off", variables=on)]]
    if petition.wording(CONSENT_OTHER, visit.language) is None:
        return []
    return [[Button("toggle_other", f"other:{petition.id}:ask", variables={"on": False})]]


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
