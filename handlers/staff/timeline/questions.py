"""What staff are asked for the story, and how their answers are read.

A step is asked by the message `story/ask_<name>`, once, and again in each further language if it is
words. Another conversation is another list of steps: see flows.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from campaign.broadcasts import time_parser
from campaign.broadcasts.day_parser import Days, parse_days
from campaign.decisions import OUTCOMES
from campaign.fields.normalize import one_line
from campaign.petition import Petition
from campaign.web_address import BadAddress, web_address
from handlers.context import Context
from handlers.screens import Text
from messages.limits import length, sendable


class InvalidAnswer(Exception):
    """The answer cannot be used.

    Attributes:
        why: what the person is told.
    """

    def __init__(self, why: Text) -> None:
        super().__init__(why.template)
        self.why = why


Parse = Callable[[str, Context, Petition], Any]
"""What is kept of an answer, JSON-safe. Raises InvalidAnswer."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is asked.

    Attributes:
        optional: whether it can be skipped.
        words: whether it is said in words, so that each language has its own.
        choices: answers to tap, by their labels; then nothing is typed.
    """

    name: str
    parse: Parse
    optional: bool = False
    words: bool = False
    choices: tuple[str, ...] = ()


def line(limit: int) -> Parse:
    """Words on one line."""

    def parse(written: str, _: Context, __: Petition) -> str:
        return _fitting(one_line(written), limit)

    return parse


def paragraphs(limit: int) -> Parse:
    """Words whose line breaks are kept."""

    def parse(written: str, _: Context, __: Petition) -> str:
        lines = (one_line(part) for part in written.splitlines())
        return _fitting(sendable("\n".join(lines)), limit)

    return parse


def _fitting(words: str, limit: int) -> str:
    if not words:
        raise InvalidAnswer(Text("timeline/words_not", {"reason": "empty", "limit": limit}))
    if length(words) > limit:
        raise InvalidAnswer(Text("timeline/words_not", {"reason": "long", "limit": limit}))
    return words


def link(written: str, _: Context, __: Petition) -> str:
    """A web address."""
    try:
        return web_address(written.strip())
    except BadAddress:
        raise InvalidAnswer(Text("timeline/link_not")) from None


def when(written: str, context: Context, petition: Petition) -> str:
    """A day and a time of day, still to come."""
    try:
        found = time_parser.parse_when(
            written, now=context.now, zone=petition.zone, language=context.language
        )
    except time_parser.WhenError as error:
        reason = getattr(error, "reason", "") or type(error).__name__
        raise InvalidAnswer(Text("broadcasts/when_not", {"reason": reason})) from None
    return found.at.isoformat()


def days(written: str, context: Context, petition: Petition) -> dict[str, str]:
    """A day, or the first and the last of several."""
    try:
        found = parse_days(written, now=context.now, zone=petition.zone, language=context.language)
    except time_parser.WhenError as error:
        reason = getattr(error, "reason", "") or type(error).__name__
        raise InvalidAnswer(Text("timeline/days_not", {"reason": reason})) from None
    return {"first": found.first.isoformat(), "last": found.last.isoformat()}


def _by_tap(_: str, __: Context, ___: Petition) -> str:
    raise InvalidAnswer(Text("timeline/tap"))


def moment_of(answer: str | None) -> datetime | None:
    """Back from `when`."""
    return datetime.fromisoformat(answer) if answer else None


def days_of(answer: dict[str, str]) -> Days:
    """Back from `days`."""
    return Days(date.fromisoformat(answer["first"]), date.fromisoformat(answer["last"]))


WHO = Step("who", line(200), words=True)
QUOTE = Step("quote", paragraphs(600), optional=True, words=True)
WHAT = Step("what", line(300), words=True)
LINK = Step("link", link, optional=True)
PLACE = Step("place", line(200), words=True)
STARTS = Step("when", when)
STARTS_PERHAPS = Step("when", when, optional=True)
DAYS = Step("days", days)
DAYS_PERHAPS = Step("days", days, optional=True)
WATCH = Step("watch", paragraphs(300), optional=True, words=True)
CLOSES = Step("closes", _by_tap, choices=("closes_yes", "closes_no"))
OUTCOME = Step("outcome", _by_tap, choices=tuple(f"outcome_{one}" for one in OUTCOMES))
MEANS = Step("means", paragraphs(800), words=True)
NEXT = Step("next", paragraphs(500), optional=True, words=True)
