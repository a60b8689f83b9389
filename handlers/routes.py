"""Which update leads where: one ordered table, read from top to bottom."""

import re
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

import telegram
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from handlers import group, inline, mishap, reachable, where
from handlers.house import House
from handlers.staff import (
    blocking,
    bursts,
    doubles,
    funnel,
    members,
    offline,
    quarantine,
    sources,
)
from handlers.staff.updates import afterwards, compose, report, sending, steering
from handlers.supporter import (
    arriving,
    confirm,
    friends,
    language,
    pages,
    sign,
    start,
    unexpected,
    updates,
    withdraw,
)
from handlers.turning_away import comes_in
from handlers.visit import Act, attend

COMMANDS: dict[str, Act] = {
    "start": arriving.start,
    "sign": sign.command,
    "share": pages.share_command,
    "friends": pages.friends_command,
    "updates": updates.command,
    "settings": updates.command,
    "stop": updates.stop,
    "withdraw": withdraw.command,
    "privacy": pages.privacy,
    "language": language.command,
    "help": pages.help_,
    "cancel": where.cancel,
    "offline": offline.command,
    "source": sources.command,
    "funnel": funnel.command,
    "update": compose.command,
    "staff": members.command,
    "quarantine": quarantine.command,
    "doubles": doubles.command,
    "block": blocking.command,
    "stopall": steering.stop_all,
}
"""Commands that stand in Telegram's menu are those with a text in messages/<language>/commands/."""

BUTTONS: list[tuple[str, Act]] = [
    (r"form:(\d{1,9}):(\w+)(?::(\w+))?", sign.tapped),
    (r"page:(\w+):(\d+)(?::(\d+))?", pages.open_page),
    (r"sign:(\d+)", sign.begin),
    (r"change:(\d+)", sign.amend),
    (r"code:(\d{1,18}):(again|address)", confirm.tapped),
    (r"withdraw:(\d+):(ask|yes)", withdraw.tapped),
    (r"updates:(\d+):(on|off)", updates.tapped),
    (r"language:([\w-]+)", language.tapped),
    (r"mine:(\d+):(name|list|thanks):(on|off)", friends.choose),
    (r"staff:(\w+):(\d+)", funnel.tapped),
    (r"upd:new:(\d+):(\w+)", compose.begin),
    (rf"upd:(\d{{1,18}}):(\d{{1,9}}):({'|'.join(compose.ACTS)})(?::([\w-]+))?", compose.tapped),
    (r"approve:(\d{1,18}):(\d{1,9}):(yes|no)", sending.approved),
    (r"steer:(\d{1,18}):(pause|resume|edit|cancel)", steering.steered),
    (r"after:(\d{1,18}):(correct|retract)(?::(yes))?", afterwards.tapped),
    (r"report:(\d{1,18})", report.again),
    (r"crew:(\w+)(?::(\d{1,18}))?(?::(\w+))?", members.tapped),
    (r"join:([\w-]{0,32})", members.join),
    (r"quar:(\w{1,16}):(\d{1,18})(?::(\w{1,16}))?", quarantine.tapped),
    (r"double:(\d{1,18}):(\d{1,18}):(keep|drop)", doubles.tapped),
    (r"burst:(\d{1,18}):(look|mute)", bursts.tapped),
    (r"block:(\d{1,18}):(\d{1,12}):(ask|yes|no)", blocking.tapped),
    (r"hear:(\d+):(\w+):(on|off)", updates.choose_kind),
    (r"quiet:(\d+):(\d)", updates.choose_quiet_hours),
    (r"update:(\d{1,18}):(sign|share|kind|stop)", updates.from_update),
    (r"[\s\S]*", start.stale),
]

MESSAGES: list[tuple[filters.BaseFilter, Act]] = [
    (filters.UpdateType.EDITED_MESSAGE, unexpected.edited),
    (filters.COMMAND, unexpected.unknown_command),
    (filters.TEXT, where.text),
    (filters.CONTACT, sign.contact),
    (filters.ALL & ~filters.StatusUpdate.ALL, where.other_kind),
]

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Callback = Callable[[telegram.Update, Context], Coroutine[Any, Any, None]]


def register(application: App, house: House) -> None:
    """Hang every conversation into the application."""
    private, in_group = filters.ChatType.PRIVATE, filters.ChatType.GROUPS
    new = filters.UpdateType.MESSAGE
    application.add_handler(ChatMemberHandler(_without_dialog(house, reachable.changed)))
    application.add_handler(InlineQueryHandler(_without_dialog(house, inline.answer)))
    application.add_handler(ChosenInlineResultHandler(_without_dialog(house, inline.chosen)))
    for name, act in COMMANDS.items():
        application.add_handler(
            CommandHandler(name, _dialog(house, act), filters=private & new, has_args=None)
        )
    for pattern, act in BUTTONS:
        application.add_handler(
            CallbackQueryHandler(_dialog(house, act), pattern=re.compile(rf"\A{pattern}\Z"))
        )
    for which, act in MESSAGES:
        application.add_handler(MessageHandler(private & which, _dialog(house, act)))
    briefly = _without_dialog(house, group.answer)
    mentioned = filters.Mention(f"@{house.bot_username}")
    application.add_handler(CommandHandler(list(COMMANDS), briefly, filters=in_group & new))
    application.add_handler(MessageHandler(in_group & new & mentioned, briefly))
    application.add_error_handler(partial(mishap.answer, house))


def _dialog(house: House, act: Act) -> Callback:
    async def handle(update: telegram.Update, context: Context) -> None:
        if await comes_in(house, update):
            await attend(house, update, act, where.present, _arguments(context))

    return handle


def _without_dialog(
    house: House, act: Callable[[House, telegram.Update], Awaitable[None]]
) -> Callback:
    async def handle(update: telegram.Update, context: Context) -> None:
        if act is reachable.changed or await comes_in(house, update):
            await act(house, update)

    return handle


def _arguments(context: Context) -> tuple[str, ...]:
    """What stands in a button's data, or behind a command."""
    if context.matches:
        return tuple(group or "" for group in context.matches[0].groups())
    return tuple(context.args or ())
