"""Signing out of a browser that others use, too; nothing of a signature changes."""

from dataclasses import replace
from typing import Literal

from campaign.signing_out import sign_out
from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.routes import Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.home import home
from handlers.supporter.signing.onward import follow_buttons


class SignOut(Action, prefix="signout"):
    """End the session that the person is in, after a question."""

    do: Literal["ask", "yes", "no"]


def sign_out_buttons(context: Context) -> Rows:
    """Sign out; nothing where there is no session to end."""
    return [[Button("sign_out", SignOut("ask"))]] if context.can.sessions else []


async def decide(context: Context, action: SignOut) -> Screen:
    """What it means, and then the end of it."""
    if not context.can.sessions:
        raise Gone
    if action.do == "no":
        return await home(context)
    if action.do == "ask":
        return _ask(context)
    key, address = context.services.identity_key, context.event.address
    if await sign_out(
        context.db,
        context.supporter,
        address.channel,
        address.value,
        now=context.now,
        identity_key=key,
    ):
        context.notified = True
        context.after_commit = context.services.erased.set
    context.dialog = replace(context.dialog, campaign_id=None, flow="", step="", answers={})
    return Screen(Text("sign_out/done"))


def _ask(context: Context) -> Screen:
    petition = context.current_petition
    return Screen(
        Text("sign_out/ask"),
        [
            [Button("sign_out_yes", SignOut("yes"))],
            *(follow_buttons(context, petition) if petition else []),
            [Button("sign_out_no", SignOut("no"))],
        ],
        fresh=True,
    )


ROUTES = Routes(actions={SignOut: decide})
