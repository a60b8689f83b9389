"""Emails that people write back: whose they are, which letter of ours they answer, and what is new
in them.

Who they are from can be forged, so `read_reply` gives which letters of ours an email names, too:
their Message-IDs cannot be guessed. What programs send by themselves is no reply of anybody's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from channels.email.mail_parts import MOST_HEADER_BYTES, Part, leaves, part
from channels.email.mailbox_address import BadAddress, mailbox_address
from channels.email.message_ids import PATTERN
from channels.email.reply_words import new_words, plain_words
from messages.limits import one_line, sendable

MOST_NAMED = 20
"""Letters that are looked at: a thread has one, or a few."""

_LONGEST_ID, _LONGEST_SUBJECT = 300, 300
_OURS = re.compile(PATTERN)
_AN_ID = re.compile(r"<[!-;=?-~]{3,298}>")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
_NAMED = re.compile(r"[^<>@,;:]*<([^<>]+)>\s*")
_FROM = re.compile(rb"^from[ \t]*:", re.IGNORECASE | re.MULTILINE)
_MACHINE = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|abuse)(?:[+=-][^@]*)?@",
    re.IGNORECASE,
)
_BY_A_MACHINE = frozenset(
    {
        *("list-id", "list-post", "list-help", "list-unsubscribe", "list-owner", "mailing-list"),
        *("x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-autoresponder"),
        *("x-failed-recipients", "x-loop", "feedback-id", "x-mailer-daemon"),
    }
)
_BULK = ("bulk", "junk", "list", "auto_reply", "auto-reply")
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/pgp-keys")


@dataclass(frozen=True, slots=True)
class Reply:
    """Who has written, and to what.

    Attributes:
        sender: their address, in small letters.
        named: the Message-IDs of ours that it names, what it answers first.
        message_id: its own, by which an answer to it is known; "" if it has none.
    """

    sender: str
    named: Sequence[str]
    message_id: str


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody has written.

    Attributes:
        words: without what they answer; as plain text.
        subject: on one line.
        attachments: how many files came with it.
    """

    words: str
    subject: str
    attachments: int


def read_reply(raw: bytes, *, own: str) -> Reply | None:
    """An email that somebody has written themselves to answer one of ours; None for every other.

    Args:
        own: the address that our letters come from: what comes from there goes round in circles.
    """
    fields = part(raw[:MOST_HEADER_BYTES]).fields
    named = _named(fields)
    if not named or is_automatic(fields):
        return None
    header = raw[:MOST_HEADER_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if len(_FROM.findall(header)) != 1:
        return None
    sender = sender_of(fields.get("from", ""))
    if sender is None or sender == own.lower() or _MACHINE.match(sender):
        return None
    own_id = fields.get("message-id", "").strip()
    return Reply(sender, named, own_id if _AN_ID.fullmatch(own_id) else "")


def is_automatic(fields: dict[str, str]) -> bool:
    """Whether a program has sent it by itself: an answer while somebody is away, a mailing list, a
    newsletter, what a filter calls spam (RFC 3834 and what programs did before it).

    Args:
        fields: of its header, by lower-case name.
    """
    said = {name: value.strip().lower() for name, value in fields.items()}
    if said.get("auto-submitted", "no").partition(";")[0].strip() != "no":
        return True
    if said.get("precedence", "") in _BULK or not _BY_A_MACHINE.isdisjoint(said):
        return True
    kind = said.get("content-type", "")
    if said.get("return-path") == "<>" or kind.startswith(("multipart/report", "message/")):
        return True
    return any(said.get(name, "").startswith("yes") for name in ("x-spam-flag", "x-spam-status"))


def sender_of(written: str) -> str | None:
    """The one address in a From field, in small letters; None if there is none, or several."""
    bare = _QUOTED.sub("", written[:2_000]).strip()
    found = _NAMED.fullmatch(bare)
    try:
        return mailbox_address((found[1] if found else bare).strip()).text.lower()
    except BadAddress:
        return None


def read_words(raw: bytes) -> Written:
    """What is new in an email. It looks at everything in it, so do it where it may take long."""
    whole, *others = leaves(raw)
    parts = others or [whole]
    texts = [one for one in parts if _is_text(one)]
    plain = next((one for one in texts if one.kind == "text/plain" and one.raw.strip()), None)
    shown = plain or next((one for one in texts if one.kind == "text/html"), None)
    words = new_words(plain_words(shown)) if shown else ""
    files = [one for one in parts if one not in texts and _is_file(one)]
    return Written(sendable(words), _subject(whole), len(files))


def _named(fields: dict[str, str]) -> list[str]:
    """Ids of ours: what it answers, then what the thread began with, the newest first."""
    found = _OURS.findall(fields.get("in-reply-to", "")[: _LONGEST_ID * 4])
    found += reversed(_OURS.findall(fields.get("references", "")))
    return list(dict.fromkeys(found))[:MOST_NAMED]


def _is_text(one: Part) -> bool:
    disposition = one.fields.get("content-disposition", "").strip().lower()
    return one.kind in ("text/plain", "text/html") and not disposition.startswith("attachment")


def _is_file(one: Part) -> bool:
    """Whether somebody has put it there; pictures in the text come with programs' signatures."""
    if one.kind in _SIGNATURES or one.kind.startswith("multipart/"):
        return False
    disposition = one.fields.get("content-disposition", "").strip().lower()
    if disposition.startswith("attachment"):
        return True
    return not one.kind.startswith("text/") and "content-id" not in one.fields


def _subject(whole: Part) -> str:
    written = whole.fields.get("subject", "")[:2_000]
    try:
        return one_line(str(make_header(decode_header(written))))[:_LONGEST_SUBJECT]
    except (ValueError, LookupError, HeaderParseError):
        return one_line(written)[:_LONGEST_SUBJECT]
