"""The newest messages of a person, remembered by a keyed hash: which edits changed any words.

An app may tell of an edit where there was only a reaction, a live location or a link preview. Only
what was said, and what it was taken for, tells whether there is anything to answer.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from handlers.events import Said

KEY = "heard"
REMEMBERED = 16
DIGITS = 12


@dataclass(frozen=True, slots=True)
class Heard:
    """One message.

    Attributes:
        digest: of its words, formatting and files.
        flow, step: the question that was open when it came; "" if none was.
        about: the draft or the campaign that the question was about.
    """

    message_id: int
    digest: str
    flow: str
    step: str
    about: int | None


def heard_in(answers: Mapping[str, Any]) -> list[Heard]:
    """The messages that a dialog remembers, oldest first."""
    return [Heard(*one) for one in answers.get(KEY, ())]


def find(answers: Mapping[str, Any], message_id: int) -> Heard | None:
    """The message of this number; None if it is not remembered."""
    return next((one for one in heard_in(answers) if one.message_id == message_id), None)


def remember(answers: dict[str, Any], one: Heard) -> dict[str, Any]:
    """A dialog's answers, with this message as the newest; of an edited one, as it reads now."""
    others = [known for known in heard_in(answers) if known.message_id != one.message_id]
    return {**answers, KEY: [list(astuple(known)) for known in [*others, one][-REMEMBERED:]]}


def digest_of(said: Said | None, key: bytes) -> str | None:
    """A keyed hash of what a message says; None if it has neither words nor files."""
    if said is None:
        return None
    written = json.dumps([said.words or None, said.formatting, said.files]).encode()
    return hmac.new(key, written, hashlib.sha256).hexdigest()[:DIGITS]
