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
from channels.telegram import (
    campaign_files,
    failures,
    groups,
    inline,
    reachable,
    staff_groups,
)
from channels.telegram.broadcast_messages import BroadcastComposer
from channels.telegram.channel import TelegramChannel
from channels.telegram.events import event_of
from channels.telegram.flood_limits import turn_away
from handlers import dispatch, refusals
from handlers.context import Handler
from handlers.router import commands, menu, route
from handlers.services import Services
from handlers.supporter import fallback
from handlers.supporter.signing import form as signing_form
from handlers.unit_of_work import handle

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


def register(application: App, services: Services) -> None:
    """Hang every conversation into the application, behind the flood limits."""
    services.menu = menu(emails=services.emails_updates)
    services.composer = BroadcastComposer(services)
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
    staffs_tap = _without_dialog(services, staff_groups.tapped)
    application.add_handler(_Where(staff_groups.is_tap, staffs_tap))
    application.add_handler(CallbackQueryHandler(_tap(services)))
    campaign_file = private & new & filters.Document.FileExtension("toml")
    application.add_handler(
        MessageHandler(campaign_file, _with_file(services, dispatch.other_kind))
    )
    for which, act in MESSAGES:
        application.add_handler(MessageHandler(private & which, _dialog(services, act)))
    briefly = _without_dialog(services, groups.answer)
    link = _with_args(services, staff_groups.linked)
    application.add_handler(CommandHandler("inbox", link, filters=in_group & new))
    # Before replies: a secret question would be sent to somebody as an answer.
    application.add_handler(CommandHandler(list(commands()), briefly, filters=in_group & new))
    staffs_reply = _without_dialog(services, staff_groups.reply)
    application.add_handler(_Where(staff_groups.is_reply, staffs_reply))
    grown = in_group & filters.StatusUpdate.MIGRATE
    application.add_handler(MessageHandler(grown, _without_dialog(services, staff_groups.moved)))
    mentioned = filters.Mention(f"@{services.bot_username}")
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
        event_of(services, update),
        handler,
        channel=TelegramChannel(services, update),
        present=dispatch.present,
        refused=refusals.answer,
        args=args,
        attachment=attachment,
    )


def _with_file(services: Services, act: Handler) -> Callback:
    """The file is fetched beforehand: the transaction does not wait for the network."""

    async def callback(update: telegram.Update, context: PtbContext) -> None:
        attachment = await campaign_files.fetch(services, update)
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
