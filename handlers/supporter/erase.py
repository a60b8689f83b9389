"""/forget: erasing everything about the person, after one question that says what it means."""

from dataclasses import replace
from typing import Literal

from campaign import erasure
from campaign.errors import NotSigned
from campaign.signing.standing import signature_of
from handlers.actions import Action
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Screen, Text
from handlers.supporter.home import home
from storage import personal_data, staff


class Forget(Action, prefix="forget"):
    """Erase everything about me, after a question.

    Attributes:
        serial: the dialog's when it was asked.
    """

    serial: int
    do: Literal["ask", "yes", "no"]


async def command(context: Context) -> Screen:
    """/forget: what goes, what stays and why, and whether that is meant."""
    return replace(await _ask(context), fresh=True)


async def decide(context: Context, action: Forget) -> Screen:
    """The answer. A yes from long ago asks again; a second tap finds that all is done."""
    if action.do == "no":
        return await home(context)
    if action.do == "ask":
        return await _ask(context)
    me = context.supporter
    if not await personal_data.holds_more_than_the_chat(context.db, me.id, me.telegram_id):
        return await _erase_chat(context)
    return await (_erase if action.serial == context.dialog.serial else _ask)(context)


async def _ask(context: Context) -> Screen:
    if await staff.roles_of(context.db, context.supporter.telegram_id):
        return Screen(Text("erase/staff"), fresh=True)
    context.dialog = replace(context.dialog, serial=context.dialog.serial + 1)
    uncounted: list[str] = []
    counted: list[str] = []
    for petition in context.petitions:
        try:
            await signature_of(context.db, petition, context.supporter)
        except NotSigned:
            continue
        kept = petition.definition.keep_count_after_erasure
        (counted if kept else uncounted).append(petition.texts(context.language).title)
    serial = context.dialog.serial
    by_account = context.can.proves_person
    variables = {"uncounted": uncounted, "counted": counted, "by_account": by_account}
    return Screen(
        Text("erase/ask", variables),
        [
            [Button("forget_yes", Forget(serial, "yes"))],
            [Button("forget_no", Forget(serial, "no"))],
        ],
    )


async def _erase(context: Context) -> Screen:
    try:
        await erasure.erase(
            context.db,
            context.supporter,
            now=context.now,
            identity_key=context.services.identity_key,
        )
    except erasure.StillStaff:
        return Screen(Text("erase/staff"), fresh=True)
    context.notified = True
    context.dialog = replace(context.dialog, campaign_id=None, flow="", step="", answers={})
    context.after_commit = context.services.erased.set
    return Screen(_done(context))


async def _erase_chat(context: Context) -> Screen:
    """Of one who holds nothing, any yes is meant; it leaves no row, however often it is said."""
    if await erasure.erase_chat(context.db, context.supporter, now=context.now):
        context.after_commit = context.services.erased.set
        return Screen(_done(context))
    return Screen(_done(context), toast="toast/done_already")


def _done(context: Context) -> Text:
    return Text("erase/done", {"by_account": context.can.proves_person})


ROUTES = Routes(
    commands={"forget": Command(command, in_menu=False)},
    actions={Forget: decide},
)
