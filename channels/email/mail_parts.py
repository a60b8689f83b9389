"""Take a hostile mail apart: in one pass, with no more depth and no more parts than bounces have.

Python's own parser calls itself for each level of nesting and looks at each line once a level.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

MOST_BYTES = 1_000_000
MOST_HEADER_BYTES = 65_536
MOST_PARTS = 24
DEEPEST = 3

_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_BOUNDARY = re.compile(r'boundary ?= ?(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_NAME = re.compile(r"[!-9;-~]{1,80}")


@dataclass(frozen=True)
class Part:
    """A mail, or a part of one.

    Attributes:
        fields: what its header says, by lower-case name; of several with one name the first.
        raw: the body as it travels.
    """

    fields: dict[str, str]
    raw: bytes

    @property
    def kind(self) -> str:
        """Such as "text/plain"."""
        return self.fields.get("content-type", "text/plain").partition(";")[0].strip().lower()

    @cached_property
    def body(self) -> bytes:
        """The body without what it was encoded with for its journey."""
        encoding = self.fields.get("content-transfer-encoding", "").strip().lower()
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.raw)
        try:
            return binascii.a2b_base64(self.raw) if encoding == "base64" else self.raw
        except ValueError:
            return self.raw

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def parts(self) -> list["Part"]:
        """The parts of a multipart; nothing of another."""
        found = _BOUNDARY.search(self.fields.get("content-type", "")[:2_000])
        if found is None or not self.kind.startswith("multipart/"):
            return []
        return [part(raw) for raw in _between(self.raw, (found[1] or found[2]).encode())]


def part(raw: bytes) -> Part:
    """Read a mail or a part of one: header, blank line, body."""
    raw = raw[:MOST_BYTES]
    if raw.startswith((b"\n", b"\r\n")):
        return Part({}, raw.lstrip(b"\r\n"))
    end = _BLANK_LINE.search(raw, 0, MOST_HEADER_BYTES)
    if end is None:
        return Part(fields(raw[:MOST_HEADER_BYTES]), b"")
    return Part(fields(raw[: end.start()]), raw[end.end() :])


def leaves(raw: bytes) -> Iterator[Part]:
    """The mail itself, and all parts that are no multiparts, in their order."""
    whole = part(raw)
    yield whole
    waiting = [(one, 1) for one in whole.parts()]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        one, depth = waiting.pop(0)
        below = one.parts() if depth < DEEPEST else []
        if not below:
            yield one
        waiting[:0] = [(each, depth + 1) for each in below]


def fields(raw: bytes) -> dict[str, str]:
    """Header fields, unfolded."""
    found: dict[str, list[str]] = {}
    into: list[str] = []
    for line in raw[:MOST_HEADER_BYTES].decode("utf-8", "replace").split("\n"):
        line = line.rstrip("\r")
        if line.startswith((" ", "\t")):
            into.append(line.strip())
            continue
        name, colon, value = line.partition(":")
        into = []
        if colon and _NAME.fullmatch(name.strip()):
            found.setdefault(name.strip().lower(), into)
            into.append(value.strip())
    return {name: " ".join(lines).strip() for name, lines in found.items()}


def groups(raw: bytes) -> list[dict[str, str]]:
    """Groups of fields with blank lines between them, as a report has them."""
    pieces = _BLANK_LINE.split(raw[:MOST_HEADER_BYTES].strip(), maxsplit=MOST_PARTS)
    return [found for piece in pieces[:MOST_PARTS] if (found := fields(piece))]


def _between(raw: bytes, boundary: bytes) -> list[bytes]:
    mark, found = b"--" + boundary, list[bytes]()
    begins = -1
    at = raw.find(mark)
    while at >= 0 and len(found) < MOST_PARTS:
        end = at + len(mark)
        if at == 0 or raw[at - 1 : at] == b"\n":
            if begins >= 0:
                found.append(raw[begins:at].removesuffix(b"\n").removesuffix(b"\r"))
            line_end = raw.find(b"\n", end)
            begins = line_end + 1 if line_end >= 0 else len(raw)
            if raw[end : end + 2] == b"--":
                return found
        at = raw.find(mark, end)
    if 0 <= begins < len(raw) and len(found) < MOST_PARTS:
        found.append(raw[begins:])  # cut off
    return found
