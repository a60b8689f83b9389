"""Read what was typed as the choice that it names. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from channels.page import Choice
from handlers.events import Event, Tap
from messages import Renderer

_LONGEST_NUMBER = 4


def read(event: Event, menu: Sequence[Choice], *, numbered: bool = True) -> Event:
    """The event as the tap that it stands for: "2" where 2 was offered, or the words of a choice.

    Everything else stays as it is.

    Args:
        menu: what was offered last, in order.
        numbered: whether it was offered with numbers.
    """
    message = event.new_message
    if message is None or message.text is None:
        return event
    chosen = _chosen(message.text.strip(), menu, numbered=numbered)
    if chosen is None:
        return event
    if chosen.data:
        return replace(event, message=None, tap=Tap(chosen.data))
    return replace(event, message=replace(message, text=chosen.says))


def _chosen(typed: str, menu: Sequence[Choice], *, numbered: bool) -> Choice | None:
    answers = [choice for choice in menu if choice.data or choice.says]
    digits = typed.removesuffix(".")
    if numbered and digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_NUMBER:
        place = int(digits)
        if 1 <= place <= len(menu) and menu[place - 1] in answers:
            return menu[place - 1]
    named = [choice for choice in answers if _says(typed, choice.label)]
    return named[0] if len(named) == 1 else None


def _says(typed: str, label: str) -> bool:
    return typed.casefold() == label.casefold() or Renderer.is_the_same(typed, label)
