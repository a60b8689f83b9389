"""Screens: a text with buttons, described without rendering it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.actions import Action


@dataclass(frozen=True, slots=True)
class Text:
    """A template's name and its variables."""

    template: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a text; exactly one of data, url, inline and copy says what it does.

    Attributes:
        label: key in labels.toml.
        data: what a tap on it does.
        stays: the address opens another program, such as the one for emails, and nothing else goes.
        inline: lets the person choose a chat and puts the bot's name and these words there.
    """

    label: str
    data: Action | None = None
    url: str = ""
    stays: bool = False
    inline: str | None = None
    copy: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


Rows = Sequence[Sequence[Button]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call of the Bot API that lacks only the chat: a message that staff have written.

    Attributes:
        then: sent after it: an album takes no buttons, so they come with a message of their own.
    """

    method: str
    parameters: Mapping[str, Any]
    then: "Outgoing | None" = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file for the person, sent as a document."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Screen:
    """One answer.

    Attributes:
        body: the text; None for a toast alone.
        buttons: rows under the text.
        letters: messages sent before the body, as they are.
        files: documents sent after the body.
        above: a notice put in front of the body in the same message.
        toast: plain text over the chat, for a tap.
        picture: PNG or JPEG with the body as its caption.
        picture_key: names the picture, so that it is uploaded once.
        draw: makes a picture for this person alone, beside the event loop.
        picture_label: what stands for the picture where it is not seen: a key in labels.toml.
        picture_variables: of that label.
        in_place: a tap on a message with a picture changes picture and all.
        fresh: a new message even where a tap would change the old one.
        reply_keyboard: rows of a keyboard in place of the person's own; the first button of a row
            labelled "share_contact" hands over the phone number.
        puts_keyboard_away: removes such a keyboard.
    """

    body: Text | None = None
    buttons: Rows = ()
    letters: Sequence[Outgoing] = ()
    files: Sequence[Attachment] = ()
    above: Text | None = None
    toast: str = ""
    picture: bytes | None = None
    picture_key: str = ""
    draw: Callable[[], bytes] | None = None
    picture_label: str = "chat_picture"
    picture_variables: Mapping[str, Any] = field(default_factory=dict)
    in_place: bool = False
    fresh: bool = False
    reply_keyboard: Rows = ()
    puts_keyboard_away: bool = False
