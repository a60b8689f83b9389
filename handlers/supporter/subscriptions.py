"""Hearing updates or not, and which: /updates (or /settings), /stop and the buttons for it."""

from dataclasses import replace
from functools import partial
from typing import Literal

from campaign import email_updates, subscriptions
from campaign.broadcasts.states import KINDS_OF_A_CAMPAIGN
from campaign.errors import WordingChanged
from campaign.petition import CONSENT_OTHER, CONSENT_UPDATES, Petition
from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.routes import Command, Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import Hear, Page, Updates, Withdraw
from handlers.supporter.choice_limit import TOO_OFTEN, too_often
from handlers.supporter.email_updates import ByEmail, offer
from handlers.supporter.home import MOST_TO_CHOOSE_FROM, home, which
from handlers.supporter.to_browser import browser_buttons
from storage import other_campaigns, signatures
from storage import subscriptions as kept
from storage.audiences import ANNOUNCEMENT
from storage.reminders import MUTED_AS

KINDS_TO_HEAR = (*KINDS_OF_A_CAMPAIGN, MUTED_AS)
QUIET_HOURS = ("", "20:00-09:00", "18:00-10:00", "22:00-12:00")
"""What a person can choose, beside the campaign's own quiet hours."""


class QuietHours(Action, prefix="quiet"):
    """No updates in these hours.

    Attributes:
        place: in QUIET_HOURS.
    """

    petition_id: int
    place: int


class Others(Action, prefix="other"):
    """Hear of other campaigns, after a question, or of no more of them.

    Attributes:
        wording_id: the wording that is agreed to.
    """

    petition_id: int
    do: Literal["ask", "on", "off"]
    wording_id: int | None = None


class Agree(Action, prefix="agree"):
    """Agree to the changed wording of updates."""

    petition_id: int
    wording_id: int


async def command(context: Context) -> Screen:
    """/updates: of which petition, where several concern the person; then what they hear of it."""
    concerned = await _concerned(context)
    if len(concerned) > 1:
        return replace(await _which(context, concerned), fresh=True)
    petition = concerned[0] if concerned else context.current_petition
    if petition is not None:
        return await _asked(context, petition)
    if context.open_petitions:
        return which(context, context.open_petitions, partial(Updates, do="show"))
    return await home(context)


async def _concerned(context: Context) -> list[Petition]:
    """Those the person has signed, hears of, has agreed under to hear of others, or speaks of, the
    newest first."""
    signed = {one.campaign_id for one in await signatures.live_of(context.db, context.supporter.id)}
    hears = await kept.of_supporter(context.db, context.supporter.id)
    agreed = await other_campaigns.agreed_under(context.db, context.supporter.id)
    ids = {*signed, *hears, *agreed, context.dialog.campaign_id}
    return [petition for petition in reversed(context.petitions) if petition.id in ids]


async def _which(context: Context, petitions: list[Petition]) -> Screen:
    """The petitions, each with whether the person hears of it."""
    hears = await kept.of_supporter(context.db, context.supporter.id)
    rows = [
        [
            Button(
                "updates_of",
                Updates(petition.id, "show"),
                variables={
                    "title": petition.texts(context.language).title,
                    "on": petition.id in hears,
                },
            )
        ]
        for petition in petitions[:MOST_TO_CHOOSE_FROM]
    ]
    return Screen(Text("subscriptions/which"), rows)


async def agree(context: Context, action: Agree) -> Screen:
    """Yes to changed words; if they have changed again since, those are asked."""
    petition, me = context.petition(action.petition_id), context.supporter
    shown = action.wording_id
    context.promise_to_write()
    if await too_often(context):
        return replace(_new_words(context, petition), toast=TOO_OFTEN)
    if not await subscriptions.agree_anew(context.db, petition, me, shown, now=context.now):
        return _new_words(context, petition)
    return replace(await _state(context, petition), toast="toast/saved")


async def _asked(context: Context, petition: Petition) -> Screen:
    """What the person hears; or first the words, if they have changed since they agreed."""
    if await subscriptions.words_have_changed(context.db, petition, context.supporter):
        return _new_words(context, petition)
    return await _state(context, petition)


