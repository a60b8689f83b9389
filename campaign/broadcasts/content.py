"""What a broadcast says: a message in one or more languages, and buttons under it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from campaign.web_address import BadAddress, web_address

LONGEST_LABEL = 60

MediaKind = Literal["photo", "video", "document", "animation", "audio"]


@dataclass(frozen=True, slots=True)
class Media:
    """A file that Telegram has, by its id (https://core.telegram.org/bots/api#sending-files)."""

    kind: MediaKind
    file_id: str


@dataclass(frozen=True, slots=True)
class Version:
    """The message in one language: Telegram HTML with {{ variables }}; the caption of media."""

    html: str
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button under the message.

    Attributes:
        label, url: for "link" only.
        named: the name of a label that the bot knows in its reader's language, shown instead of
            `label`; "" for one that staff have written.
    """

    kind: Literal["sign", "share", "link"]
    label: str = ""
    url: str = ""
    named: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All of it, by language in the order in which it was written."""

    versions: Mapping[str, Version]
    buttons: tuple[LinkButton, ...] = ()

    def version_for(self, language: str) -> Version:
        """The message in this language, or in the first that it was written in.

        Raises:
            LookupError: nothing has been written yet.
        """
        for version in (self.versions.get(language), *self.versions.values()):
            if version is not None:
                return version
        raise LookupError("a broadcast without a message")

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe; versions are a list, because PostgreSQL keeps no order of keys."""
        return {
            "versions": [
                {
                    "language": language,
                    "html": version.html,
                    "media": [asdict(one) for one in version.media],
                }
                for language, version in self.versions.items()
            ],
            "buttons": [asdict(button) for button in self.buttons],
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Content":
        """Back from `to_dict`."""
        return cls(
            {
                one["language"]: Version(
                    one["html"], tuple(Media(**media) for media in one["media"])
                )
                for one in kept["versions"]
            },
            tuple(LinkButton(**button) for button in kept["buttons"]),
        )


class BadLink(ValueError):
    """No button can be made of it.

    Attributes:
        why: "address": there is no web address at its end; "words": the button would say nothing,
            or too much.
    """

    def __init__(self, why: Literal["address", "words"]) -> None:
        super().__init__(why)
        self.why = why


def link_from(written: str) -> LinkButton:
    """A link button as staff type it: its words, then its address ("Read it https://…").

    Raises:
        BadLink: see there.
    """
    *words, address = written.split() or [""]
    try:
        address = web_address(address)
    except BadAddress:
        raise BadLink("address") from None
    label = " ".join(words).strip(" |:-–—")
    readable = any(sign.isalnum() for sign in label) and label.isprintable()
    if not readable or len(label) > LONGEST_LABEL:
        raise BadLink("words")
    return LinkButton("link", label, address)
