"""HTML as it has to be: every tag closed where it should be, and none that a test does not know."""

from abc import abstractmethod
from html.parser import HTMLParser


class StrictHtml(HTMLParser):
    """Reads a part of a page; what is not balanced is an AssertionError.

    Attributes:
        opened: the tags around what is being read.
        words: all text so far.
        empty: tags that nothing closes and that may stand anywhere.
    """

    empty: frozenset[str] = frozenset()

    def __init__(self, html: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()
        assert self.opened == []

    @abstractmethod
    def check(self, tag: str, given: dict[str, str | None]) -> None:
        """Refuse, by assertion, a tag or attribute that must not be there."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.empty:
            return
        self.check(tag, dict(attrs))
        self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data