def _new_words(context: Context, petition: Petition) -> Screen:
    wording = petition.wording(CONSENT_UPDATES, context.language)
    assert wording is not None  # noqa: S101 - a campaign file has one for each language
    campaign = petition.view(context.language)
    return Screen(
        Text("subscriptions/new_words", {"campaign": campaign, "wording": wording.text}),
        [
            [Button("i_agree", Agree(petition.id, wording.id))],
            [Button("updates_off", Updates(petition.id, "off"))],
        ],
        fresh=True,
    )


async def choose(context: Context, action: Updates) -> Screen:
    """Updates on or off; the same choice twice changes nothing, and says how it stands."""
    if action.do == "show":
        shown = context.find_petition(action.petition_id)
        return await (_asked(context, shown) if shown else command(context))
    petition, hears = context.petition(action.petition_id), action.do == "on"
    me = context.supporter
    if hears and not context.can.writes_first:
        if await email_updates.hears(context.db, petition, me):
            return await _state(context, petition)
        context.promise_to_write()
    if not hears:
        await email_updates.stop(context.db, petition.id, me.id, method="button", now=context.now)
    if hears and await too_often(context):
        return replace(await _state(context, petition), toast=TOO_OFTEN)
    changed = await subscriptions.choose(
        context.db,
        petition,
        context.supporter,
        hears=hears,
        language=context.language,
        now=context.now,
    )
    screen = await _state(context, petition, changed=changed)
    return replace(screen, toast="toast/updates_on" if hears else "toast/updates_off")


async def choose_kind(context: Context, action: Hear) -> Screen:
    """One kind of updates switched; the same choice twice changes nothing."""
    petition, hears = context.petition(action.petition_id), action.do == "on"
    if action.kind not in KINDS_TO_HEAR:
        raise Gone
    if hears and not await email_updates.hears(context.db, petition, context.supporter):
        context.promise_to_write()
    if hears and await too_often(context):
        return replace(await _state(context, petition), toast=TOO_OFTEN)
    await subscriptions.choose_kind(
        context.db, petition, context.supporter, action.kind, hears=hears, now=context.now
    )
    return replace(await _state(context, petition), toast="toast/saved")


async def choose_quiet_hours(context: Context, action: QuietHours) -> Screen:
    """When the person wants no updates; the same choice twice changes nothing."""
    petition = context.petition(action.petition_id)
    if action.place >= len(QUIET_HOURS):
        raise Gone
    hours = QUIET_HOURS[action.place]
    await kept.choose_quiet_hours(context.db, context.supporter.id, hours)
    return replace(await _state(context, petition), toast="toast/saved")


async def choose_others(context: Context, action: Others) -> Screen:
    """Hearing of other campaigns: the words that it means, yes to them, or no more of it."""
    petition = context.petition(action.petition_id)
    if action.do == "off":
        await subscriptions.hear_of_no_others(
            context.db, petition.id, context.supporter, now=context.now
        )
        return replace(await _state(context, petition), toast="toast/saved")
    context.promise_to_write()
    if action.do == "ask":
        return await _ask_about_others(context, petition)
    if await too_often(context):
        return replace(await _state(context, petition), toast=TOO_OFTEN)
    try:
        await subscriptions.hear_of_others(
            context.db,
            petition,
            context.supporter,
            shown=action.wording_id or 0,
            language=context.language,
            now=context.now,
        )
    except WordingChanged:
        return await _ask_about_others(context, petition)
    return replace(await _state(context, petition), toast="toast/saved")


async def _ask_about_others(context: Context, petition: Petition) -> Screen:
    wording = petition.wording(CONSENT_OTHER, context.language)
    if wording is None:
        return await _state(context, petition)
    variables = {"campaign": await context.view(petition), "wording": wording.text}
    return Screen(
        Text("subscriptions/others", variables),
        [
            [Button("i_agree", Others(petition.id, "on", wording.id))],
            [Button("back", Updates(petition.id, "show"))],
        ],
    )


async def stop(context: Context) -> Screen:
    """/stop: no more messages but answers, of any campaign; the signature stays."""
    return await stopped(context, "command")


async def stopped(context: Context, method: str) -> Screen:
    """End all messages, and say what stays. Who meant their signature finds how to take it off.

    Args:
        method: "command" or "button".
    """
    me = context.supporter
    heard = await subscriptions.stop_all(context.db, me, method=method, now=context.now)
    signed = {one.campaign_id for one in await signatures.live_of(context.db, me.id)}
    rows = [
        [Button("withdraw", Withdraw(petition.id, "ask"))]
        for petition in context.petitions
        if signed == {petition.id}
    ]
    variables = {"heard": heard, "signed": bool(signed)}
    return Screen(Text("subscriptions/stopped", variables), rows)


