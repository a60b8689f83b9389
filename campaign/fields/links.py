"""Whether a text carries a link, in any of the disguises that Telegram or a mail program opens."""

import re

from campaign.normalisation import normalised

_DOTS = str.maketrans("。．｡", "...")
# Endings that are not words, so that "enough.Me too" and "Brixton.London" are no links in prose.
_ENDINGS = "com|org|net|info|biz|co|uk|eu|io|gg|ly|ru|su|рф|xyz|onion|example"
_EXPLICIT = re.compile(
    r"\w://|(?<!\w)(?:www|t|telegram)\s?\.\s?(?:me\b|\w+\.)|\btg:|\bmailto:", re.I
)
_KNOWN_ENDING = re.compile(rf"\w\.(?:{_ENDINGS})(?!\w)", re.I)
_WITH_PATH = re.compile(r"\w\.[^\W\d_]{2,}(?::\d+)?/")
_HANDLE = re.compile(r"@\w")
# No part of a host is longer than 63; without a limit a run of hyphens is tried from each of them.
_DOTTED = re.compile(r"(?<![\w.])([\w-]{2,64})\.([^\W\d_]{2,64})(?![\w])")
_TITLE = re.compile(
    "capt|cllr|col|dr|fr|gen|hon|lt|maj|mr|mrs|ms|mx|prof|revd?|sgt|sir|sr|st|ste", re.I
)


def in_sentences(text: str) -> bool:
    """Whether prose carries a link. A forgotten space after a full stop is none."""
    plain = _plain(text)
    return any(kind.search(plain) for kind in (_EXPLICIT, _KNOWN_ENDING, _WITH_PATH))


def in_name(text: str) -> bool:
    """Whether a name is, or carries, a link, a handle or an address.

    `Dr.Smith`, `J.R.R. Tolkien` and `St.John` are names; `evil.example` is not.
    """
    plain = _plain(text)
    return (
        in_sentences(text)
        or _HANDLE.search(plain) is not None
        or any(_is_host(*parts) for parts in _DOTTED.findall(plain))
    )


def _is_host(first: str, last: str) -> bool:
    shouted = first.isupper() and last.isupper()
    return (last.islower() or shouted) and not _TITLE.fullmatch(first)


def _plain(text: str) -> str:
    return normalised("NFKC", text.translate(_DOTS))
