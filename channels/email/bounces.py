"""What comes back of letters: reports that they could not be delivered (DSN, RFC 3464, and exim's
own kind) and complaints (ARF, RFC 5965).

Whatever comes is read without failing, at most its first megabyte. Anybody can send such a mail:
`channels.email.message_ids` says whether it is about a letter of ours.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from channels.email.mail_parts import MOST_BYTES, Part, groups, leaves
from channels.email.mailbox_address import BadAddress, mailbox_address
from channels.email.message_ids import PATTERN
from channels.email.status_codes import Status, reason, status_in

Kind = Literal["hard", "soft", "complaint", "none"]

_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_ORIGINALS = (
    *("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"),
    *("message/global", "message/global-headers"),
)
_NO_COMPLAINTS = ("not-spam", "auth-failure", "dmarc")
_MOST_WORDS = 50_000
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?![\d.])")
_FINAL = re.compile(r"(?<![\d.])5\d\d(?![\d.])")
_OURS = re.compile(PATTERN)
_AUTOMATIC = re.compile(r"mailer-daemon|postmaster|mail delivery", re.IGNORECASE)
_GONE = re.compile(
    r"user unknown|unknown (?:user|recipient|local[- ]part|mailbox)|unrouteable address"
    r"|no such (?:user|mailbox|recipient|person|address)|does(?:n['’]t| not) exist"
    r"|mailbox (?:not found|unavailable)|recipient (?:not found|unknown)|no mailbox here"
    r"|invalid (?:recipient|mailbox)|address (?:not found|unknown)"
    r"|(?:account|mailbox) (?:is |has been )?(?:disabled|closed|inactive)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail says of a letter of ours.

    Attributes:
        kind: hard: nothing will ever arrive there. soft: this one did not. complaint: the person
            has called it spam. none: it says nothing of the kind.
        message_id: of the letter, as it stands there; None if it is not to be found.
        recipient: whom it was to, if it is said.
        status: the enhanced status code, "5.1.1"; "" without one.
        reason: codes and what they mean; no words of anybody's.
    """

    kind: Kind
    message_id: str | None = None
    recipient: str | None = None
    status: str = ""
    reason: str = ""


def read_bounce(raw: bytes) -> Bounce:
    """Read whatever has come to the address where bounces go."""
    parts = list(leaves(raw))
    whole, rest = parts[0], parts[1:]
    ours = _message_id(rest, raw)
    for one in rest:
        if one.kind == "message/feedback-report":
            return _complaint(one, ours)
    for one in rest:
        if one.kind in _REPORTS:
            return _report(one, ours)
    return _in_words(whole, rest or [whole], ours)


def _complaint(part: Part, ours: str | None) -> Bounce:
    said = {name: value for group in reversed(groups(part.body)) for name, value in group.items()}
    if said.get("feedback-type", "abuse").strip().lower() in _NO_COMPLAINTS:
        return Bounce("none", ours)
    recipient = said.get("original-rcpt-to") or said.get("removal-recipient") or ""
    return Bounce("complaint", ours, _address(recipient))


def _report(part: Part, ours: str | None) -> Bounce:
    people = [group for group in groups(part.body) if "action" in group or "status" in group]
    failed = [one for one in people if one.get("action", "").strip().lower() == "failed"]
    if not failed:
        return Bounce("none", ours)
    said = failed[0]
    recipient = _address(said.get("original-recipient", "")) or _address(
        said.get("final-recipient", "")
    )
    diagnostic = said.get("diagnostic-code", "")
    return _failed(status_in(said.get("status", "")), diagnostic, ours, recipient)


def _in_words(whole: Part, parts: Sequence[Part], ours: str | None) -> Bounce:
    """A report without one: the header that exim adds, or words from a mail system."""
    failed = whole.fields.get("x-failed-recipients", "")
    words = next((one.text[:_MOST_WORDS] for one in parts if one.kind == "text/plain"), "")
    from_system = ours is not None and _AUTOMATIC.search(whole.fields.get("from", "")[:500])
    if not failed and not (from_system and (_FINAL.search(words) or _GONE.search(words))):
        return Bounce("none", ours)
    return _failed(None, words, ours, _address(failed.partition(",")[0]))


def _failed(
    status: Status | None, diagnostic: str, ours: str | None, recipient: str | None
) -> Bounce:
    """A status that says nothing (5.0.0) is made precise by what the other server said."""
    diagnostic = diagnostic[:_MOST_WORDS]
    found = _CODE.search(diagnostic)
    code = int(found[1]) if found else None
    said = status_in(diagnostic[found.start() :] if found else diagnostic)
    if status is None or (status.subject, status.detail) == (0, 0):
        status = said or status
    vague = status is None or (status.subject, status.detail) == (0, 0)
    temporary = status.kind == 4 if status else code is not None and code < 500
    if vague:
        gone = not temporary and _GONE.search(diagnostic) is not None
    else:
        gone = status is not None and (status.gone or _is_exchange(status, diagnostic))
    return Bounce(
        "hard" if gone else "soft", ours, recipient, str(status or ""), reason(code, status)
    )


def _is_exchange(status: Status, diagnostic: str) -> bool:
    """Exchange Online's word for an address that its directory does not know."""
    return str(status) == "5.4.1" and "recipient address rejected" in diagnostic.lower()


def _message_id(parts: Sequence[Part], raw: bytes) -> str | None:
    for one in parts:
        if one.kind in _ORIGINALS:
            found = _OURS.search(one.text)
            if found:
                return found[0]
    found = _OURS.search(raw[:MOST_BYTES].decode("ascii", "replace"))
    return found[0] if found else None


def _address(written: str) -> str | None:
    """`rfc822; ada@example.org` or `<ada@example.org>` as an address."""
    bare = written[:1_000].rpartition(";")[2].strip().strip("<>").strip()
    try:
        mailbox_address(bare)
    except BadAddress:
        return None
    return bare
