"""An answer that is asked back once: one that is possible, and likely another was meant."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from campaign import fields

Reason = Literal["postcode", "typo", "country", "word"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was given, and why it was asked back.

    Attributes:
        step: the question it was given to.
        value: what was given; parsed, where it can be taken as it is.
        reason: a "postcode" where a name was asked; a "typo" in an email, or a name with words
            before it; the postcode or the name
            of a "country" where a postcode was asked; a "word" that is an act of its own.
        likely: what is meant likely: the other address or name, the country, the act.
        possible: whether `value` is taken when it is given again.
    """

    step: str
    value: str
    reason: Reason
    likely: str = ""
    possible: bool = True

    def to_list(self) -> list[str | bool]:
        """JSON-safe: `Doubt(*stored)` is the same."""
        return [self.step, self.value, self.reason, self.likely, self.possible]


_INTRODUCED = re.compile(
    r"(?:(?:my |the )?(?:full )?name(?:['’]?s| is|:)|i am|i['’]m|it['’]s|this is|"
    r"(?:fy )?enw(?: i)?(?: yw| ydy|:))\s+(\S.*)",
    re.IGNORECASE,
)


def doubt_about(step: str, value: str) -> Doubt | None:
    """Why a parsed answer is to be asked back; None if it is taken at once."""
    if step == "name" and _is_postcode(value):
        return Doubt(step, value, "postcode")
    if step == "name" and (introduced := _INTRODUCED.fullmatch(value)):
        return Doubt(step, value, "typo", introduced[1])
    if step == "email" and (likely := fields.likely_email(value)):
        return Doubt(step, value, "typo", likely)
    return None


def country_meant(text: str, language: str) -> str | None:
    """The country that somebody named, or gave a postcode of, who was asked for a British one."""
    for tried in _tried(text[:_LONGEST]):
        if found := fields.country_of_postcode(tried):
            return found
        try:
            return fields.country(tried, language)
        except fields.FieldProblem:
            continue
    return None


_LONGEST = 200
_LIVES_IN = re.compile(
    r"(?:(?:i|we)(?:['’]?m| am| are| live| come)?|rwy['’]n byw|dw i['’]n byw)?\s*"
    r"\b(?:in|from|yn|o)\s+(.+?)(?:\s+now)?",
    re.IGNORECASE,
)


def _tried(text: str) -> Iterator[str]:
    """What was written, and what of it may name a country: I live in Ireland · Dublin, Ireland."""
    written = text.strip(" .!?")
    yield written
    if lives_in := _LIVES_IN.fullmatch(written):
        yield lives_in[1]
    yield from (part for part in written.split(",") if "," in written)
    yield " ".join(word for word in written.split() if any(map(str.isalnum, word)))


def looks_like(text: str) -> str | None:
    """What else an answer that cannot be taken is likely meant for: an "email", a "phone" number
    or a "name"; None if nothing is likely."""
    if "@" in text:
        return "email" if _parses(fields.email, text) else None
    figures = sum(c.isdecimal() for c in text)
    letters = sum(c.isalpha() for c in text)
    if figures >= _FIGURES_OF_A_PHONE and not letters:
        return "phone" if _parses(fields.phone, text) else None
    if letters and not figures and len(text.split()) > 1:
        return "name"
    return None


_FIGURES_OF_A_PHONE = 9


def _is_postcode(text: str) -> bool:
    return _parses(fields.postcode, text) or fields.country_of_postcode(text) is not None


def _parses(parse: Callable[[str], str], text: str) -> bool:
    try:
        parse(text)
    except fields.FieldProblem:
        return False
    return True
