"""An answer that is asked back once: one that is possible, and likely another was meant."""

from collections.abc import Callable
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
        reason: a "postcode" where a name was asked; a "typo" in an email; the postcode or the name
            of a "country" where a postcode was asked; a "word" that is an act of its own.
        likely: what is meant likely: the other address, the country, the act.
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


def doubt_about(step: str, value: str) -> Doubt | None:
    """Why a parsed answer is to be asked back; None if it is taken at once."""
    if step == "name" and _is_postcode(value):
        return Doubt(step, value, "postcode")
    if step == "email" and (likely := fields.likely_email(value)):
        return Doubt(step, value, "typo", likely)
    return None


def country_meant(text: str, language: str) -> str | None:
    """The country that somebody named, or gave a postcode of, who was asked for a British one."""
    if found := fields.country_of_postcode(text):
        return found
    try:
        return fields.country(text, language)
    except fields.FieldProblem:
        return None


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
