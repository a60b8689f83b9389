"""/email: hear by email, too, or instead: an address, its code, and then the question."""

from dataclasses import replace

from campaign import email_updates, own_email
from campaign.email_codes import NothingPending, TooManyCodes
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter import email_updates as consent
from handlers.supporter.buttons import ByEmail, Page, Updates
from handlers.supporter.concerned import concerned
from handlers.supporter.home import MOST_TO_CHOOSE_FROM, home
from handlers.supporter.own_email_page import (
    OwnEmail,
    ask_address,
    code_asked,
    none_here,
    not_yet,
    question,
)
from handlers.supporter.signing.code_page import minutes
from handlers.supporter.signing.work import want_work
from storage import pending_addresses


async def command(context: Context) -> Screen:
    """/email: what is next: the code, the question of which petition, or the address."""
    if not context.services.emails_updates:
        return none_here(context)
    if not context.petitions:
        return await home(context)
    pending = await pending_addresses.of(context.db, context.supporter.id)
    if pending is not None:
        return code_asked(pending.email)
    if await _has_address(context):
        return await next_question(context)
    return ask_address(context)


async def decide(context: Context, action: OwnEmail) -> Screen:
    """Give another address, have the code sent again, leave it, or go on."""
    if not context.services.emails_updates:
        return none_here(context)
    if action.do == "ask":
        return ask_address(context)
    if action.do == "cancel":
        return await leave(context)
    if action.do == "go_on":
        return await next_question(context)
    await want_work(context)
    try:
        await own_email.ask_again(
            context.db, context.supporter, key=context.services.identity_key, now=context.now
        )
        pending = await own_email.waiting(context.db, context.supporter)
    except NothingPending:
        return replace(await command(context), toast="toast/stale")
    except TooManyCodes as many:
        return not_yet("too_many", left=minutes(many.wait))
    context.after_commit = context.services.codes_wanted.set
    return code_asked(pending.email)


async def present(_: Context) -> Screen:
    """The address is asked for."""
    return question()


async def leave(context: Context) -> Screen:
    """No address, then; one that has been typed is forgotten."""
    await pending_addresses.end(context.db, context.supporter.id)
    context.leave_address()
    petition = context.selected
    rows = [[Button("home", Page("home", petition.id))]] if petition else []
    return Screen(Text("own_email/left"), rows, fresh=True)


async def next_question(context: Context, note: Text | None = None) -> Screen:
    """Whether to be emailed about the petition there is, or about which of several; what is so,
    where all is answered.

    Args:
        note: what has just been done.
    """
    found = await concerned(context) or context.open_petitions
    heard = {
        one.id for one in found if await email_updates.hears(context.db, one, context.supporter)
    }
    another: Rows = [[Button("another_email", OwnEmail("ask"))]]
    if len(found) == 1 and not heard:
        asked = await consent.question(context, found[0])
        return replace(asked, above=note, buttons=[*asked.buttons, *another])
    if len(found) > 1:
        rows = [*_each(context, found, heard), *another]
        return Screen(Text("own_email/which"), rows, above=note, fresh=True)
    email = await email_updates.address_of(context.db, context.supporter)
    variables = {"email": email, "heard": bool(heard)}
    return Screen(Text("own_email/known", variables), another, above=note, fresh=True)


def _each(context: Context, petitions: list[Petition], heard: set[int]) -> Rows:
    """The petitions, each with whether the person is emailed about it."""
    return [
        [
            Button(
                "updates_of",
                _about(petition, heard),
                variables={
                    "title": petition.texts(context.language).title,
                    "on": petition.id in heard,
                },
            )
        ]
        for petition in petitions[:MOST_TO_CHOOSE_FROM]
    ]


def _about(petition: Petition, heard: set[int]) -> Action:
    if petition.id in heard:
        return Updates(petition.id, "show")
    return ByEmail(petition.id, "ask")


async def _has_address(context: Context) -> bool:
    """Whether one is known to be theirs: kept, or under a signature of theirs."""
    if await email_updates.address_of(context.db, context.supporter) is not None:
        return True
    for petition in await concerned(context):
        if await email_updates.proven_address(context.db, petition, context.supporter):
            return True
    return False


ROUTES = Routes(
    commands={"email": Command(command, needs_email=True)},
    actions={OwnEmail: decide},
)
