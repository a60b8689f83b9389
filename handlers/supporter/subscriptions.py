"""Hearing updates or not, and which: /updates, /stop and the buttons for it."""

from dataclasses import replace
from functools import partial

from campaign import email_updates, subscriptions
from campaign.errors import WordingChanged
from campaign.petition import CONSENT_OTHER, CONSENT_UPDATES, Petition
from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import Hear, Updates, Withdraw
from handlers.supporter.choice_limit import TOO_OFTEN, too_often
from handlers.supporter.concerned import concerned
from handlers.supporter.home import MOST_TO_CHOOSE_FROM, home, which
from handlers.supporter.subscriptions_page import (
    KINDS_TO_HEAR,
    QUIET_HOURS,
    Others,
    QuietHours,
    page,
)
from storage import signatures
from storage import subscriptions as kept


class Agree(Action, prefix="agree"):
    """Agree to the changed wording of updates."""

    petition_id: int
    wording_id: int


async def command(context: Context) -> Screen:
    """/updates: of which petition, where several concern the person; then what they hear of it."""
    found = await concerned(context)
    if len(found) > 1:
        return replace(await _which(context, found), fresh=True)
    petition = found[0] if found else context.current_petition
    if petition is not None:
        return await _asked(context, petition)
    if context.open_petitions:
        return which(context, context.open_petitions, partial(Updates, do="show"))
    return await home(context)


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
    return replace(await page(context, petition), toast="toast/saved")


async def _asked(context: Context, petition: Petition) -> Screen:
    """What the person hears; or first the words, if they have changed since they agreed."""
    if await subscriptions.words_have_changed(context.db, petition, context.supporter):
        return _new_words(context, petition)
    return await page(context, petition)


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
            return await page(context, petition)
        context.promise_to_write()
    if not hears:
        await email_updates.stop(context.db, petition.id, me.id, method="button", now=context.now)
    if hears and await too_often(context):
        return replace(await page(context, petition), toast=TOO_OFTEN)
    changed = await subscriptions.choose(
        context.db,
        petition,
        context.supporter,
        hears=hears,
        language=context.language,
        now=context.now,
    )
    screen = await page(context, petition, changed=changed)
    return replace(screen, toast="toast/updates_on" if hears else "toast/updates_off")


async def choose_kind(context: Context, action: Hear) -> Screen:
    """One kind of updates switched; the same choice twice changes nothing."""
    petition, hears = context.petition(action.petition_id), action.do == "on"
    if action.kind not in KINDS_TO_HEAR:
        raise Gone
    if hears and not await email_updates.hears(context.db, petition, context.supporter):
        context.promise_to_write()
    if hears and await too_often(context):
        return replace(await page(context, petition), toast=TOO_OFTEN)
    await subscriptions.choose_kind(
        context.db, petition, context.supporter, action.kind, hears=hears, now=context.now
    )
    return replace(await page(context, petition), toast="toast/saved")


async def choose_quiet_hours(context: Context, action: QuietHours) -> Screen:
    """When the person wants no updates; the same choice twice changes nothing."""
    petition = context.petition(action.petition_id)
    if action.place >= len(QUIET_HOURS):
        raise Gone
    hours = QUIET_HOURS[action.place]
    await kept.choose_quiet_hours(context.db, context.supporter.id, hours)
    return replace(await page(context, petition), toast="toast/saved")


async def choose_others(context: Context, action: Others) -> Screen:
    """Hearing of other campaigns: the words that it means, yes to them, or no more of it."""
    petition = context.petition(action.petition_id)
    if action.do == "off":
        await subscriptions.hear_of_no_others(
            context.db, petition.id, context.supporter, now=context.now
        )
        return replace(await page(context, petition), toast="toast/saved")
    context.promise_to_write()
    if action.do == "ask":
        return await _ask_about_others(context, petition)
    if await too_often(context):
        return replace(await page(context, petition), toast=TOO_OFTEN)
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
    return replace(await page(context, petition), toast="toast/saved")


async def _ask_about_others(context: Context, petition: Petition) -> Screen:
    wording = petition.wording(CONSENT_OTHER, context.language)
    if wording is None:
        return await page(context, petition)
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


ROUTES = Routes(
    commands={
        "updates": Command(command),
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
