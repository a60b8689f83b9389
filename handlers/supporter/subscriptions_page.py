"""What a person hears of a petition, and what they can change about it."""

from typing import Literal

from campaign import email_updates, subscriptions
from campaign.broadcasts.states import KINDS_OF_A_CAMPAIGN
from campaign.petition import CONSENT_OTHER, Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import ByEmail, Hear, Page, Updates
from handlers.supporter.concerned import concerned
from handlers.supporter.email_updates import offer
from handlers.supporter.to_browser import browser_buttons
from storage import signatures
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


async def page(context: Context, petition: Petition, *, changed: bool = False) -> Screen:
    """What the person hears of a petition, and what they can change about it.

    Args:
        changed: they have just switched it on or off.
    """
    hears = await subscriptions.hears_updates(context.db, petition, context.supporter)
    emailed = await email_updates.hears(context.db, petition, context.supporter)
    by_email = await _email_buttons(context, petition, emailed=emailed)
    heard = hears or emailed
    switch: Rows = []
    if hears:
        switch = [[Button("updates_off", Updates(petition.id, "off"))]]
    elif context.can.writes_first or not heard:
        switch = [[Button("updates_on", Updates(petition.id, "on"))]]
    kinds = await _kinds(context, petition) if heard else []
    others = await _others(context, petition)
    home = [Button("home", Page("home", petition.id))]
    if len(context.petitions) > 1 and len(await concerned(context)) > 1:
        home.append(Button("updates_which", Updates(0, "show")))
    return Screen(
        await _said(context, petition, by_email, hears=hears, emailed=emailed, changed=changed),
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


async def _email_buttons(context: Context, petition: Petition, *, emailed: bool) -> Rows:
    if emailed:
        return [[Button("stop_emails", ByEmail(petition.id, "off"))]]
    return await offer(context, petition)


async def _said(
    context: Context,
    petition: Petition,
    by_email: Rows,
    *,
    hears: bool,
    emailed: bool,
    changed: bool,
) -> Text:
    variables = {"campaign": await context.view(petition), "changed": changed}
    email = await email_updates.address_of(context.db, context.supporter) if emailed else None
    if hears:
        return Text("subscriptions/on", {**variables, "email": email})
    if emailed:
        return Text("subscriptions/by_email", {"campaign": variables["campaign"], "email": email})
    live = await signatures.live_of(context.db, context.supporter.id)
    signed = any(one.campaign_id == petition.id for one in live)
    instead = bool(by_email) and not context.can.writes_first
    return Text("subscriptions/off", {**variables, "signed": signed, "by_email": instead})


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
