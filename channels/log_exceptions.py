"""An exception as the log tells it: its kind and place; its words only if they quote nobody.

What an exception says may quote a person (`invalid literal for int(): 'Ada'`, `KeyError: 'SW1A'`,
a refusal of Telegram's with the text that it refuses). The lines of code are ours and stay.
"""

import os
import traceback
from collections.abc import Iterator
from types import TracebackType

LEFT_OUT = "[its words are left out: they may quote somebody]"

_OF_OURS = (
    "storage.errors",
    "bot.config.problems",
    "channels.telegram.http_client",
    "channels.telegram",
)
_OF_TELEGRAM = "telegram.error"
_KNOWN_OF_TELEGRAM = (
    "Can't parse entities",
    "Timed out",
    "Invalid server response",
    "Flood control exceeded",
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
    "message text is empty",
    "message is too long",
    "message caption is too long",
    "chat not found",
    "user not found",
    "user is deactivated",
    "bot was blocked by the user",
    "bot was kicked",
    "bot can't initiate conversation",
    "not enough rights",
    "query is too old",
    "group chat was upgraded",
    "terminated by other getUpdates request",
    "can't use getUpdates method while webhook is active",
    "wrong file identifier",
    "wrong type of the web page content",
    "file is too big",
    "BUTTON_DATA_INVALID",
    "BUTTON_URL_INVALID",
    "PEER_ID_INVALID",
    "Too Many Requests",
    "Internal Server Error",
    "Service Unavailable",
    "Gateway Timeout",
    "Bad Gateway",
    "Unauthorized",
    "Not Found",
)
"""What of Telegram's words is told: these, and nothing that stands around them."""


def format_exception(fault: BaseException) -> str:
    """The traceback with what led to it, the cause first, as Python writes it."""
    return "".join(_chain(fault, set())).rstrip("\n")


def _chain(fault: BaseException, told_of: set[int]) -> Iterator[str]:
    told_of.add(id(fault))
    before, link = fault.__cause__, "\nThe above exception was the direct cause of this one:\n\n"
    if before is None and not fault.__suppress_context__:
        before, link = fault.__context__, "\nWhile the above exception was handled, this came:\n\n"
    if before is not None and id(before) not in told_of:
        yield from _chain(before, told_of)
        yield link
    if fault.__traceback__ is not None:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(fault.__traceback__)
    yield f"{_kind(fault)}: {_words(fault)}\n"
    if isinstance(fault, BaseExceptionGroup):
        for number, one in enumerate(fault.exceptions, 1):
            yield f"\nNo. {number} of {len(fault.exceptions)} in it:\n\n"
            yield from _chain(one, told_of)


def _kind(fault: BaseException) -> str:
    module, name = type(fault).__module__, type(fault).__qualname__
    return name if module == "builtins" else f"{module}.{name}"


def _words(fault: BaseException) -> str:
    """What it says, in words that were written by programmers alone."""
    kind = type(fault)
    if kind.__module__ == _OF_TELEGRAM:
        return said_by_telegram(fault) or LEFT_OUT
    if kind.__module__ in _OF_OURS:
        return str(fault)
    if isinstance(fault, OSError) and isinstance(fault.errno, int) and fault.errno > 0:
        return f"[Errno {fault.errno}] {os.strerror(fault.errno)}"
    if kind.__module__ == "builtins" and isinstance(fault, AttributeError | NameError):
        name = fault.name
        if name and _stands_in_code(name, fault.__traceback__):
            return f"{name} {LEFT_OUT}"
    return LEFT_OUT


def said_by_telegram(fault: BaseException) -> str:
    """The known phrase in a refusal; "" if there is none. An answer that was cut off is quoted as a
    whole by the library, with names in it."""
    text = str(fault).casefold()
    return next((known for known in _KNOWN_OF_TELEGRAM if known.casefold() in text), "")


def _stands_in_code(name: str, place: TracebackType | None) -> bool:
    """Whether a name was written by a programmer, not looked up for somebody."""
    while place is not None:
        if name in place.tb_frame.f_code.co_names:
            return True
        place = place.tb_next
    return False
