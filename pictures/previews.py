"""Pictures of a campaign's count, drawn: for link previews, and for websites without scripts."""

import io
from dataclasses import dataclass
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw

from packs.characters import visible
from pictures.fonts import can_write, font, wrapped

PREVIEW = (1200, 630)
COUNTER = (1280, 400)
COUNTER_SHOWN = (640, 200)
"""A counter is drawn twice as large as it is shown, for sharp screens."""

PAPER, INK, QUIET, TRACK = "#ffffff", "#16202a", "#4a5663", "#dfe5ea"
ACCENT, ON_ACCENT = "#14568c", "#ffffff"


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands in a picture, and how full its bar is (0 to 1).

    Attributes:
        button: what the picture invites to; "" where it is too late for it.
    """

    title: str
    signed: str
    goal: str
    button: str
    share: float

    def __post_init__(self) -> None:
        """Leave out what is no XML, and what no font draws."""
        for name in ("title", "signed", "goal", "button"):
            object.__setattr__(self, name, visible(getattr(self, name)))


def rounded(total: int) -> int:
    """The count with its first two figures: so many pictures are enough for any campaign."""
    step = int(10 ** max(0, len(str(total)) - 2))
    return total // step * step


def preview(words: Labels) -> bytes:
    """A PNG of 1200 × 630, as link previews want it (https://ogp.me/#structured)."""
    picture = _drawn(words, _PREVIEW)
    ImageDraw.Draw(picture).rectangle((0, 0, PREVIEW[0], 18), fill=ACCENT)
    return _png(picture)


def counter(words: Labels) -> bytes:
    """A PNG of 1280 × 400, to be shown at half that size."""
    picture = _drawn(words, _COUNTER)
    frame = (2, 2, COUNTER[0] - 3, COUNTER[1] - 3)
    ImageDraw.Draw(picture).rounded_rectangle(frame, 24, outline=TRACK, width=4)
    return _png(picture)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things are, in pixels; places of what stands below the title are from the bottom."""

    size: tuple[int, int]
    edge: int
    top: int
    title: int
    title_lines: int
    signed: int
    signed_at: int
    bar: tuple[int, int]
    small: int
    goal_at: int
    button_at: int


_PREVIEW = _Layout(PREVIEW, 70, 75, 62, 3, 54, 275, (190, 154), 34, 110, 125)
_COUNTER = _Layout(COUNTER, 44, 34, 38, 2, 46, 232, (162, 138), 32, 96, 112)


def _drawn(words: Labels, place: _Layout) -> Image.Image:
    picture = Image.new("RGB", place.size, PAPER)
    draw = ImageDraw.Draw(picture)
    left, right, bottom = place.edge, place.size[0] - place.edge, place.size[1]
    top = place.top
    for line in _title(words.title, place.title, right - left, place.title_lines):
        draw.text((left, top), line, font=font(place.title), fill=INK)
        top += place.title * 5 // 4
    draw.text((left, bottom - place.signed_at), words.signed, font=font(place.signed), fill=ACCENT)
    _bar(draw, (left, bottom - place.bar[0], right, bottom - place.bar[1]), words.share)
    draw.text((left, bottom - place.goal_at), words.goal, font=font(place.small), fill=QUIET)
    if words.button:
        _pill(draw, words.button, place.small, right=right, top=bottom - place.button_at)
    return picture


def counter_svg(words: Labels) -> bytes:
    """The same as SVG, in light and dark as the reader has chosen."""
    width, height = COUNTER_SHOWN
    edge = 22
    lines = _title(words.title, 19, width - 2 * edge, 2, always=True)
    texts = [_text("ink", edge, 38 + 25 * place, 19, line) for place, line in enumerate(lines)]
    texts.append(_text("accent", edge, height - 94, 23, words.signed))
    texts.append(_text("quiet", edge, height - 32, 16, words.goal))
    if words.button:
        texts.append(_svg_pill(words.button, width - edge, height - 56))
    full = round((width - 2 * edge) * words.share)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
width="{width}" height="{height}" role="img" aria-label="{_quoted(words)}">
<style>{_SVG_STYLE}</style>
<rect class="paper" x="1" y="1" width="{width - 2}" height="{height - 2}" rx="12"/>
<rect class="track" x="{edge}" y="{height - 81}" width="{width - 2 * edge}" height="12" rx="6"/>
<rect class="full" x="{edge}" y="{height - 81}" width="{full}" height="12" rx="6"/>
{chr(10).join(texts)}
</svg>
""".encode()


_SVG_STYLE = (
    "text{font-family:system-ui,sans-serif;font-weight:700}"
    ".paper{fill:#fff;stroke:#c9d1d9}.ink{fill:#16202a}.quiet{fill:#4a5663}"
    ".accent,.full,.pill{fill:#14568c}.on{fill:#fff}.track{fill:#dfe5ea}"
    "@media(prefers-color-scheme:dark){.paper{fill:#16202a;stroke:#3a4856}.ink{fill:#f2f5f7}"
    ".quiet{fill:#b4c0cb}.accent,.full,.pill{fill:#8ec7f4}.on{fill:#0c1822}.track{fill:#33414e}}"
)


def _quoted(words: Labels) -> str:
    spoken = ". ".join(one for one in (words.title, words.signed, words.goal) if one)
    return escape(spoken, {'"': "&quot;"})


def _text(kind: str, x: int, y: int, size: int, words: str, anchor: str = "start") -> str:
    return (
        f'<text class="{kind}" x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _svg_pill(words: str, right: int, top: int) -> str:
    width = round(font(16).getlength(words)) + 32
    middle = right - width // 2
    return (
        f'<rect class="pill" x="{right - width}" y="{top}" width="{width}" height="38" rx="19"/>'
        + _text("on", middle, top + 25, 16, words, "middle")
    )


def _title(title: str, size: int, width: int, lines: int, *, always: bool = False) -> list[str]:
    """A title in letters that our font lacks is left out of what is drawn."""
    return wrapped(title, font(size), width, lines) if always or can_write(title) else []


def _bar(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], share: float) -> None:
    left, top, right, bottom = box
    radius = (bottom - top) // 2
    draw.rounded_rectangle(box, radius, fill=TRACK)
    if share > 0:
        end = max(left + 2 * radius, left + round((right - left) * share))
        draw.rounded_rectangle((left, top, end, bottom), radius, fill=ACCENT)


def _pill(draw: ImageDraw.ImageDraw, words: str, size: int, *, right: int, top: int) -> None:
    width, height = round(font(size).getlength(words)) + 2 * size, size * 11 // 5
    draw.rounded_rectangle((right - width, top, right, top + height), height // 2, fill=ACCENT)
    middle = (right - width // 2, top + height // 2)
    draw.text(middle, words, font=font(size), fill=ON_ACCENT, anchor="mm")


def _png(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.save(made, "PNG", optimize=True)
    return made.getvalue()
