"""The templates' HTML as HTML of a web page: nothing but the small subset comes through."""

import re
from collections.abc import Collection
from html import escape
from html.parser import HTMLParser

TAGS = {
    "b": "b",
    "strong": "b",
    "i": "i",
    "em": "i",
    "u": "u",
    "ins": "u",
    "s": "s",
    "strike": "s",
    "del": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "a",
}
ADDRESSES = ("https://", "http://", "mailto:", "tel:")
JOINER = "\u2060"
"""Keeps Telegram from making words tappable; here nothing is by itself."""

_BEFORE_BLOCK = re.compile(r"\n+(?=<(?:pre|blockquote)>)")
_AFTER_BLOCK = re.compile(r"(?:(?<=</pre>)|(?<=</blockquote>))\n+")
_TO_TAP = re.compile(
    rf"(?P<address>https?://[^\s<>\"{JOINER}]*[^\s<>\"{JOINER}.,;:!?)”’])"
    rf"|(?<![\w/{JOINER}.:-])/(?P<command>[a-z_]{{2,32}})(?![\w/{JOINER}])"
)


def safe(html: str, commands: Collection[str] = ()) -> str:
    """The same words; line ends stay line ends. Addresses and commands in them can be tapped.

    Args:
        html: as `messages.Renderer.html` gives it, or hostile.
        commands: names of commands that a button says, without the slash.
    """
    reader = _Reader(commands)
    reader.feed(html)
    reader.close()
    whole = reader.written()
    whole = _AFTER_BLOCK.sub("", _BEFORE_BLOCK.sub("", whole))
    return whole.strip("\n")


class _Reader(HTMLParser):
    def __init__(self, commands: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._commands = commands
        self._out: list[str] = []
        self._opened: list[str] = []

    def written(self) -> str:
        """What has been read, with everything closed."""
        while self._opened:
            self._out.append(f"</{self._opened.pop()}>")
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        meant = TAGS.get(tag)
        if meant is None:
            return
        attributes = ""
        if meant == "a":
            address = dict(attrs).get("href") or ""
            if not address.lower().startswith(ADDRESSES) or "a" in self._opened:
                return
            attributes = _leads_to(address)
        self._opened.append(meant)
        self._out.append(f"<{meant}{attributes}>")

    def handle_endtag(self, tag: str) -> None:
        meant = TAGS.get(tag)
        if meant not in self._opened:
            return
        while self._opened:
            last = self._opened.pop()
            self._out.append(f"</{last}>")
            if last == meant:
                return

    def handle_data(self, data: str) -> None:
        if {"a", "code", "pre"} & set(self._opened):
            self._out.append(_words(data))
            return
        at = 0
        for found in _TO_TAP.finditer(data):
            name = found["command"]
            if name is not None and name not in self._commands:
                continue
            self._out.append(_words(data[at : found.start()]))
            self._out.append(_says(f"/{name}") if name else _opens(found["address"]))
            at = found.end()
        self._out.append(_words(data[at:]))


def _words(text: str) -> str:
    return escape(text.replace(JOINER, ""), quote=False)


def _leads_to(address: str) -> str:
    return f' href="{escape(address)}" target="_blank" rel="noopener noreferrer"'


def _opens(address: str) -> str:
    return f"<a{_leads_to(address)}>{_words(address)}</a>"


def _says(command: str) -> str:
    return f'<button class="command" form="tap" name="text" value="{command}">{command}</button>'
