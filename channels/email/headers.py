"""Header fields, written by us from the first to the last character.

Python's own folding reads encoded words (RFC 2047) in what it is given, breaks long addresses of
pages, and has let line ends through (CVE-2024-6923): a subject is somebody else's words.
"""

import re
from base64 import b64encode
from email.policy import Policy
from typing import Any

from channels.email.mailbox_address import MailboxAddress
from messages.limits import one_line

LONGEST_WORDS = 300
_PIECE_BYTES = 36
_NAME_BYTES = 42
"""A name of so many bytes is one encoded word: some programs show a space between two."""
_LINE = 76
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_ONE_WORD = re.compile(r"[!-~]{1,900}")


class Header(str):
    """A field's value; `fold` gives it as it goes over the wire. A message keeps it as it is
    (https://docs.python.org/3/library/email.policy.html#email.policy.EmailPolicy.header_store_parse)."""

    name: str
    written: str

    def fold(self, *, policy: "Policy[Any]") -> str:
        """The whole field with its line ends."""
        return f"{self.name}: {self.written}\n".replace("\n", policy.linesep)


def words(name: str, text: str) -> Header:
    """A field of words, such as a subject: one line, nothing in it that is not seen."""
    clean = cleaned(text)
    return _header(name, clean, _encoded(clean, first=len(name) + 2))


def person(name: str, display: str, address: MailboxAddress) -> Header:
    """A field with somebody's name and address."""
    clean = cleaned(display)
    if not clean:
        return _header(name, address.text, f"<{address.text}>")
    if _PLAIN.fullmatch(clean) and "=?" not in clean and len(clean) < _LINE // 2:
        shown = '"' + re.sub(r'(["\\])', r"\\\1", clean) + '"'
    else:
        shown = "\n ".join(_words_of(clean, _NAME_BYTES))
    return _header(name, f"{clean} <{address.text}>", f"{shown}\n <{address.text}>")


def token(name: str, text: str) -> Header:
    """A field of one word of ASCII, such as the address of a page, in one piece.

    Raises:
        ValueError: it is none.
    """
    if not _ONE_WORD.fullmatch(text):
        raise ValueError(f"{name} takes one word of ASCII")
    return _header(name, text, text)


def plain(name: str, text: str) -> Header:
    """A field in words of our own, all ASCII. Nobody parses it, as Python does its own.

    Raises:
        ValueError: it is none.
    """
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{name} takes one line of ASCII")
    return _header(name, text, text.replace("; ", ";\n "))


def cleaned(text: str) -> str:
    """As `words` gives them."""
    return one_line(text.replace("\u2060", ""))[:LONGEST_WORDS].strip()


def _header(name: str, value: str, written: str) -> Header:
    header = Header(value)
    header.name, header.written = name, written
    return header


def _encoded(text: str, first: int) -> str:
    if not text or (_PLAIN.fullmatch(text) and "=?" not in text and first + len(text) <= _LINE):
        return text
    return "\n ".join(_words_of(text))


def _words_of(text: str, piece_bytes: int = _PIECE_BYTES) -> list[str]:
    """Encoded words, which read on without a space between them."""
    pieces, piece = [], b""
    for character in text:
        more = character.encode()
        if len(piece) + len(more) > piece_bytes:
            pieces.append(piece)
            piece = b""
        piece += more
    pieces.append(piece)
    return [f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in pieces]
