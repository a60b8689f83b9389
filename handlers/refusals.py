"""One table: which screen answers an error that a handler let pass.

The router rolls back what the handler did, and then shows the screen. What has to be kept (a wrong
code counted) is therefore returned by the handler, never raised.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from campaign.errors import ChangedSince, Settled
from handlers import dispatch
from handlers.context import (
    CannotWrite,
    Context,
    Gone,
    Left,
    NotAllowed,
    NotEditable,
    NotNamed,
    Stale,
)
from handlers.screens import Screen, Text
from handlers.staff.permissions import theirs_as
from handlers.supporter import email_updates
from handlers.supporter.fallback import command_in, unknown_command
from handlers.supporter.home import home
from handlers.supporter.signing.onward import follow_buttons


async def _not_allowed(context: Context) -> Screen:
    """To those who may not use it, a command of staff does not exist; a button leads home."""
    if context.event.tap is None:
        return await unknown_command(context)
    return await home(context)


async def _not_editable(_: Context) -> Screen:
    """It stays as it was, and how to change it."""
    return Screen(Text("unexpected/edited_elsewhere"))


async def _not_named(context: Context) -> Screen:
    """Which of their campaigns the command could be about."""
    slugs = [petition.campaign.slug for petition in await theirs_as(context, "viewer")]
    return Screen(Text("staff/which", {"command": command_in(context), "slugs": slugs}))


async def _cannot_write(context: Context) -> Screen:
    """That nobody can be told anything here later, and where they can."""
    petition = context.current_petition
    by_email = await email_updates.offer(context, petition) if petition else []
    onward = follow_buttons(context, petition) if petition else []
    said = Text("subscriptions/elsewhere", {"by_email": bool(by_email)})
    return Screen(said, [*by_email, *onward], fresh=True)


async def _old_question(context: Context) -> Screen:
    """The open question below the old one, which stays as it is."""
    return replace(await _stale(context), fresh=True)


async def _stale(context: Context) -> Screen:
    """Say that the button is old, and show where the person is."""
    return replace(await dispatch.present(context), toast="toast/stale")


TABLE: dict[type[Exception], Callable[[Context], Awaitable[Screen]]] = {
    CannotWrite: _cannot_write,
    Gone: home,
    Left: dispatch.leave,
    NotAllowed: _not_allowed,
    NotEditable: _not_editable,
    NotNamed: _not_named,
    Stale: _old_question,
    ChangedSince: _stale,
    Settled: _stale,
}


async def answer(error: Exception, context: Context) -> Screen:
    """The screen for an error of the table; every other error is a fault, and raised again."""
    for kind, screen in TABLE.items():
        if isinstance(error, kind):
            return await screen(context)
    raise error