async def _state(context: Context, petition: Petition, *, changed: bool = False) -> Screen:
    """What the person hears of a petition, and what they can change about it.

    Args:
        changed: they have just switched it on or off.
    """
    hears = await subscriptions.hears_updates(context.db, petition, context.supporter)
    by_email = await _email_buttons(context, petition)
    heard = hears or await email_updates.hears(context.db, petition, context.supporter)
    switch: Rows = []
    if hears:
        switch = [[Button("updates_off", Updates(petition.id, "off"))]]
    elif context.can.writes_first or not heard:
        switch = [[Button("updates_on", Updates(petition.id, "on"))]]
    kinds = await _kinds(context, petition) if heard else []
    others = await _others(context, petition)
    home = [Button("home", Page("home", petition.id))]
    if len(context.petitions) > 1 and len(await _concerned(context)) > 1:
        home.append(Button("updates_which", Updates(0, "show")))
    return Screen(
        await _said(context, petition, hears=hears, changed=changed),
        [
            *kinds,
            *([] if hears else switch),
            *by_email,
            *others,
            *(switch if hears else []),
            *browser_buttons(context, petition.id),
            home,
        ],
    )


async def _kinds(context: Context, petition: Petition) -> Rows:
    """What can be left out, and when it is to be quiet."""
    muted = await kept.muted(context.db, petition.id, context.supporter.id)
    kinds = [_kind(petition, kind, on=kind not in muted) for kind in KINDS_TO_HEAR]
    rows = [kinds[place : place + 2] for place in range(0, len(kinds), 2)]
    return [*rows, [await _quiet(context, petition)]]


async def _email_buttons(context: Context, petition: Petition) -> Rows:
    if await email_updates.hears(context.db, petition, context.supporter):
        return [[Button("stop_emails", ByEmail(petition.id, "off"))]]
    return await offer(context, petition)


async def _said(context: Context, petition: Petition, *, hears: bool, changed: bool) -> Text:
    variables = {"campaign": await context.view(petition), "changed": changed}
    if hears:
        return Text("subscriptions/on", variables)
    if await email_updates.hears(context.db, petition, context.supporter):
        email = await email_updates.address_of(context.db, context.supporter)
        return Text("subscriptions/by_email", {"campaign": variables["campaign"], "email": email})
    live = await signatures.live_of(context.db, context.supporter.id)
    signed = any(one.campaign_id == petition.id for one in live)
    return Text("subscriptions/off", {**variables, "signed": signed})


async def _others(context: Context, petition: Petition) -> list[list[Button]]:
    """Other campaigns: a choice like the rest for those who agreed; to others, the question."""
    if await subscriptions.hears_of_others(context.db, petition.id, context.supporter):
        on = {"on": True}
        return [[Button(f"hear_{ANNOUNCEMENT}", Others(petition.id, "off"), variables=on)]]
    if petition.wording(CONSENT_OTHER, context.language) is None:
        return []
    return [[Button("toggle_other", Others(petition.id, "ask"), variables={"on": False})]]


async def _quiet(context: Context, petition: Petition) -> Button:
    """The hours as they are; a tap leads to the next choice."""
    hours = await kept.quiet_hours(context.db, context.supporter.id)
    place = QUIET_HOURS.index(hours) if hours in QUIET_HOURS else 0
    following = QuietHours(petition.id, (place + 1) % len(QUIET_HOURS))
    begin, _, end = hours.partition("-")
    return Button("own_quiet", following, variables={"begin": begin, "end": end})


def _kind(petition: Petition, kind: str, *, on: bool) -> Button:
    action = Hear(petition.id, kind, "off" if on else "on")
    return Button(f"hear_{kind}", action, variables={"on": on})


ROUTES = Routes(
    commands={
        "updates": Command(command, aliases=("settings",)),
        "stop": Command(stop),
    },
    actions={
        Updates: choose,
        Hear: choose_kind,
        QuietHours: choose_quiet_hours,
        Others: choose_others,
        Agree: agree,
    },
)
