"""Words in pictures: our one font, what it can write, and lines of a width."""

import io
import unicodedata
from functools import cache
from importlib.resources import files

from PIL import ImageFont

SIZE = 54
MOST_LINES = 4


def wrapped(text: str, size: int, width: int) -> list[str]:
    """The text in lines of at most this width, broken between words where there are any; four lines
    at most."""
    writing, lines = font(size), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if writing.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines += _broken(word, writing, width)
    lines = [line for line in lines if line]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], _cut(lines[MOST_LINES - 1], writing, width)]
    return lines


def _broken(word: str, writing: ImageFont.FreeTypeFont, width: int) -> list[str]:
    parts = [""]
    for letter in word:
        if writing.getlength(parts[-1] + letter) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def _cut(line: str, writing: ImageFont.FreeTypeFont, width: int) -> str:
    while writing.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


def can_write(text: str) -> bool:
    """Whether our font has every letter, and draws them in their places: it joins none, and writes
    from left to right."""
    missing = bytes(font(SIZE).getmask("\uffff"))
    return all(
        letter.isspace()
        or (
            unicodedata.bidirectional(letter) not in ("R", "AL")
            and bytes(font(SIZE).getmask(letter)) != missing
        )
        for letter in set(text)
    )


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Our one font, of this size in pixels."""
    return ImageFont.truetype(
        io.BytesIO(files("handlers").joinpath("fonts/DejaVuSans-Bold.ttf").read_bytes()), size
    )
