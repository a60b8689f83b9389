"""A link as a QR code to show or print, with what it is for written above it."""

import io
import unicodedata
from functools import cache
from importlib.resources import files

import segno
from PIL import Image, ImageDraw, ImageFont

CELL = 20
MARGIN = 4 * CELL  # ISO/IEC 18004: a quiet zone of four modules
TITLE_SIZE, LARGEST_LINK_SIZE = 54, 40
MOST_LINES = 4
INK, PAPER = "#000000", "#ffffff"


def qr_picture(link: str, title: str) -> bytes:
    """A PNG with the link as a QR code, the title above it and the link below it.

    The code bears a quarter of it being dirty or torn (error correction Q). A title in letters that
    our font lacks is left out; it stands in the message as well.
    """
    code = io.BytesIO()
    segno.make(link, error="q", micro=False).save(code, kind="png", scale=CELL, border=0)
    squares = Image.open(code).convert("RGB")
    width = squares.width + 2 * MARGIN
    above = _wrapped(title, _font(TITLE_SIZE), width - 2 * MARGIN) if _can_write(title) else []
    spelt = link.removeprefix("https://")
    size = int(LARGEST_LINK_SIZE * min(1, _share(spelt, width - 2 * MARGIN)))
    top = MARGIN + len(above) * _height(TITLE_SIZE) + (MARGIN if above else 0)
    bottom = MARGIN + _height(size) + MARGIN // 2
    picture = Image.new("RGB", (width, top + squares.height + bottom), PAPER)
    picture.paste(squares, (MARGIN, top))
    draw = ImageDraw.Draw(picture)
    _write(draw, above, TITLE_SIZE, MARGIN)
    _write(draw, [spelt], size, top + squares.height + MARGIN)
    made = io.BytesIO()
    picture.save(made, "PNG", optimize=True)
    return made.getvalue()


def _share(line: str, width: int) -> float:
    """How much of its largest size a line may have to fit."""
    return width / _font(LARGEST_LINK_SIZE).getlength(line)


def _write(draw: ImageDraw.ImageDraw, lines: list[str], size: int, top: int) -> None:
    middle = draw.im.size[0] // 2
    for place, line in enumerate(lines):
        where = (middle, top + place * _height(size))
        draw.text(where, line, font=_font(size), fill=INK, anchor="ma")


def _height(size: int) -> int:
    return size * 5 // 4


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines of at most this width, broken between words where there are any."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines += _broken(word, font, width)
    lines = [line for line in lines if line]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], _cut(lines[MOST_LINES - 1], font, width)]
    return lines


def _broken(word: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    parts = [""]
    for letter in word:
        if font.getlength(parts[-1] + letter) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def _cut(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    while font.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _can_write(text: str) -> bool:
    """Whether our font has every letter, and draws them in their places: it joins none, and writes
    from left to right."""
    missing = bytes(_font(TITLE_SIZE).getmask("\uffff"))
    return all(
        letter.isspace()
        or (
            unicodedata.bidirectional(letter) not in ("R", "AL")
            and bytes(_font(TITLE_SIZE).getmask(letter)) != missing
        )
        for letter in set(text)
    )


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        io.BytesIO(files("handlers").joinpath("fonts/DejaVuSans-Bold.ttf").read_bytes()), size
    )
