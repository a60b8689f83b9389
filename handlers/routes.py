"""Which update leads where: one ordered table, read from top to bottom."""

import re
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

from handlers import group, inline, mishap, reachable, where
from handlers.house import House
from handlers.staff import (
    audit,
    blocking,
    bursts,
    comments,
    doubles,
    funnel,
    handin,
    keeping,
    members,
    offline,
    quarantine,
    sheets,
    sources,
    tables,
)
from handlers.staff.content import desk, files
from handlers.staff.stats import board
from handlers.staff.story import adding, asking, decided, listing, thanking
from handlers.staff.updates import afterwards, approval, compose, report, steering
from handlers.supporter import (
    arriving,
    calendar,
    confirm,
    forget,
    friends,
    language,
    own_data,
    pages,
    petitions,
    proof,
    reminders,
    sign,
    start,
    timeline,
    unexpected,
    updates,
    withdraw,
)
from handlers.supporter.steps import comment, offers, questions
from handlers.turning_away import turn_away
from handlers.visit import Act, attend

COMMANDS: dict[str, Act] = {
    "start": arriving.start,
    "sign": sign.command,
    "petitions": petitions.command,
    "share": pages.share_command,
    "friends": pages.friends_command,
    "news": pages.news_command,
    "timeline": pages.timeline_command,
    "updates": updates.command,
    "settings": updates.command,
    "stop": updates.stop,
    "withdraw": withdraw.command,
    "proof": proof.command,
    "privacy": pages.privacy,
    "mydata": own_data.command,
    "forget": forget.command,
    "language": language.command,
    "help": pages.help_,
    "cancel": where.cancel,
    "offline": offline.command,
    "handin": handin.command,
    "source": sources.command,
    "funnel": funnel.command,
    "stats": board.command,
    "comments": comments.command,
    "update": compose.command,
    "event": adding.command,
    "content": desk.command,
    "staff": members.command,
    "audit": audit.command,
    "quarantine": quarantine.command,
    "doubles": doubles.command,
    "block": blocking.command,
    "stopall": steering.stop_all,
}
"""Commands that stand in Telegram's menu are those with a text in messages/<language>/commands/."""

