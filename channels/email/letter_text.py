"""The templates' small HTML as plain text, in lines that every mail program shows."""

import re
import textwrap
from functools import lru_cache

from channels.small_html import JOINER, SmallHtml

WIDTH = 76
_BEGINS, _ENDS = "\ue000", "\ue001"
_MARKS = re.compile(f"[{_BEGINS}{_ENDS}]")
_LINK = re.compile(f"{_BEGINS}([^{_BEGINS}{_ENDS}]*){_ENDS}")
_ENDS_WITH_LINK = re.compile(rf"([^\n{_BEGINS}{_ENDS}]*){_LINK.pattern}[.\s]*")
_BLANK_LINES = re.compile(r"\n{3,}")
_QUOTED = re.compile(r"(?:> ?)*")
_AS_IT_IS = "    "
"""How lines begin that are not to be broken."""


@lru_cache(maxsize=8)  # most updates read the same for many
def letter_text(html: str) -> str:
    """The same words; quotes with a > in front, what is struck out between tildes. A link's address
    stands behind its words: after a colon at the end of a line, else in brackets.

    Args:
        html: as `messages.Renderer.html` gives it, or hostile.
    """
    writer = _Writer()
    writer.read(html)
    lines = "".join(writer.out).split("\n")
    text = "\n".join(_with_addresses(line).rstrip() for line in lines)
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def in_lines(text: str) -> str:
    """Broken between words into lines of at most WIDTH, but for long words such as addresses."""
    return "\n".join(part for line in text.split("\n") for part in _broken(line))


def _broken(line: str) -> list[str]:
    if len(line) <= WIDTH or line.startswith(_AS_IT_IS):
        return [line]
    quoted = _QUOTED.match(line)
    before = quoted[0] if quoted else ""
    return textwrap.wrap(
        line[len(before) :],
        WIDTH,
        initial_indent=before,
        subsequent_indent=before,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [line]


def _with_addresses(line: str) -> str:
    at_end = _ENDS_WITH_LINK.fullmatch(line)
    return f"{at_end[1]}: {at_end[2]}" if at_end else _LINK.sub(r" (\1)", line)


class _Writer(SmallHtml):
    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self._outer: list[list[str]] = []
        self._address = ""
        self._words_from = 0

    def begin(self, tag: str, address: str) -> None:
        if tag in ("pre", "blockquote"):
            self._outer.append(self.out)
            self.out = []
        elif tag == "a":
            self._address = _MARKS.sub("", address)
            self._words_from = len(self.out)
        elif tag == "s":
            self.out.append("~")

    def end(self, tag: str) -> None:
        if tag in ("pre", "blockquote"):
            before = "> " if tag == "blockquote" else _AS_IT_IS
            lines = "".join(self.out).strip("\n").split("\n")
            self.out = self._outer.pop()
            self.out.append("\n\n" + "\n".join(before + line for line in lines) + "\n\n")
        elif tag == "a":
            self._end_link()
        elif tag == "s":
            self.out.append("~")

    def words(self, text: str) -> None:
        self.out.append(_MARKS.sub("", text.replace(JOINER, "")))

    def _end_link(self) -> None:
        words = "".join(self.out[self._words_from :]).strip()
        address, self._address = self._address, ""
        if words == address or address.partition(":")[2].strip("/") == words.strip("/"):
            return
        self.out.append(f"{_BEGINS}{address}{_ENDS}")
