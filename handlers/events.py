"""What people do, as every messaging app tells it: the channels turn their own types into these."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from campaign.broadcasts.content import Version

Kind = Literal["text", "sticker", "voice", "photo", "document", "location", "contact", "other"]
"""What a message mainly is; a video is a photo, a voice or music is a voice."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person can be found in a channel.

    Attributes:
        channel: "telegram", "web".
        value: what the channel calls them: an account's number, the hash of a session.
    """

    channel: str
    value: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.value}"


@dataclass(frozen=True, slots=True)
class Person:
    """Who did it, as the channel knows them.

    Attributes:
        account: the number the person has in `supporters.telegram_id`.
        first_name: "" where the channel knows none.
        full_name: as they call themselves there; "" likewise.
        language: of their app or browser, an IETF tag.
    """

    account: int
    first_name: str = ""
    full_name: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was sent, not fetched.

    Attributes:
        id: the channel's name for it.
        name, mime_type: as the sender gave them; "" where they did not.
        size: in bytes; 0 where it is not known.
    """

    id: str
    name: str = ""
    mime_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone number that was handed over.

    Attributes:
        owner: the account whose number it is; None if the channel does not know.
    """

    phone_number: str
    owner: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says, comparable: its words, how they are formatted, its files."""

    words: str
    formatting: tuple[tuple[str, int, int, str | None], ...] = ()
    files: tuple[str, ...] = ()


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a person.

    Attributes:
        id: the channel's number for it in this person's chat.
        sent_at: UTC, as the channel dates it.
        text: the words; None where it is no text.
        caption: the words under a picture or file; "" if there are none.
        album: names the album it is part of; "" if it is in none.
        photo: the channel's name of the picture in its largest size; "" if it is none.
        is_forwarded: whether somebody else has written it.
        replies_to: the callback data of the buttons under the bot's own message it replies to.
        said: to tell whether an edit has changed anything; None where it says nothing.
        version: reads it as an update, with its formatting; gives None for what cannot be sent on.
    """

    id: int
    sent_at: datetime
    kind: Kind = "text"
    text: str | None = None
    caption: str = ""
    album: str = ""
    photo: str = ""
    document: Document | None = None
    contact: Contact | None = None
    is_forwarded: bool = False
    replies_to: tuple[str, ...] = ()
    said: Said | None = None
    version: Callable[[], Version | None] = _nothing


@dataclass(frozen=True, slots=True)
class Tap:
    """A button that was tapped.

    Attributes:
        data: what is behind it (`handlers.actions`); hostile.
        message_id: the message it stands under; None where the channel does not say.
    """

    data: str
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat in which something was done.

    Attributes:
        id: the channel's number for it.
        has_topics: whether it is divided into topics.
    """

    id: int
    has_topics: bool = False


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do, as data: nobody asks for its name.

    Attributes:
        buttons: how many may stand under a message; 0 where there are none.
        rows: how many rows of them.
        label: characters of a button.
        text: characters of a message.
        caption: characters under a picture.
        markup: what the words of a message are written in.
        edits: whether a message can be changed after it was sent.
        toasts: whether a tap can be answered with a word over the chat.
        files: whether files can be sent and received.
        link_buttons: whether a button can open an address.
        inline: whether a button can put a card into another chat.
        copies: whether a button can copy words.
        shares: whether a button can open the system's own share sheet.
        contact_request: whether a button can hand over the phone number.
        any_address: whether link buttons open mailto: and sms:, too.
        proves_person: whether the channel answers for one account being one person; if not, a
            signature counts only once its email address is confirmed.
        sessions: whether a person is known by a session, which they can end.
        writes_first: whether a person can be written to who is not in the conversation now.
        staff: whether staff can work in it: albums, edits in place, files.
    """

    buttons: int = 100
    rows: int = 100
    label: int = 64
    text: int = 4096
    caption: int = 1024
    markup: Literal["telegram", "html", "plain"] = "telegram"
    edits: bool = True
    toasts: bool = True
    files: bool = True
    link_buttons: bool = True
    inline: bool = True
    copies: bool = True
    shares: bool = False
    contact_request: bool = True
    any_address: bool = False
    proves_person: bool = True
    sessions: bool = False
    writes_first: bool = True
    staff: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a person did: a message, an edit of one, or a tap.

    Attributes:
        number: the same when it is delivered again; of one channel, later ones are higher.
        group: None in the chat with the person alone.
        can: what the channel it came by can do.
        has_worked: whether the person's device has shown, for this act, that it has worked or
            waited for it; see handlers/supporter/signing/work.py.
    """

    number: int
    address: Address
    person: Person
    can: Capabilities
    message: Message | None = None
    is_edit: bool = False
    tap: Tap | None = None
    group: Group | None = None
    has_worked: bool = False

    @property
    def new_message(self) -> Message | None:
        return None if self.is_edit else self.message

    @property
    def edited_message(self) -> Message | None:
        return self.message if self.is_edit else None
