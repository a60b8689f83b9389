"""What is typed to prove an email address: the address, and the code that went there."""

from dataclasses import replace

from campaign import own_email
from campaign.email_codes import (
    CodeError,
    NoCode,
    NothingPending,
    TooManyCodes,
    UsedUp,
    WrongCode,
)
from campaign.errors import Blocked
from campaign.own_email import Proved, TooManyAddresses
from handlers.context import NEW_ADDRESS, OWN_EMAIL, Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter import typed_email
from handlers.supporter.buttons import BeOne, Page
from handlers.supporter.fallback import kind_of
from handlers.supporter.inbox import is_idle
from handlers.supporter.own_email import next_question, present
from handlers.supporter.own_email_page import OwnEmail, code_asked, not_yet
from handlers.supporter.signing import email_code
from handlers.supporter.signing.code_page import minutes
from handlers.supporter.signing.work import want_work


async def address(context: Context) -> Screen:
    """A text where the address was asked for."""
    message = context.event.message
    email = await typed_email.read(context, (message.text if message else None) or "", present)
    if isinstance(email, Screen):
        return email
    await want_work(context)
    key, campaign_id = context.services.identity_key, context.dialog.campaign_id
    try:
        is_sent = await own_email.ask(
            context.db,
            context.supporter,
            email,
            campaign_id=campaign_id,
            asked_in=context.channel,
            key=key,
            now=context.now,
        )
    except TooManyCodes as many:
        return _ended(context, not_yet("too_many", left=minutes(many.wait)))
    except TooManyAddresses:
        return _ended(context, Screen(Text("own_email/enough", {"most": own_email.MOST})))
    except Blocked:
        return _ended(context, Screen(Text("own_email/blocked")))
    if not is_sent:
        context.leave(forget=context.dialog.flow)
        return await next_question(context, Text("own_email/yours"))
    context.after_commit = context.services.codes_wanted.set
    return _ended(context, code_asked(email))


async def other_kind(context: Context) -> Screen:
    """A photo, a sticker and so on where the address was asked for."""
    return replace(await present(context), above=Text(f"unexpected/{kind_of(context.event)}"))


async def code(context: Context, text: str) -> Screen | None:
    """A text that may be the code for an address, or for a signature; None if it is neither.

    Who waits for both types either; a wrong one is counted for both.
    """
    asked = context.dialog
    if asked.flow in (NEW_ADDRESS, OWN_EMAIL) and email_code.is_code(text):
        context.leave_address()  # the email came after all
        if (screen := await _code(context, text)) is not None:
            return screen
        context.dialog = asked
    if not is_idle(asked):
        return await email_code.typed(context, text)
    return await _code(context, text) or await email_code.typed_again(context, text)


async def _code(context: Context, text: str) -> Screen | None:
    typed = email_code.code_in(text)
    if typed is None:
        return await email_code.typed(context, text) or await _mistyped(context, text)
    try:
        proved = await own_email.confirm(
            context.db,
            context.supporter,
            typed,
            key=context.services.identity_key,
            now=context.now,
            typed_at=context.said_at,
        )
    except NothingPending:
        return await email_code.typed(context, text)
    except CodeError as error:
        return await email_code.typed(context, text) or _why_not(error)
    return await _proved(context, proved)


async def _mistyped(context: Context, text: str) -> Screen | None:
    """Too few or too many digits where a code is waited for; None for any other text."""
    if not email_code.is_mistyped(text):
        return None
    try:
        await own_email.waiting(context.db, context.supporter)
    except NothingPending:
        return None
    return not_yet("not_six")


def _why_not(error: CodeError) -> Screen:
    match error:
        case WrongCode(left=left):
            return not_yet("wrong", left=left)
        case UsedUp():
            return not_yet("used_up")
        case NoCode():
            return not_yet("too_old")
    raise error


async def _proved(context: Context, proved: Proved) -> Screen:
    """The address is theirs; whether they are one with whoever has proved it in another place comes
    first, if it may be so."""
    if proved.token is None and proved.taken:
        return await next_question(context, Text("own_email/proved", {"email": proved.email}))
    petition = context.current_petition
    home: Rows = [[Button("home", Page("home", petition.id))]] if petition else []
    if proved.token is None:
        return Screen(Text("email_updates/not", {"why": "of_another"}), home, fresh=True)
    no: Rows = [[Button("be_one_no", OwnEmail("go_on"))]] if proved.taken else home
    return Screen(
        Text("own_email/same", {"email": proved.email, "taken": proved.taken}),
        [[Button("be_one_by_email", BeOne(proved.token, "yes"))], *no],
        fresh=True,
    )


def _ended(context: Context, screen: Screen) -> Screen:
    """Nothing is asked for any more."""
    context.leave(forget=context.dialog.flow)
    return replace(screen, fresh=True)
