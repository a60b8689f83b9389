"""Which update leads where: one ordered table, read from top to bottom."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

import telegram
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from campaign.uploads import Upload
from handlers import dispatch, failures, group, inline, reachable, refusals
from handlers.actions import Action
from handlers.command_menu import MenuEntry
from handlers.context import Context, Handler, handle
from handlers.rate_limit import turn_away
from handlers.routes import ActionHandler, Command, Routes
from handlers.screens import Screen
from handlers.services import Services
from handlers.staff import (
    audit,
    blocks,
    bursts,
    comments,
    deadline,
    handin,
    invalidations,
    invitations,
    link_funnel,
    lookalikes,
    members,
    new_campaign,
    person,
    retention,
    source_links,
    version,
)
from handlers.staff.broadcasts import approval, compose, controls, corrections, report
from handlers.staff.content import files
from handlers.staff.content import menu as content_menu
from handlers.staff.desk import home as desk
from handlers.staff.inbox import answering, conversations
from handlers.staff.inbox import staff_group as inbox_group
from handlers.staff.paper import entries as paper_entries
from handlers.staff.paper import sheets, tables
from handlers.staff.stats import board
from handlers.staff.timeline import (
    decisions,
    thanks,
)
from handlers.staff.timeline import (
    form as timeline_form,
)
from handlers.staff.timeline import (
    menu as timeline_menu,
)
from handlers.staff.timeline import (
    overview as timeline_entries,
)
from handlers.supporter import (
    acts,
    calendar,
    erase,
    fallback,
    home,
    inbox,
    language,
    my_data,
    other_campaigns,
    pages,
    petitions,
    privacy,
    proof,
    referrals,
    reminders,
    start,
    subscriptions,
    timeline,
    update_buttons,
    withdraw,
)
from handlers.supporter import help as help_page
from handlers.supporter.next_steps import comment, offers
from handlers.supporter.next_steps import form as next_steps_form
from handlers.supporter.signing import email_code
from handlers.supporter.signing import form as signing_form

FEATURES: tuple[Routes, ...] = (
    start.ROUTES,
    signing_form.ROUTES,
    email_code.ROUTES,
    petitions.ROUTES,
    pages.ROUTES,
    timeline.ROUTES,
    calendar.ROUTES,
    referrals.ROUTES,
    offers.ROUTES,
    next_steps_form.ROUTES,
    comment.ROUTES,
    inbox.ROUTES,
    reminders.ROUTES,
    subscriptions.ROUTES,
    other_campaigns.ROUTES,
    update_buttons.ROUTES,
    withdraw.ROUTES,
    proof.ROUTES,
    privacy.ROUTES,
    my_data.ROUTES,
    erase.ROUTES,
    language.ROUTES,
    help_page.ROUTES,
    acts.ROUTES,
    dispatch.ROUTES,
    desk.ROUTES,
    compose.ROUTES,
    approval.ROUTES,
    corrections.ROUTES,
    report.ROUTES,
    controls.ROUTES,
    timeline_menu.ROUTES,
    timeline_entries.ROUTES,
    timeline_form.ROUTES,
    decisions.ROUTES,
    thanks.ROUTES,
    content_menu.ROUTES,
    deadline.ROUTES,
    board.ROUTES,
    link_funnel.ROUTES,
    conversations.ROUTES,
    answering.ROUTES,
    inbox_group.ROUTES,
    comments.ROUTES,
    source_links.ROUTES,
    paper_entries.ROUTES,
    sheets.ROUTES,
    tables.ROUTES,
    handin.ROUTES,
    members.ROUTES,
    invitations.ROUTES,
    audit.ROUTES,
    invalidations.ROUTES,
    lookalikes.ROUTES,
    blocks.ROUTES,
    bursts.ROUTES,
    person.ROUTES,
    retention.ROUTES,
    version.ROUTES,
    new_campaign.ROUTES,
)

MESSAGES: list[tuple[filters.BaseFilter, Handler]] = [
    (filters.UpdateType.EDITED_MESSAGE, dispatch.edited),
    (filters.COMMAND, fallback.unknown_command),
    (filters.TEXT, dispatch.text),
    (filters.CONTACT, signing_form.contact),
    (filters.ALL & ~filters.StatusUpdate.ALL, dispatch.other_kind),
]

App = Application[Any, Any, Any, Any, Any, Any]
PtbContext = CallbackContext[Any, Any, Any, Any]
Callback = Callable[[telegram.Update, PtbContext], Coroutine[Any, Any, None]]


LIMITS_GROUP = -1000
"""The group of handlers that sees every update first, whatever its kind, and may end it."""


def _named() -> dict[str, Command]:
    return {name: command for one in FEATURES for name, command in one.commands.items()}


def commands() -> dict[str, Command]:
    """Every command by its name and by its older names."""
    return {
        each: command for name, command in _named().items() for each in (name, *command.aliases)
    }


def menu() -> tuple[MenuEntry, ...]:
    """The commands that are listed, in the order of the features."""
    return tuple(
        MenuEntry(name, command.least, command.over_all, command.aliases)
        for name, command in _named().items()
        if command.in_menu
    )


def patterns() -> list[str]:
    """What the data of every button looks like, as regular expressions."""
    return [action.pattern().pattern for feature in FEATURES for action in feature.actions]


def route(data: str) -> Handler:
    """Who answers a tap with this callback data; a button that is not ours any more leads home."""
    for action, handler in _BY_FIRST_WORD.get(data.partition(":")[0], ()):
        if (meant := action.parse(data)) is not None:
            return partial(_do, handler, meant)
    return home.stale


async def _do(handler: ActionHandler, action: Action, context: Context) -> Screen:
    return await handler(context, action)


def _by_first_word() -> dict[str, list[tuple[type[Action], ActionHandler]]]:
    found: dict[str, list[tuple[type[Action], ActionHandler]]] = {}
    for feature in FEATURES:
        for action, handler in feature.actions.items():
            found.setdefault(action.prefix.partition(":")[0], []).append((action, handler))
    return found


_BY_FIRST_WORD = _by_first_word()


def register(application: App, services: Services) -> None:
    """Hang every conversation into the application, behind the flood limits."""
    services.menu = menu()
    application.add_handler(
        TypeHandler(telegram.Update, _without_dialog(services, turn_away), block=True),
        group=LIMITS_GROUP,
    )
    private, in_group = filters.ChatType.PRIVATE, filters.ChatType.GROUPS
    new = filters.UpdateType.MESSAGE
    application.add_handler(ChatMemberHandler(_without_dialog(services, reachable.changed)))
    application.add_handler(InlineQueryHandler(_without_dialog(services, inline.answer)))
    application.add_handler(ChosenInlineResultHandler(_without_dialog(services, inline.chosen)))
    for name, command in commands().items():
        callback = _dialog(services, command.handler)
        application.add_handler(
            CommandHandler(name, callback, filters=private & new, has_args=None)
        )
    staffs_tap = _without_dialog(services, inbox_group.tapped)
    application.add_handler(_Where(inbox_group.is_tap, staffs_tap))
    application.add_handler(CallbackQueryHandler(_tap(services)))
    campaign_file = private & new & filters.Document.FileExtension("toml")
    application.add_handler(
        MessageHandler(campaign_file, _with_file(services, dispatch.other_kind))
    )
    for which, act in MESSAGES:
        application.add_handler(MessageHandler(private & which, _dialog(services, act)))
    briefly = _without_dialog(services, group.answer)
    link = _with_args(services, inbox_group.linked)
    application.add_handler(CommandHandler("inbox", link, filters=in_group & new))
    staffs_reply = _without_dialog(services, inbox_group.reply)
    application.add_handler(_Where(inbox_group.is_reply, staffs_reply))
    grown = in_group & filters.StatusUpdate.MIGRATE
    application.add_handler(MessageHandler(grown, _without_dialog(services, inbox_group.moved)))
    mentioned = filters.Mention(f"@{services.bot_username}")
    application.add_handler(CommandHandler(list(commands()), briefly, filters=in_group & new))
    application.add_handler(MessageHandler(in_group & new & mentioned, briefly))
    application.add_error_handler(partial(_end, services))


async def _end(services: Services, update: object, context: PtbContext) -> None:
    """Answer an update that failed, and end it: nothing may go on past limits that broke.

    Raises:
        telegram.ext.ApplicationHandlerStop: always.
    """
    await failures.answer(services, update, context)
    raise ApplicationHandlerStop


def _dialog(services: Services, handler: Handler) -> Callback:
    async def callback(update: telegram.Update, context: PtbContext) -> None:
        await _handle(services, update, handler, args=tuple(context.args or ()))

    return callback


def _tap(services: Services) -> Callback:
    async def callback(update: telegram.Update, _: PtbContext) -> None:
        query = update.callback_query
        if query is not None:
            await _handle(services, update, route(query.data or ""))

    return callback


async def _handle(
    services: Services,
    update: telegram.Update,
    handler: Handler,
    *,
    args: tuple[str, ...] = (),
    attachment: Upload | None = None,
) -> None:
    await handle(
        services,
        update,
        handler,
        present=dispatch.present,
        refused=refusals.answer,
        args=args,
        attachment=attachment,
    )


def _with_file(services: Services, act: Handler) -> Callback:
    """The file is fetched beforehand: the transaction does not wait for the network."""

    async def callback(update: telegram.Update, context: PtbContext) -> None:
        attachment = await files.fetch(services, update)
        await _handle(services, update, act, attachment=attachment)

    return callback


class _Where(TypeHandler[telegram.Update, PtbContext, None]):
    """Takes the updates that a condition holds for."""

    def __init__(self, condition: Callable[[telegram.Update], bool], callback: Callback) -> None:
        super().__init__(telegram.Update, callback)
        self._condition = condition

    def check_update(self, update: object) -> bool:
        return isinstance(update, telegram.Update) and self._condition(update)


def _with_args(
    services: Services,
    act: Callable[[Services, telegram.Update, tuple[str, ...]], Awaitable[None]],
) -> Callback:
    async def callback(update: telegram.Update, context: PtbContext) -> None:
        await act(services, update, tuple(context.args or ()))

    return callback


def _without_dialog(
    services: Services, act: Callable[[Services, telegram.Update], Awaitable[None]]
) -> Callback:
    async def callback(update: telegram.Update, context: PtbContext) -> None:
        await act(services, update)

    return callback
