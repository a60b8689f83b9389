"""What a worker and the bot say to each other: pickles, each behind its length.

Both ends are the same program on the same machine; nothing that a person wrote is ever unpickled
as such, only wrapped in values that our own code has made.
"""

import pickle
import struct
from enum import IntEnum
from typing import Any, BinaryIO

_HEADER = struct.Struct("!BI")
HEADER_BYTES = _HEADER.size
LARGEST = 64_000_000


class Kind(IntEnum):
    """What a frame is."""

    JOB = 0
    PART = 1
    RESULT = 2
    REFUSED = 3
    FAULT = 4


def packed(kind: Kind, value: Any) -> bytes:
    """One frame."""
    body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _HEADER.pack(kind, len(body)) + body


def header(head: bytes) -> tuple[Kind, int]:
    """The kind of a frame and the length of what follows.

    Raises:
        ValueError: it is no frame, or too long to be one of ours.
    """
    kind, length = _HEADER.unpack(head)
    if length > LARGEST:
        raise ValueError("a frame without end")
    return Kind(kind), length


def value(body: bytes) -> Any:
    """What a frame holds."""
    return pickle.loads(body)  # noqa: S301 - written by our own worker


def read(stream: BinaryIO) -> Any:
    """The value of the next frame of a blocking stream."""
    _, length = header(stream.read(HEADER_BYTES))
    return value(stream.read(length))
