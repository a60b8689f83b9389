"""The menu of commands that staff see in their own chat with the bot: what their role lets them do.

https://core.telegram.org/bots/api#determining-list-of-commands
"""

from typing import Any

import structlog
from telegram import BotCommand, BotCommandScopeChat
from telegram.error import TelegramError
from telegram.ext import ExtBot

from campaign.staff import may
from channels.telegram.profile import MENU
from handlers.services import Services
from storage import staff
from storage.errors import DatabaseUnavailable
from storage.staff import Member

log = structlog.get_logger()

OF_STAFF = {
    "update": "editor",
    "event": "editor",
    "content": "editor",
    "stats": "viewer",
    "funnel": "viewer",
    "comments": "editor",
    "source": "editor",
    "offline": "editor",
    "handin": "owner",
    "staff": "owner",
    "audit": "owner",
    "quarantine": "owner",
    "doubles": "owner",
    "block": "owner",
    "stopall": "owner",
}
"""The staff's commands, each with the role it takes."""

OVER_ALL = frozenset({"stopall"})
"""Those that take the role over all campaigns, not over one."""

Menu = tuple[frozenset[str], str]
"""The staff's commands that somebody may use, and the language."""


async def run_menus(services: Services, bot: ExtBot[Any]) -> None:
    """Set the menus of all staff whenever somebody has joined, left or changed; never returns."""
    shown: dict[int, Menu] = {}
    while True:
        await services.staff_changed.wait()
        services.staff_changed.clear()
        try:
            wanted = await _wanted(services)
        except DatabaseUnavailable:
            continue
        for telegram_id in shown.keys() - wanted.keys():
            if await _done(bot.delete_my_commands, scope=BotCommandScopeChat(telegram_id)):
                del shown[telegram_id]
        for telegram_id, menu in wanted.items():
            scope = BotCommandScopeChat(telegram_id)
            if shown.get(telegram_id) != menu and await _done(
                bot.set_my_commands, commands(services, *menu), scope=scope
            ):
                shown[telegram_id] = menu


def commands(services: Services, allowed: frozenset[str], language: str) -> list[BotCommand]:
    """The staff's commands that are allowed, and after them everybody's."""
    names = [name for name in OF_STAFF if name in allowed]
    return [
        BotCommand(name, services.renderer.text(f"commands/{name}", language))
        for name in (*names, *MENU)
    ]


async def _wanted(services: Services) -> dict[int, Menu]:
    async with services.database.reading() as db:
        members = await staff.all(db)
    found: dict[int, Menu] = {}
    for one in members:
        if one.first_name is not None:  # before that, there is no chat to have a menu
            before, _ = found.get(one.telegram_id, (frozenset[str](), ""))
            language = services.renderer.match(one.language, one.telegram_language)
            found[one.telegram_id] = (before | _allowed(one), language)
    return found


def _allowed(member: Member) -> frozenset[str]:
    return frozenset(
        name
        for name, least in OF_STAFF.items()
        if may(member.role, least) and (member.campaign_id is None or name not in OVER_ALL)
    )


async def _done(call: Any, *args: Any, **more: Any) -> bool:
    try:
        await call(*args, **more)
    except TelegramError as refused:
        log.warning("menu not set", reason=type(refused).__name__)
        return False
    return True
