"""The menu of commands that staff see in their own chat with the bot: what their role lets them do.

https://core.telegram.org/bots/api#determining-list-of-commands
"""

from collections.abc import Sequence
from typing import Any

import structlog
from telegram import BotCommand, BotCommandScopeChat
from telegram.error import TelegramError
from telegram.ext import ExtBot

from handlers.command_menu import for_everybody, for_staff
from handlers.services import Services
from storage import staff
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

Menu = tuple[tuple[str, ...], str]
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


def commands(services: Services, allowed: Sequence[str], language: str) -> list[BotCommand]:
    """The staff's commands that are allowed, and after them everybody's."""
    return [
        BotCommand(name, services.renderer.text(f"commands/{name}", language))
        for name in (*allowed, *for_everybody(services.menu))
    ]


async def _wanted(services: Services) -> dict[int, Menu]:
    async with services.database.reading() as db:
        members = await staff.all(db)
    roles: dict[int, dict[int | None, str]] = {}
    languages: dict[int, str] = {}
    for one in members:
        if one.first_name is not None:  # before that, there is no chat to have a menu
            roles.setdefault(one.telegram_id, {})[one.campaign_id] = one.role
            languages[one.telegram_id] = services.renderer.match(
                one.language, one.telegram_language
            )
    return {
        telegram_id: (tuple(for_staff(services.menu, held)), languages[telegram_id])
        for telegram_id, held in roles.items()
    }


async def _done(call: Any, *args: Any, **more: Any) -> bool:
    try:
        await call(*args, **more)
    except TelegramError as refused:
        log.warning("menu not set", reason=type(refused).__name__)
        return False
    return True
