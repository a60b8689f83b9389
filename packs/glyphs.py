"""The letters that can be printed, and how wide they are: the Noto fonts come with the program."""

import unicodedata
from functools import cache
from pathlib import Path

import manimgx_fonts
import manimgx_fonts_cjk
import uharfbuzz

FOLDERS = tuple(Path(package.__file__).parent for package in (manimgx_fonts, manimgx_fonts_cjk))
_FIRST = "NotoSans[wght].ttf"
_LAST = "NotoEmoji[wght].ttf"
_UNSEEN = {"Cf", "Zs"}
_SAFETY = 1.06
"""Shaping may make a word a little wider than its letters one by one."""


def unprintable(text: str) -> list[str]:
    """The characters of a text that none of the fonts has, each once, in order."""
    if text.isascii():
        return []
    return [
        c
        for c in dict.fromkeys(unicodedata.normalize("NFC", text))
        if _advance(c) is None and unicodedata.category(c) not in _UNSEEN
    ]


def width(text: str) -> float:
    """How wide a text is on a line, in ems, rather too much than too little."""
    return _SAFETY * sum(_advance(c) or 0.0 for c in text)


def code_points(characters: list[str]) -> str:
    """U+1F600 GRINNING FACE, …"""
    return ", ".join(f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip() for c in characters)


@cache
def _advance(character: str) -> float | None:
    """In ems; None where no font has the character."""
    for font in _fonts():
        glyph = font.get_nominal_glyph(ord(character))
        if glyph:
            advance: float = font.get_glyph_h_advance(glyph) / font.face.upem
            return advance
    return None


@cache
def _fonts() -> tuple[uharfbuzz.Font, ...]:
    """Every font, in the order in which they are looked into."""
    files = [file for folder in FOLDERS for file in sorted(folder.glob("*.tt[fc]"))]
    upright = [file for file in files if "Italic" not in file.name]
    upright.sort(key=lambda file: (file.name != _FIRST, file.name == _LAST))
    return tuple(
        uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file)))) for file in upright
    )
