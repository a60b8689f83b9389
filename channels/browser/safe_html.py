"""The templates' HTML as HTML of a web page: nothing but the small subset comes through."""

import re
from collections.abc import Collection
from html import escape

from channels.small_html import JOINER, WEB_ADDRESS, SmallHtml, escaped

_BEFORE_BLOCK = re.compile(r"\n+(?=<(?:pre|blockquote)>)")
_AFTER_BLOCK = re.compile(r"(?:(?<=</pre>)|(?<=</blockquote>))\n+")
_TO_TAP = re.compile(
    rf"(?P<address>{WEB_ADDRESS})"
    rf"|(?<![\w/{JOINER}.:-])/(?P<command>[a-z_]{{2,32}})(?![\w/{JOINER}])"
)


def safe(html: str, commands: Collection[str] = ()) -> str:
    """The same words; line ends stay line ends. Addresses and commands in them can be tapped.

    Args:
        html: as `messages.Renderer.html` gives it, or hostile.
        commands: names of commands that a button says, without the slash.
    """
    writer = _Writer(commands)
    writer.read(html)
    whole = _AFTER_BLOCK.sub("", _BEFORE_BLOCK.sub("", "".join(writer.out)))
    return whole.strip("\n")


class _Writer(SmallHtml):
    def __init__(self, commands: Collection[str]) -> None:
        super().__init__()
        self._commands = commands
        self.out: list[str] = []

    def begin(self, tag: str, address: str) -> None:
        self.out.append(f"<{tag}{_leads_to(address) if address else ''}>")

    def end(self, tag: str) -> None:
        self.out.append(f"</{tag}>")

    def words(self, text: str) -> None:
        if {"a", "code", "pre"} & set(self.opened):
            self.out.append(escaped(text))
            return
        at = 0
        for found in _TO_TAP.finditer(text):
            name = found["command"]
            if name is not None and name not in self._commands:
                continue
            self.out.append(escaped(text[at : found.start()]))
            self.out.append(_says(f"/{name}") if name else _opens(found["address"]))
            at = found.end()
        self.out.append(escaped(text[at:]))


def _leads_to(address: str) -> str:
    return f' href="{escape(address)}" target="_blank" rel="noopener noreferrer"'


def _opens(address: str) -> str:
    return f"<a{_leads_to(address)}>{escaped(address)}</a>"


def _says(command: str) -> str:
    return f'<button class="command" form="tap" name="text" value="{command}">{command}</button>'
