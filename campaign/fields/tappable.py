"""Whether a text carries a link: what a messaging app or a mail program would make tappable.

The rules are those of Telegram's server (fix_url in
https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp): a host is one whose ending
is a top-level domain, and an ending written Like is the beginning of a sentence, or a surname.
tlds.txt is https://data.iana.org/TLD/tlds-alpha-by-domain.txt as it stands.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from campaign.normalisation import normalised

_TLDS = Path(__file__).with_name("tlds.txt")
_NOT_DELEGATED = ("onion", "example")  # and linked, or kept for examples, all the same

_DOTS = str.maketrans("。．｡", "...")
_EXPLICIT = re.compile(
    r"\w://|(?<!\w)www\.\w|(?<!\w)(?:mailto|tel|sms|tg|ton|tonsite):[^\s:]", re.IGNORECASE
)
_HANDLE = re.compile(r"@\w")
# Whatever may be part of a host: no space, and of ASCII's signs the hyphen and the low line only.
_RUN = re.compile(r"[^\s!-,/:-@\[-^`{-~\u00ab\u00bb\u2000-\u206f\u3000-\u303f]+")
_PATH = re.compile(r"/|[?#]\w|:\d")
_LONGEST_LABEL = 63
# Endings that no sentence begins with and nobody is called: Evil.Com is a link, Jean.Paul is none.
_NO_WORDS = frozenset({"com", "org", "net", "biz", "edu", "gov", "io", "uk", "eu", "xyz", "onion"})
_NO_SURNAMES = _NO_WORDS | {"me"}
# Endings that people are called, so that with a title they are names: dr.li; and degrees: Dr.med.
_SURNAMES = re.compile(
    "abbott|bo|co|do|fox|ford|ga|he|hu|hughes|im|kim|la|li|lu|ly|ma|med|mo|ng|ong|pa|sa|shaw|so|su|"
    "sy|to|vet|vi|vu|wang|ye"
)
_PARTICLE = re.compile(r"(?:da|de|del|di|do|la|van) \w", re.IGNORECASE)
_TITLE = re.compile(
    "capt|cllr|col|dr|fr|gen|hon|lt|maj|mr|mrs|ms|mx|prof|revd?|sgt|sir|sr|st|ste", re.IGNORECASE
)


def in_sentences(text: str) -> bool:
    """Whether prose carries a link. A space forgotten before a capital letter makes none."""
    plain = _plain(text)
    return _EXPLICIT.search(plain) is not None or any(
        _is_host(labels, has_path) for labels, has_path, _ in _dotted(plain)
    )


def in_name(text: str) -> bool:
    """Whether a name is, or carries, a link, a handle or an address.

    `Dr.Li`, `J.Ly`, `J.R.R. Tolkien` and `St.John` are names; `t.ly` is not.
    """
    plain = _plain(text)
    return (
        _EXPLICIT.search(plain) is not None
        or _HANDLE.search(plain) is not None
        or any(
            _is_host(labels, has_path) and (has_path or not _is_of_a_name(labels, plain, end))
            for labels, has_path, end in _dotted(plain)
        )
    )


def is_ending(label: str) -> bool:
    """Whether this is a top-level domain, in letters of any script or in punycode."""
    return label.lower() in _endings()


def _dotted(text: str) -> Iterator[tuple[list[str], bool, int]]:
    """The dotted words of a text: each in its parts, whether a path or port follows, its end."""
    for run in _RUN.finditer(text):
        if "." in run[0].strip(".-"):
            has_path = not run[0].endswith(".") and _PATH.match(text, run.end()) is not None
            for word in re.split(r"\.\.+", run[0].strip(".-")):
                yield word.split("."), has_path, run.end()


def _is_host(labels: list[str], has_path: bool) -> bool:
    *before, last = labels
    if not before or any(
        not label or len(label) > _LONGEST_LABEL or label.endswith("-") for label in labels
    ):
        return False
    if _is_ipv4(labels):
        return True
    if not is_ending(last):
        return False
    if has_path or last[1:] not in (last[1:].lower(), last[1:].upper()) or not last[0].isupper():
        return True
    initials = all(len(label) == 1 for label in before)
    if last.isupper():
        return not initials or last.lower() in _NO_SURNAMES
    return not initials and last.lower() in _NO_WORDS


def _is_of_a_name(labels: list[str], text: str, end: int) -> bool:
    """A title or an initial without its space, or a degree: dr.li, A.de Vries, Ann Li B.Com."""
    first, *others = labels
    if _TITLE.fullmatch(first) and all(_SURNAMES.fullmatch(one.lower()) for one in others):
        return True
    if first in ("B", "M") and [one.upper() for one in others] == ["COM"]:
        return len(text.strip(".")) > len("B.Com")
    particle = _PARTICLE.match(text, end - len(labels[-1]))
    return particle is not None and all(len(label) < 3 for label in labels[:-1])


def _is_ipv4(labels: list[str]) -> bool:
    return len(labels) == 4 and all(
        label.isascii() and label.isdecimal() and len(label) < 4 and str(int(label)) == label
        and int(label) < 256
        for label in labels
    )  # fmt: skip


@cache
def _endings() -> frozenset[str]:
    lines = _TLDS.read_text(encoding="ascii").lower().split("\n")
    ascii_ones = [line for line in lines if line and not line.startswith("#")]
    others = [
        one.removeprefix("xn--").encode().decode("punycode")
        for one in ascii_ones
        if one.startswith("xn--")
    ]
    return frozenset([*ascii_ones, *others, *_NOT_DELEGATED])


def _plain(text: str) -> str:
    return normalised("NFKC", text.translate(_DOTS))
