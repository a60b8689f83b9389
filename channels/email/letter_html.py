"""The templates' small HTML as the HTML of a letter: paragraphs, with their looks beside each tag,
because mail programs pass over style sheets."""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape

from channels.small_html import WEB_ADDRESS, SmallHtml, escaped

_BLOCKS = ("pre", "blockquote")
_ADDRESS = re.compile(WEB_ADDRESS)
_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")

_PARAGRAPH = '<p style="margin:0 0 16px">'
_LOOKS = {
    "blockquote": ' class="quote" style="margin:0 0 16px;padding:0 0 0 14px;'
    'border-left:4px solid #c9d1d9;color:#4a5663"',
    "pre": ' style="margin:0 0 16px;white-space:pre-wrap;font-size:15px;'
    'font-family:Consolas,Menlo,monospace"',
    "code": ' style="font-family:Consolas,Menlo,monospace"',
    "a": ' class="link" style="color:#14568c"',
}
_RTL_LOOKS = {
    "blockquote": _LOOKS["blockquote"].replace("0 0 0 14px", "0 14px 0 0").replace("left", "right")
}


@lru_cache(maxsize=8)  # most updates read the same for many
def letter_html(html: str, *, rtl: bool = False) -> str:
    """The same words as paragraphs; addresses in them are links.

    Args:
        html: as `messages.Renderer.html` gives it, or hostile.
        rtl: whether the language is written from right to left.
    """
    writer = _Writer(_LOOKS | _RTL_LOOKS if rtl else _LOOKS)
    writer.read(html)
    return writer.whole()


class _Writer(SmallHtml):
    def __init__(self, looks: Mapping[str, str]) -> None:
        super().__init__()
        self._looks = looks
        self._out: list[str] = []
        self._block = ""
        self._inline: list[tuple[str, str]] = []

    def whole(self) -> str:
        self._end_block()
        return "".join(self._out)

    def begin(self, tag: str, address: str) -> None:
        if tag in _BLOCKS:
            if "blockquote" not in self.opened[:-1] and "pre" not in self.opened[:-1]:
                self._end_block()
                self._begin_block(tag)
            return
        leads = f' href="{escape(address)}"' if address else ""
        opening = f"<{tag}{leads}{self._looks.get(tag, '')}>"
        self._inline.append((tag, opening))
        if self._block:
            self._out.append(opening)

    def end(self, tag: str) -> None:
        if tag in _BLOCKS:
            if "blockquote" not in self.opened and "pre" not in self.opened:
                self._end_block()
            return
        self._inline.pop()
        if self._block:
            self._out.append(f"</{tag}>")

    def words(self, text: str) -> None:
        if self._block == "pre":
            self._out.append(escaped(text))
            return
        if self._block == "blockquote":
            self._out.append(self._lines(text))
            return
        for number, paragraph in enumerate(_PARAGRAPHS.split(text)):
            if number:
                self._end_block()
            if not self._block:
                paragraph = paragraph.lstrip()
                if not paragraph:
                    continue
                self._begin_block("p")
            self._out.append(self._lines(paragraph))

    def _lines(self, text: str) -> str:
        return self._with_links(text).replace("\n", "<br>\n")

    def _with_links(self, text: str) -> str:
        if {"a", "code"} & set(self.opened):
            return escaped(text)
        written, at = "", 0
        for found in _ADDRESS.finditer(text):
            link = f'<a href="{escape(found[0])}"{self._looks["a"]}>{escaped(found[0])}</a>'
            written += escaped(text[at : found.start()]) + link
            at = found.end()
        return written + escaped(text[at:])

    def _begin_block(self, tag: str) -> None:
        self._block = tag
        self._out.append(_PARAGRAPH if tag == "p" else f"<{tag}{self._looks[tag]}>")
        self._out += [opening for _, opening in self._inline]

    def _end_block(self) -> None:
        """Close it, with the inline tags that are open; they are opened again in the next."""
        if not self._block:
            return
        while self._out and self._out[-1].endswith("<br>\n"):
            self._out[-1] = self._out[-1].removesuffix("<br>\n")
        self._out += [f"</{tag}>" for tag, _ in reversed(self._inline)]
        self._out.append(f"</{self._block}>\n")
        self._block = ""
