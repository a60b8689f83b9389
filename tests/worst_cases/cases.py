"""Worst cases: what has made parsers slow elsewhere, applied to what a parser takes for good.

A slow parser is nearly always one that tries something again from each place of a long run. So: a
piece of a good input, or of what is known to be bad, is repeated up to the length that can come,
with something before it that fits and something behind it that does not.
"""

from collections.abc import Sequence
from random import Random

from tests import hostile

SIZES = (1, 8, 60, 250, 1_000, 4_096)
WEIGHTS = (1, 1, 2, 2, 2, 4)
BREAKERS = ("", "!", "\0", "\n", " ", "x", "\u202e", "(", '"', "\ud800", "§")
UNITS = (
    *(" ", "\n", "\t", "a", "A ", "a b ", "1", "9", "0", "-", ".", "..", "@", "a@", "_", "\\", "'"),
    *('"', '""', '","', ";", "|", ",", "<", "<b>", "</b>", "&", "&amp;", "&#", "&#1;", "{", "{{"),
    *("}}", "{{ a }}", "{% if a %}", "{#", "[", "[[", "[a]\n", "(", "((", "a.", "www.", "t.me/"),
    *("://", "a://", "*", "**", "?", "*a", "a=1\n", "a = [\n", '"""', "'''", "#", "\\u0041"),
    *(
        "\\ud800",
        "0x",
        "1_",
        "e",
        "1e9",
        "+",
        "+44",
        "00",
        "%",
        "%00",
        "=",
        "&a=1",
        "q=1,",
        "en;q=",
    ),
)
UNICODE = (
    "\ufdfa",  # eighteen letters in NFKC
    "\u0390",  # three in NFC
    "\u1e9b\u0323",
    "\u0301",
    "\u0301\u0323",
    "\u0f73",
    "a\u0315\u0300\u05ae",
    "\u200d",
    "\u200d\u200c",
    "👨\u200d",
    "\ufe0f",
    "0\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e007f",
    "\U000e0067",
    "\U0001f1e6",
    "\u202e",
    "\u2067",
    "\u3164",
    "\uac00",
    "\u1100\u1161\u11a8",
    "\ud800",
    "\U0010ffff",
    "é",
    "ß",
    "İ",
    "ﬃ",
    "語",
    "．",
    "١",
    "xn--",
    "xn--a",
    "\u0640",
)


def text(chance: Random, good: Sequence[str], longest: int) -> str:
    """One bad case for a parser that takes what is `good`, at most so long."""
    most = min(chance.choices(SIZES, WEIGHTS)[0], longest)
    if longest > SIZES[-1] and chance.random() < 0.3:
        most = longest
    made = _KINDS[chance.randrange(len(_KINDS))](chance, good, most)
    return made[:most]


def content(chance: Random, good: Sequence[str], longest: int) -> bytes:
    """The same as the bytes of a file, in some encoding or none."""
    made = text(chance, good, longest)
    encoding = chance.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "raw"))
    if encoding == "raw":
        return chance.randbytes(min(longest, len(made)))
    return made.encode(encoding, "ignore")[:longest]


def _pumped(chance: Random, good: Sequence[str], most: int) -> str:
    """A good one, of which a piece in the middle comes again and again."""
    whole = chance.choice(good) or "a"
    start = chance.randrange(len(whole))
    end = min(len(whole), start + chance.choice((1, 1, 2, 3, 5, 9)))
    piece = whole[start:end]
    rest = whole[end:] + chance.choice(BREAKERS)
    times = max(0, most - start - len(rest)) // len(piece) + 1
    return whole[:start] + piece * times + rest


def _repeated(chance: Random, good: Sequence[str], most: int) -> str:
    before, unit = chance.choice(("", chance.choice(good))), chance.choice(UNITS + UNICODE)
    behind = chance.choice(BREAKERS)
    return before + unit * (max(0, most - len(before) - len(behind)) // len(unit)) + behind


def _two_in_turn(chance: Random, _: Sequence[str], most: int) -> str:
    one, other = chance.choice(UNITS + UNICODE), chance.choice(UNITS + UNICODE)
    half = most // 2
    if chance.random() < 0.5:
        return (one + other) * (most // (len(one) + len(other)) + 1)
    return one * (half // len(one)) + other * (half // len(other) + 1)


def _mixed(chance: Random, good: Sequence[str], most: int) -> str:
    """Pieces of good ones and of bad ones, in any order."""
    made: list[str] = []
    length = 0
    pieces = [*(word for one in good for word in one.split()), *UNITS, *UNICODE]
    while length < most:
        made.append(chance.choice(pieces) + chance.choice(("", " ")))
        length += len(made[-1])
    return "".join(made)


def _hostile(chance: Random, good: Sequence[str], most: int) -> str:
    one = chance.choice(hostile.VALUES) or " "
    return chance.choice(("", chance.choice(good))) + one * (most // len(one) + 1)


def _letters(chance: Random, _: Sequence[str], most: int) -> str:
    """Any characters: of one block, or of all."""
    low = chance.choice((0, 0x20, 0x300, 0x600, 0x900, 0x2000, 0xAC00, 0x1F000, 0xE0000))
    span = chance.choice((0x60, 0x100, 0x1000))
    return "".join(chr(low + chance.randrange(span)) for _ in range(most))


_KINDS = (_pumped, _pumped, _repeated, _two_in_turn, _mixed, _hostile, _letters)
