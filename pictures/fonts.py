"""Words written into pictures, in the one font that comes along."""

import io
import unicodedata
from functools import cache
from importlib.resources import files

from PIL import ImageFont

SAMPLE_SIZE = 54


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: int, most_lines: int = 4) -> list[str]:
    """The text in lines of at most this width, broken between words where there are any."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if face.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines += _broken(word, face, width)
    lines = [line for line in lines if line]
    if len(lines) > most_lines:
        lines = [*lines[: most_lines - 1], _cut(lines[most_lines - 1], face, width)]
    return lines


def _broken(word: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    parts = [""]
    for letter in word:
        if face.getlength(parts[-1] + letter) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def _cut(line: str, face: ImageFont.FreeTypeFont, width: int) -> str:
    while face.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


def can_write(text: str) -> bool:
    """Whether our font has every letter, and draws them in their places: it joins none, and writes
    from left to right."""
    missing = bytes(font(SAMPLE_SIZE).getmask("\uffff"))
    return all(
        letter.isspace()
        or (
            unicodedata.bidirectional(letter) not in ("R", "AL")
            and bytes(font(SAMPLE_SIZE).getmask(letter)) != missing
        )
        for letter in set(text)
    )


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels."""
    return ImageFont.truetype(
        io.BytesIO(files("pictures").joinpath("fonts/DejaVuSans-Bold.ttf").read_bytes()), size
    )
