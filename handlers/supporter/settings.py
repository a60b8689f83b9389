"""/settings: where the person can be found, and taking a place away."""

from dataclasses import replace
from typing import Any, Literal

from campaign import own_addresses
from campaign.fields.emails import masked
from campaign.own_addresses import OnlyPlace, StaffsChat
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import Do, Updates
from handlers.supporter.erase import Forget
from handlers.supporter.own_email_page import OwnEmail
from handlers.supporter.sign_out import SignOut, sign_out_buttons
from handlers.supporter.sign_out import decide as decide_to_sign_out
from handlers.supporter.to_browser import browser_buttons
from storage import email_subscriptions
from storage.addresses import EMAIL, TELEGRAM, Address

MOST_SHOWN = 20


class Place(Action, prefix="place"):
    """Take one of one's addresses away, after a question."""

    address_id: int
    do: Literal["ask", "yes"]


BACK: Rows = [[Button("back", Do("settings"))]]


async def command(context: Context) -> Screen:
    """/settings: all places of the person's, and what can be done about each."""
    return replace(await _home(context), fresh=True)


async def _home(context: Context) -> Screen:
    found = (await own_addresses.of(context.db, context.supporter))[-MOST_SHOWN:]
    written_to = await email_subscriptions.written_to(context.db, context.supporter.id)
    shown = [
        {
            **_shown(context, one),
            "email": masked(one.value) if one.channel == EMAIL else "",
            "is_written_to": written_to is not None and one.id == written_to.id,
            "is_lost": not one.reachable
            if one.channel == EMAIL
            else not context.supporter.reachable,
        }
        for one in found
    ]
    take_away = [
        [Button("take_away", Place(one.id, "ask"), variables=place)]
        for one, place in zip(found, shown, strict=True)
        if not _is_here(context, one)
    ]
    add = [Button("add_email", OwnEmail("ask"))] if context.services.emails_updates else []
    return Screen(
        Text("settings/home", {"places": shown, "here": any(one["is_here"] for one in shown)}),
        [
            [Button("choose_updates", Updates(0, "show"))],
            *([add] if add else []),
            *take_away,
            *browser_buttons(context),
            *sign_out_buttons(context),
        ],
    )


def _shown(context: Context, address: Address) -> dict[str, Any]:
    """What is said of a place: its kind, and since or until when."""
    petition = context.current_petition or (context.petitions[-1] if context.petitions else None)
    at = address.last_heard_at or address.created_at
    return {
        "kind": address.channel,
        "is_here": _is_here(context, address),
        "on": (at.astimezone(petition.zone) if petition else at).date(),
    }


def _is_here(context: Context, address: Address) -> bool:
    here = context.event.address
    return (address.channel, address.value) == (here.channel, here.value)


async def decide(context: Context, action: Place) -> Screen:
    """The question what ends, and the answer to it."""
    address = await own_addresses.find(context.db, context.supporter, action.address_id)
    if address is None:
        return replace(await _home(context), toast="toast/done_already")
    if _is_here(context, address):
        if context.can.sessions:
            return await decide_to_sign_out(context, SignOut("ask"))
        return _only(address)
    try:
        return await (_take_away if action.do == "yes" else _ask)(context, address)
    except OnlyPlace:
        return _only(address)
    except StaffsChat:
        return Screen(Text("settings/staff"), BACK)


async def _ask(context: Context, address: Address) -> Screen:
    ends = await own_addresses.what_ends(context.db, context.supporter, address)
    titles = [
        one.texts(context.language).title for one in context.petitions if one.id in ends.campaigns
    ]
    variables = {
        **_shown(context, address),
        "email": address.value if address.channel == EMAIL else "",
        "titles": titles,
        "is_last": ends.is_last,
    }
    return Screen(
        Text("settings/take_away", variables),
        [[Button("take_away_yes", Place(address.id, "yes"))], *BACK],
    )


async def _take_away(context: Context, address: Address) -> Screen:
    await own_addresses.take_away(context.db, context.supporter, address, now=context.now)
    if address.channel == TELEGRAM:
        context.supporter = replace(context.supporter, reachable=False)
    done = Text("settings/gone", {"kind": address.channel})
    return replace(await _home(context), above=done)


def _only(address: Address) -> Screen:
    """It cannot be taken away, and what can be done instead."""
    forget = [Button("forget_me", Forget(0, "ask"))]
    return Screen(Text("settings/only", {"kind": address.channel}), [forget, *BACK])


ROUTES = Routes(commands={"settings": Command(command)}, actions={Place: decide})
