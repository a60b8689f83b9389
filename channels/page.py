"""A screen as words and choices, before it is made to fit a channel."""

from dataclasses import dataclass
from html import escape

from handlers.button_styles import style_of
from handlers.screens import Button, Screen
from messages import Renderer


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person can choose under a message; one of data, url, copy, inline and says is set.

    Attributes:
        label: plain text on one line.
        data: callback data (`handlers.actions`).
        url: an address that it opens.
        stays: that opens another program, and the page stays.
        copy: words that it copies.
        inline: what it puts into another chat, behind the bot's name.
        says: what it says for the person, as if it was typed.
        gives_contact: whether it hands over the phone number.
        more: the part of the page that it turns to; None for every other choice.
        style: "primary", "success", "danger" or "".
    """

    label: str
    data: str = ""
    url: str = ""
    stays: bool = False
    copy: str = ""
    inline: str | None = None
    says: str = ""
    gives_contact: bool = False
    more: int | None = None
    style: str = ""

    @property
    def is_a_choice(self) -> bool:
        """Whether choosing it answers the bot; what opens or copies something does not."""
        return bool(self.data or self.says) or self.more is not None


@dataclass(frozen=True, slots=True)
class Page:
    """One message.

    Attributes:
        text: HTML of the small subset that the templates are written in; plain text once it is
            made to fit a channel without markup.
        rows: choices under it.
        has_picture: whether a picture stands above the text.
        menu: choices that are numbered in the text, from 1, where there are no buttons.
        more: the label of a choice that shows further choices, in the person's language.
    """

    text: str = ""
    rows: tuple[tuple[Choice, ...], ...] = ()
    has_picture: bool = False
    menu: tuple[Choice, ...] = ()
    more: str = "…"

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Everything that can be chosen, in order."""
        return tuple(choice for row in self.rows for choice in row) + self.menu


def page_of(renderer: Renderer, screen: Screen, language: str) -> Page:
    """The text of a screen and what stands under it, rendered in a language."""
    parts = [part for part in (screen.above, screen.body) if part is not None]
    text = "\n\n".join(renderer.html(part.template, language, **part.variables) for part in parts)
    typed = not screen.buttons
    rows = screen.buttons or screen.reply_keyboard
    return Page(
        text,
        tuple(tuple(_choice(renderer, one, language, typed=typed) for one in row) for row in rows),
        has_picture=bool(screen.picture or screen.draw),
        more=renderer.label("more", language),
    )


def _choice(renderer: Renderer, button: Button, language: str, *, typed: bool) -> Choice:
    label = renderer.label(button.label, language, **button.variables)
    if typed and button.data is None:
        contact = button.label == "share_contact"
        return Choice(label, says=label, gives_contact=contact)
    return Choice(
        label,
        data="" if button.data is None else str(button.data),
        url=button.url,
        stays=button.stays,
        copy=button.copy,
        inline=button.inline,
        style=style_of(button.label) or "",
    )


def escaped(text: str) -> str:
    """Plain text as part of a page's text."""
    return escape(text, quote=False)
