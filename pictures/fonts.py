"""Words written into pictures, in one font."""

import io
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageFont  # read when the first picture is drawn

SAMPLE_SIZE = 30


def wrapped(
    text: str, face: "ImageFont.FreeTypeFont", width: int, most_lines: int = 4
) -> list[str]:
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


def _broken(word: str, face: "ImageFont.FreeTypeFont", width: int) -> list[str]:
    parts = [""]
    for letter in word:
        if face.getlength(parts[-1] + letter) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def _cut(line: str, face: "ImageFont.FreeTypeFont", width: int) -> str:
    while face.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


def can_write(text: str) -> bool:
    """Whether our font has every letter, and draws them in their places: it joins none, and writes
    from left to right."""
    return all(letter.isspace() or _has(letter) for letter in set(text))


@cache
def _has(letter: str) -> bool:
    if not letter.isprintable() or not (letter < "\u0590" or letter in "‘’“”–—…•€£"):
        return False
    face = font(SAMPLE_SIZE)
    return bytes(face.getmask(letter)) != bytes(face.getmask("\uffff"))


@cache
def font(size: int, *, bold: bool = True) -> "ImageFont.FreeTypeFont":
    """Noto Sans at a size in pixels."""
    from PIL import ImageFont

    face = ImageFont.truetype(io.BytesIO(_noto()), size)
    face.set_variation_by_axes([700 if bold else 480, 100])
    return face


@cache
def _noto() -> bytes:
    return files("manimgx_fonts").joinpath("NotoSans[wght].ttf").read_bytes()
