"""What somebody has newly written in an email, from whatever their mail program made of it."""

import re
from html.parser import HTMLParser

from channels.email.mail_parts import Part

MOST_CHARACTERS = 20_000
"""Of one email; the rest is not looked at."""

MOST_HTML = 200_000
"""Programs put much before the first word."""

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs")
"""In which programs say "On Monday, Ada wrote:"; what is quoted below is left out in any."""

_CHARSET = re.compile(r'charset ?= ?"?([\w.:+-]{1,40})', re.IGNORECASE)
_KNOWN_CHARSETS = re.compile(
    r"utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|latin-?1|(?:windows-|cp)125\d|koi8-[ru]"
    r"|gb2312|gbk|gb18030|big5|shift_jis|iso-2022-jp|euc-(?:jp|kr)|utf-16(?:le|be)?",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(r"[^\n]*\d[^\n]*:[ \t]*")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_UNSEEN = frozenset({"style", "script", "head", "title", "template", "noscript"})
_BLOCKS = frozenset(
    {
        *("p", "div", "tr", "table", "ul", "ol", "li", "pre", "section", "article", "hr"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "header", "footer"),
    }
)


def plain_words(one: Part) -> str:
    """The words of a part that is plain text or HTML."""
    text = _decoded(one)[:MOST_HTML]
    if one.kind == "text/html":
        text = _of_html(text)
    elif "format=flowed" in one.fields.get("content-type", "").lower():
        text = _unfolded(text.replace("\r\n", "\n"))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\0", "")
    return _BLANK_LINES.sub("\n\n", text)[:MOST_CHARACTERS]


def new_words(text: str) -> str:
    """The same without what it answers, and without a signature after "-- "."""
    from mailparser_reply import EmailReplyParser  # few processes need it

    text = text.partition("\n-- \n")[0]
    replies = EmailReplyParser(languages=list(LANGUAGES)).read(text).replies
    for one in replies[:2]:  # the second: who writes below what they answer
        if words := _without_quotes(one.full_body):
            return words
    return _without_quotes(text)


def _without_quotes(text: str) -> str:
    """Without lines that are quoted, and the line before them that says whose they are."""
    lines: list[str] = []
    for line in text.strip().split("\n"):
        if not line.startswith(">"):
            lines.append(line)
            continue
        while lines and not lines[-1].strip():
            lines.pop()
        if lines and _ATTRIBUTION.fullmatch(lines[-1]):
            lines.pop()
    return "\n".join(lines).strip()


def _decoded(one: Part) -> str:
    named = _CHARSET.search(one.fields.get("content-type", "")[:2_000])
    charset = named[1] if named and _KNOWN_CHARSETS.fullmatch(named[1]) else "utf-8"
    try:
        return one.body.decode(charset)
    except (UnicodeError, LookupError):
        return one.body.decode("utf-8", "replace")


def _unfolded(text: str) -> str:
    """Paragraphs in one line each (RFC 3676)."""
    made: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        line = line.removeprefix(" ")
        if goes_on and made and not line.startswith(">"):
            made[-1] += line
        else:
            made.append(line)
        goes_on = line.endswith(" ") and line != "-- "
    return "\n".join(made)


def _of_html(html: str) -> str:
    writer = _Words()
    writer.feed(_without_comments(html))
    writer.close()
    return writer.text()


def _without_comments(html: str) -> str:
    kept, at = [], 0
    while (begins := html.find("<!--", at)) >= 0:
        kept.append(html[at:begins])
        ends = html.find("-->", begins + 4)
        at = ends + 3 if ends >= 0 else len(html)
    return "".join([*kept, html[at:]])


class _Words(HTMLParser):
    """Lines of words; those in a blockquote begin with a >."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._unseen = self._quotes = 0

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._lines)

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Where "<![if !mso]>" and its like end; the parser's own way raises at those it does not
        know."""
        ends = self.rawdata.find(">", i)
        return ends + 1 if ends >= 0 else -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "blockquote":
            self._quotes += 1
        if tag == "br" or tag in _BLOCKS:
            self._begin_line(always=tag == "br")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        if tag in _BLOCKS:
            self._begin_line()
            if tag == "p":
                self._begin_line(always=True)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        words = _SPACE.sub(" ", data)
        if self._lines[-1] in ("", "> "):
            words = words.lstrip()
        self._lines[-1] += words

    def _begin_line(self, *, always: bool = False) -> None:
        quote = "> " if self._quotes else ""
        if always or self._lines[-1].strip(" >"):
            self._lines.append(quote)
        else:
            self._lines[-1] = quote
