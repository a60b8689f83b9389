"""An exception as the log tells it: its kind and place; its words only if they quote nobody.

What an exception says may quote a person (`invalid literal for int(): 'Ada'`, `KeyError: 'SW1A'`,
a refusal of Telegram's with the text that it refuses). The lines of code are ours and stay.
"""

import re
import traceback
from collections.abc import Iterator

LEFT_OUT = "[its words are left out: they may quote somebody]"

_OF_PYTHON = (OSError, ImportError, NameError, AttributeError, MemoryError, RecursionError)
_OF_OURS = ("storage.errors", "bot.config.problems", "bot.transport", "bot.intake")
_OF_TELEGRAM = "telegram.error"
_QUOTES = re.compile(r'[:"“<].*', re.DOTALL)


def told(fault: BaseException) -> str:
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
    """What it says, if that can be nobody's name: "Can't parse entities: …" as far as the colon."""
    module = type(fault).__module__
    if module == _OF_TELEGRAM:
        return _QUOTES.sub("", str(fault)) or LEFT_OUT
    if not (isinstance(fault, _OF_PYTHON) or module in _OF_OURS):
        return LEFT_OUT
    return str(fault)
