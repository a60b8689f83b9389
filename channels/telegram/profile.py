"""The bot's profile on Telegram: commands and descriptions in every language.

Each is a nicety: a Bot API server that lacks a method costs that one, never the start.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from channels.telegram.groups import FOR_EVERYBODY, FOR_ONESELF
from handlers.command_menu import for_everybody
from handlers.services import Services
from messages import Renderer

log = structlog.get_logger()


async def set_profile(bot: Bot, services: Services) -> None:
    """Set menu and descriptions, the default language's also as everybody's default."""
    for name, call in _calls(bot, services.renderer, for_everybody(services.menu)):
        try:
            await call()
        except TelegramError as refused:
            log.warning("nicety left out", method=name, reason=type(refused).__name__)


def _calls(
    bot: Bot, renderer: Renderer, listed: Sequence[str]
) -> Iterator[tuple[str, Callable[[], Awaitable[bool]]]]:
    default = renderer.match()
    tags = [(default, None), *((language.code, language.code) for language in renderer.languages)]
    for language, tag in tags:
        commands = [
            BotCommand(name, renderer.text(f"commands/{name}", language)) for name in listed
        ]
        in_groups = [
            BotCommand(FOR_EVERYBODY, renderer.text("group_commands/petition", language)),
            BotCommand(
                FOR_ONESELF,
                renderer.text("group_commands/sign", language),
                api_kwargs={"is_ephemeral": True},
            ),
        ]
        description = renderer.text("bot/description", language)
        short = renderer.text("bot/short_description", language)
        yield (
            "setMyCommands",
            partial(
                bot.set_my_commands,
                commands,
                scope=BotCommandScopeAllPrivateChats(),
                language_code=tag,
            ),
        )
        yield (
            "setMyCommands",
            partial(
                bot.set_my_commands,
                in_groups,
                scope=BotCommandScopeAllGroupChats(),
                language_code=tag,
            ),
        )
        yield (
            "setMyDescription",
            partial(bot.set_my_description, description, language_code=tag),
        )
        yield (
            "setMyShortDescription",
            partial(bot.set_my_short_description, short, language_code=tag),
        )
