"""Read the templates' small HTML, or hostile HTML: nothing but the small subset comes through."""

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
"""Keeps Telegram from making words tappable; elsewhere nothing is by itself."""

WEB_ADDRESS = rf"https?://[^\s<>\"{JOINER}]*[^\s<>\"{JOINER}.,;:!?)”’]"


class SmallHtml(HTMLParser):
    """Calls `begin`, `end` and `words` for what is in the subset, everything closed in order.

    Attributes:
        opened: the tags that are open, the outermost first.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.opened: list[str] = []

    def read(self, html: str) -> None:
        """Read it all, and close what is open."""
        self.feed(html)
        self.close()
        while self.opened:
            self.end(self.opened.pop())

    def begin(self, tag: str, address: str) -> None:
        """A tag begins.

        Args:
            tag: one of TAGS' values, which is in `opened` from now on.
            address: of a link; "" for others.
        """

    def end(self, tag: str) -> None:
        """A tag ends, which is not in `opened` any more."""

    def words(self, text: str) -> None:
        """Words between tags."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        meant = TAGS.get(tag)
        if meant is None:
            return
        address = ""
        if meant == "a":
            address = dict(attrs).get("href") or ""
            if not address.lower().startswith(ADDRESSES) or "a" in self.opened:
                return
        self.opened.append(meant)
        self.begin(meant, address)

    def handle_endtag(self, tag: str) -> None:
        meant = TAGS.get(tag)
        if meant not in self.opened:
            return
        while self.opened:
            last = self.opened.pop()
            self.end(last)
            if last == meant:
                return

    def handle_data(self, data: str) -> None:
        self.words(data)


def escaped(text: str) -> str:
    """Words as HTML has them."""
    return escape(text.replace(JOINER, ""), quote=False)
