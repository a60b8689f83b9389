"""A link as a QR code to show or print, with what it is for written above it."""

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from pictures.fonts import can_write, font, wrapped

if TYPE_CHECKING:
    from PIL import ImageDraw

CELL = 20
MARGIN = 4 * CELL  # ISO/IEC 18004: a quiet zone of four modules
TITLE_SIZE, LARGEST_LINK_SIZE = 54, 40
INK, PAPER = "#000000", "#ffffff"


@lru_cache(maxsize=64)
def qr_picture(link: str, title: str) -> bytes:
    """A PNG with the link as a QR code, the title above it and the link below it.

    The code bears a quarter of it being dirty or torn (error correction Q). A title in letters that
    our font lacks is left out; it stands in the message as well.
    """
    import segno
    from PIL import Image, ImageDraw

    code = io.BytesIO()
    segno.make(link, error="q", micro=False).save(code, kind="png", scale=CELL, border=0)
    squares = Image.open(code).convert("RGB")
    width = squares.width + 2 * MARGIN
    above = wrapped(title, font(TITLE_SIZE), width - 2 * MARGIN) if can_write(title) else []
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
    return width / font(LARGEST_LINK_SIZE).getlength(line)


def _write(draw: "ImageDraw.ImageDraw", lines: list[str], size: int, top: int) -> None:
    middle = draw.im.size[0] // 2
    for place, line in enumerate(lines):
        where = (middle, top + place * _height(size))
        draw.text(where, line, font=font(size), fill=INK, anchor="ma")


def _height(size: int) -> int:
    return size * 5 // 4
