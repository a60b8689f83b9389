"""The content of a broadcast: a message in one or more languages, and its buttons."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from campaign.web_address import BadAddress, web_address

LONGEST_LABEL = 60

MediaKind = Literal["photo", "video", "document", "animation", "audio"]


@dataclass(frozen=True, slots=True)
class Media:
    """A file that Telegram has, by its id (https://core.telegram.org/bots/api#sending-files).

    Attributes:
        spoiler: it is covered until it is tapped.
    """

    kind: MediaKind
    file_id: str
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """How the preview of a link looks, where its writer has chosen
    (https://core.telegram.org/bots/api#linkpreviewoptions).

    Attributes:
        url: of the link that is shown; "" for the first in the text.
    """

    url: str = ""
    size: Literal["", "small", "large"] = ""
    above: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """The message in one language: Telegram HTML with {{ variables }}; the caption of media.

    Attributes:
        caption_above: it stands above its one picture or film.
    """

    html: str
    media: tuple[Media, ...] = ()
    caption_above: bool = False
    preview: LinkPreview = LinkPreview()

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return {**asdict(self), "media": [asdict(one) for one in self.media]}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Version":
        """Back from `to_dict`, or from what an earlier program kept: words and media alone."""
        return cls(
            kept["html"],
            tuple(Media(**one) for one in kept["media"]),
            kept.get("caption_above", False),
            LinkPreview(**kept.get("preview", {})),
        )


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
    """All of it, by language in the order in which it was written.

    Attributes:
        previews: whether a text shows the preview of its link.
    """

    versions: Mapping[str, Version]
    buttons: tuple[LinkButton, ...] = ()
    previews: bool = False

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
                {"language": language, **version.to_dict()}
                for language, version in self.versions.items()
            ],
            "buttons": [asdict(button) for button in self.buttons],
            "previews": self.previews,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Content":
        """Back from `to_dict`."""
        return cls(
            {one["language"]: Version.from_dict(one) for one in kept["versions"]},
            tuple(LinkButton(**button) for button in kept["buttons"]),
            kept.get("previews", False),
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
