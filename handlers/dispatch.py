"""Where a person is in their conversation, whichever it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from campaign.inbox import WRITING
from handlers import heard
from handlers.context import (
    NEW_ADDRESS,
    OWN_EMAIL,
    PASSING,
    Context,
    Gone,
    Handler,
    Left,
    NotAllowed,
    NotEditable,
)
from handlers.context import SIGNING as SIGNING_FLOW
from handlers.heard import Heard
from handlers.routes import Command, Routes
from handlers.screens import Screen, Text
from handlers.staff import deadline, new_campaign
from handlers.staff.broadcasts import compose
from handlers.staff.broadcasts import state as broadcasts_state
from handlers.staff.content import menu
from handlers.staff.content.state import FLOW as CONTENT
from handlers.staff.desk import move
from handlers.staff.inbox import answering
from handlers.staff.paper import sheets, tables
from handlers.staff.paper.sheet_questions import FLOW as SHEET
from handlers.staff.timeline import form as timeline_form
from handlers.staff.timeline import state as timeline_state
from handlers.supporter import fallback, inbox, own_email, own_email_answers
from handlers.supporter.home import home
from handlers.supporter.next_steps import form as next_steps_form
from handlers.supporter.signing import edits as signing_edits
from handlers.supporter.signing import email_code
from handlers.supporter.signing import form as signing_form
from handlers.supporter.signing import state as signing_state


async def _not_editable(_: Context, __: Heard) -> Screen:
    raise NotEditable


@dataclass(frozen=True, slots=True)
class Flow:
    """What a conversation does with a text, with anything else that is sent, and with /cancel.

    Attributes:
        present: the screen of where the person is in it.
        edited: answers an edit of a message that was sent in this conversation.
    """

    present: Handler
    text: Handler
    other_kind: Handler
    put_aside: Handler
    edited: Callable[[Context, Heard], Awaitable[Screen]] = _not_editable


async def _no_step_takes_it(context: Context) -> Screen:
    """A photo, a sticker and so on where words were asked for."""
    return await next_steps_form.again(
        context, Text(f"unexpected/{fallback.kind_of(context.event)}")
    )


async def _not_to_pass_on(context: Context) -> Screen:
    """A photo, a sticker and so on from somebody who writes to the campaign."""
    note = Text(f"unexpected/{fallback.kind_of(context.event)}")
    screen = await inbox.other_kind(context, note)
    return screen if screen is not None else await fallback.other_kind(context)


NO_FLOW = Flow(
    signing_state.present,
    fallback.text,
    fallback.other_kind,
    signing_form.cancel,
    inbox.edited,
)
SIGNING = replace(NO_FLOW, edited=signing_edits.edited)
FLOWS = {
    SIGNING_FLOW: SIGNING,
    PASSING: Flow(
        next_steps_form.present,
        next_steps_form.typed,
        _no_step_takes_it,
        next_steps_form.cancel,
        next_steps_form.edited,
    ),
    broadcasts_state.FLOW: Flow(
        compose.present, compose.received, compose.received, compose.put_aside, compose.edited
    ),
    timeline_state.FLOW: Flow(
        timeline_form.present,
        timeline_form.received,
        timeline_form.received,
        timeline_form.put_aside,
        timeline_form.edited,
    ),
    SHEET: Flow(sheets.present, sheets.received, sheets.received, sheets.cancel, sheets.edited),
    NEW_ADDRESS: Flow(email_code.present, fallback.text, email_code.other_kind, email_code.leave),
    OWN_EMAIL: Flow(
        own_email.present,
        own_email_answers.address,
        own_email_answers.other_kind,
        own_email.leave,
    ),
    deadline.FLOW: Flow(
        deadline.present,
        deadline.written,
        deadline.other_kind,
        deadline.put_aside,
        deadline.edited,
    ),
    WRITING: Flow(inbox.present, fallback.text, _not_to_pass_on, inbox.put_aside, inbox.edited),
    answering.FLOW: Flow(
        answering.present,
        answering.written,
        answering.other_kind,
        answering.put_aside,
    ),
    move.FLOW: Flow(move.present, move.written, move.written, move.put_aside, move.edited),
    new_campaign.FLOW: Flow(
        new_campaign.present,
        new_campaign.written,
        new_campaign.written,
        new_campaign.put_aside,
        new_campaign.edited,
    ),
    CONTENT: Flow(menu.present, menu.written, menu.sent, menu.put_aside, menu.edited),
}

ALBUM = "album"
"""Under which a dialog remembers the last album."""

TAKE_FILES = (broadcasts_state.FLOW, timeline_state.FLOW, CONTENT)
"""Conversations in which a file is an answer, also one that looks like a table of signatures."""


async def present(context: Context) -> Screen:
    """The open question, the open draft, or the front door."""
    try:
        return await _talk(context).present(context)
    except Left:
        return await leave(context)


async def leave(context: Context) -> Screen:
    """Step out of what is gone, or theirs no longer, and forget it."""
    context.leave(forget=context.dialog.flow)
    return await home(context)


async def text(context: Context) -> Screen:
    """A text: of an update or of the campaign, a code, an answer, or chatter."""
    message = context.event.message
    written = (message.text if message else None) or ""
    for typed in (own_email_answers.code, answering.replied, inbox.typed):
        if (screen := await typed(context, written)) is not None:
            return screen
    return await _talk(context).text(context)


async def other_kind(context: Context) -> Screen:
    """A photo, a sticker and so on: of an update, a campaign file, a table, or out of place."""
    if context.dialog.flow not in TAKE_FILES and await tables.is_table(context):
        return await tables.received(context)
    if _is_of_album_told_of(context):
        return Screen()
    if (screen := await answering.replied_otherwise(context)) is not None:
        return screen
    return await _talk(context).other_kind(context)


def _is_of_album_told_of(context: Context) -> bool:
    """Whether the person has heard already that pictures like this one are not taken: each of an
    album comes as a message of its own."""
    message = context.event.message
    album = message.album if message else ""
    if not album or context.dialog.flow not in ("", WRITING, answering.FLOW):
        return False
    known = bool(context.dialog.answers.get(ALBUM, {}).get(ALBUM) == album)
    answers = {**context.dialog.answers, ALBUM: {ALBUM: album}}
    context.dialog = replace(context.dialog, answers=answers)
    return known


async def cancel(context: Context) -> Screen:
    """/cancel: stop what one is in the middle of; a draft is kept for later."""
    return await _talk(context).put_aside(context)


async def edited(context: Context) -> Screen:
    """An edit, if it changes anything that was said lately: told to the conversation that the
    message was for. Reactions, live locations and link previews come as edits, too."""
    message = context.event.edited_message
    known = heard.find(context.dialog.answers, message.id) if message else None
    if message is None or known is None:
        return Screen()
    if heard.digest_of(message.said, context.services.identity_key) in (None, known.digest):
        return Screen()
    try:
        return await FLOWS.get(known.flow, NO_FLOW).edited(context, known)
    except (Gone, Left, NotAllowed):  # of that conversation, which need not be the open one
        raise NotEditable from None


def _talk(context: Context) -> Flow:
    return FLOWS.get(context.dialog.flow, NO_FLOW)


ROUTES = Routes(commands={"cancel": Command(cancel)})