BUTTONS: list[tuple[str, Act]] = [
    (r"form:(\d{1,9}):(\w+)(?::(\w+))?", sign.tapped),
    (r"page:(\w+):(\d+)(?::(\d+))?", pages.open_page),
    (r"petitions:(open|signed):(\d{1,9})", petitions.tapped),
    (r"sign:(\d+)(?::(\d+))?", sign.begin),
    (r"change:(\d+)", sign.amend),
    (r"code:(\d{1,18}):(again|address)", confirm.tapped),
    (r"withdraw:(\d+):(ask|yes)", withdraw.tapped),
    (r"updates:(\d+):(on|off|show)", updates.tapped),
    (r"other:(\d+):(ask|on|off)(?::(\d{1,18}))?", updates.choose_others),
    (r"agree:(\d{1,18}):(\d{1,18})", updates.agree),
    (r"forget:(\d{1,9}):(ask|yes|no)", forget.tapped),
    (r"proof:(\d{1,18})", proof.tapped),
    (r"language:([\w-]+)", language.tapped),
    (r"remind:(\d{1,18}):(on|off):(news|story):(\d{1,4})", timeline.remind),
    (r"calendar:(\d{1,18})", calendar.tapped),
    (r"mine:(\d+):(name|list|thanks):(on|off)", friends.choose),
    (r"steps:(\d+):(next|list)", offers.tapped),
    (r"step:(\d+):(\w+):(do|skip|done)", offers.answered),
    (r"stepq:(\d{1,9}):(\w+)", questions.tapped),
    (r"quote:(\d+):(show|ask|delete)", comment.mine),
    (r"remind:(\d+):no", reminders.declined),
    (r"staff:(\w+):(\d+)", funnel.tapped),
    (r"stats:(\w{1,16}):(\d{1,18})(?::(table|on|off))?", board.tapped),
    (r"mornings:(\d{1,18}):off", board.stop_mornings),
    (r"comments:(\d+):(page|on|off):(\d{1,18})(?::(\d{1,18}))?", comments.tapped),
    (r"paper:(add|list|entry|undo|photo):(\d{1,18})(?::(yes))?", offline.tapped),
    (rf"sheet:(\d{{1,9}}):({'|'.join(sheets.ACTS)})", sheets.tapped),
    (r"table:(count|throw|columns|set|look):(\d{1,18})(?::([\w.]+))?", tables.tapped),
    (r"handin:(\d{1,18}):(\w+)(?::(yes))?", handin.tapped),
    (r"upd:new:(\d+):(\w+)", compose.begin),
    (rf"upd:(\d{{1,18}}):(\d{{1,9}}):({'|'.join(compose.ACTS)})(?::([\w-]+))?", compose.tapped),
    (r"event:new:(\d+):(\w+)", adding.new),
    (r"events:(\d+):(\d{1,4}|add)", adding.listed),
    (r"entry:(\d{1,18}):(edit)", adding.edit),
    (r"entry:(\d{1,18}):(see|tell|remove|off)(?::(yes))?", listing.tapped),
    (r"story:(\d{1,9}):(\w+)(?::(\w+))?", asking.tapped),
    (r"decided:(\d{1,18}):(announced|postponed|waiting)", decided.tapped),
    (r"thanks:(\d{1,18})", thanking.tapped),
    (r"edit:(\d{1,9}):(\d{1,9}):([a-z]+)(?::(\w+))?(?::(\d{1,3}))?", desk.chosen),
    (r"writing:(\d{1,9}):(keep|skip|live|anew|throw)", desk.tapped),
    (r"approve:(\d{1,18}):(\d{1,9}):(?:(\w{16}):)?(yes|no)", approval.answered),
    (r"steer:(\d{1,18}):(pause|resume|edit|cancel)", steering.steered),
    (r"after:(\d{1,18}):(correct|retract)(?::(yes))?", afterwards.tapped),
    (r"report:(\d{1,18})", report.again),
    (r"crew:(\w+)(?::(\d{1,18}))?(?::(\w+))?", members.tapped),
    (r"join:([\w-]{0,32})", members.join),
    (r"audit:(\d{1,18})", audit.tapped),
    (r"keep:(\d{1,18})(?::(\d))?(?::(\w+))?", keeping.tapped),
    (r"quar:(\w{1,16}):(\d{1,18})(?::(\w{1,16}))?", quarantine.tapped),
    (r"double:(\d{1,18}):(\d{1,18}):(keep|drop)", doubles.tapped),
    (r"burst:(\d{1,18}):(look|mute)", bursts.tapped),
    (r"block:(\d{1,18}):(\d{1,12}):(ask|yes|no|all|none)", blocking.tapped),
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


LIMITS_GROUP = -1000
"""The group of handlers that sees every update first, whatever its kind, and may end it."""


def register(application: App, house: House) -> None:
    """Hang every conversation into the application, behind the flood limits."""
    application.add_handler(
        TypeHandler(telegram.Update, _without_dialog(house, turn_away), block=True),
        group=LIMITS_GROUP,
    )
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
    campaign_file = private & new & filters.Document.FileExtension("toml")
    application.add_handler(MessageHandler(campaign_file, _with_file(house, where.other_kind)))
    for which, act in MESSAGES:
        application.add_handler(MessageHandler(private & which, _dialog(house, act)))
    briefly = _without_dialog(house, group.answer)
    mentioned = filters.Mention(f"@{house.bot_username}")
    application.add_handler(CommandHandler(list(COMMANDS), briefly, filters=in_group & new))
    application.add_handler(MessageHandler(in_group & new & mentioned, briefly))
    application.add_error_handler(partial(_end, house))


async def _end(house: House, update: object, context: Context) -> None:
    """Answer an update that failed, and end it: nothing may go on past limits that broke.

    Raises:
        telegram.ext.ApplicationHandlerStop: always.
    """
    await mishap.answer(house, update, context)
    raise ApplicationHandlerStop


def _dialog(house: House, act: Act) -> Callback:
    async def handle(update: telegram.Update, context: Context) -> None:
        await attend(house, update, act, where.present, _arguments(context))

    return handle


def _with_file(house: House, act: Act) -> Callback:
    """The file is fetched beforehand: the transaction does not wait for the network."""

    async def handle(update: telegram.Update, context: Context) -> None:
        attachment = await files.fetch(house, update)
        await attend(house, update, act, where.present, attachment=attachment)

    return handle


def _without_dialog(
    house: House, act: Callable[[House, telegram.Update], Awaitable[None]]
) -> Callback:
    async def handle(update: telegram.Update, context: Context) -> None:
        await act(house, update)

    return handle


def _arguments(context: Context) -> tuple[str, ...]:
    """What stands in a button's data, or behind a command."""
    if context.matches:
        return tuple(group or "" for group in context.matches[0].groups())
    return tuple(context.args or ())
