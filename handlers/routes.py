"""The commands and buttons of one feature."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.actions import Action
from handlers.context import Handler
from handlers.screens import Screen

ActionHandler = Callable[[Any, Any], Awaitable[Screen]]
"""Answers a tap: called with the context and the action, of the type it is listed under."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command, such as /stopall.

    Attributes:
        least: the lowest staff role that may use it; None: everybody.
        over_all: the role has to be over all campaigns, not over one.
        needs_email: whether it is of use only where updates go by email, too.
        in_menu: whether Telegram's menu lists it, described by `commands/<name>` in messages/.
        aliases: older names, which go on working and are listed nowhere.
    """

    handler: Handler
    least: str | None = None
    over_all: bool = False
    needs_email: bool = False
    in_menu: bool = True
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Routes:
    """The commands and buttons of one feature; each feature's file ends with its own."""

    commands: Mapping[str, Command] = field(default_factory=dict)
    actions: Mapping[type[Action], ActionHandler] = field(default_factory=dict)
