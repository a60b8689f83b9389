"""Rules as staff type them, and as they are kept.

"postcode SW1A from 14:00 to 15:30", "link leaflet last 2 hours", "below 123", "name *test*": words
of ours, each with what it takes; everything that is said has to apply. No regular expressions: one
of a person's own can be made to take for ever.

RuleError
├── NotARule      a word that begins nothing, or one with nothing behind it
├── NoSuchLink    no source link of that name, and no signature of that number
└── Everybody     it says nothing, so it would be about all signatures
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaign.errors import CampaignError
from campaign.fields import name_key
from storage.invalidation_search import Rule

LONGEST = 200
MOST_WILDCARDS = 4
LEAST_LETTERS = 2
WORDS = ("from", "to", "last", "new", "link", "below", "postcode", "name", "doubles", "number")

_MOMENTS = ("since", "until", "seen_since", "seen_until")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_SPAN = re.compile(r"(\d{1,4}) ?(m|h|d)[a-z]*")
_CLOCK = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[ t])?(\d{1,2}):(\d{2})")
_PLACE = re.compile(
    r"[A-Z]{1,2}(?:\d[A-Z\d]?(?: \d[A-Z]{2})?)?|BFPO(?: \d{1,4})?|GX11(?: 1AA)?|[A-Z]{4}(?: 1ZZ)?"
)


class RuleError(CampaignError):
    """The rule cannot be used."""


class NotARule(RuleError):
    """
    Attributes:
        word: where it is not understood.
    """

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class NoSuchLink(RuleError):
    """There is no such source link, or no signature of that number."""


class Everybody(RuleError):
    """It would be about every signature."""


class Typed(dict[str, str]):
    """What was typed, by our words."""


def read(text: str) -> Typed:
    """The words of a rule with what stands behind each.

    Raises:
        NotARule: it does not begin with one of our words, says one twice, or is too long.
        Everybody: it is empty.
    """
    if len(text) > LONGEST:
        raise NotARule(text[:20])
    typed, current = Typed(), ""
    for word in text.split():
        if word.lower() in WORDS and not (current in ("link", "name") and not typed[current]):
            current = word.lower()
            if current in typed:
                raise NotARule(word)
            typed[current] = ""
        elif not current:
            raise NotARule(word)
        else:
            typed[current] = f"{typed[current]} {word}".strip()
    if not typed:
        raise Everybody
    return typed


def rule_of(typed: Typed, *, now: datetime, zone: ZoneInfo) -> Rule:
    """All of a rule but its links, which have to be looked up.

    Args:
        now: UTC; "last 2 hours" ends then.

    Raises:
        NotARule: something stands behind a word that does not fit it.
    """
    rule = Rule()
    for word, rest in typed.items():
        match word:
            case "from":
                rule = replace(rule, since=_moment(rest, now, zone))
            case "to":
                rule = replace(rule, until=_moment(rest, now, zone))
            case "last":
                rule = replace(rule, since=now - _span(rest))
            case "new":
                rule = replace(rule, seen_since=now - _span(rest))
            case "postcode":
                rule = replace(rule, postcode=_place(rest))
            case "name":
                rule = replace(rule, name=pattern(rest))
            case "doubles":
                rule = replace(rule, lookalike=True)
            case "number":
                rule = replace(rule, number=number(rest))
    return rule


def pattern(text: str) -> str:
    """A name with * for any letters and ? for one, folded as names are for comparison.

    Raises:
        NotARule: more than MOST_WILDCARDS, or fewer than LEAST_LETTERS letters beside them.
    """
    parts = re.split(r"([*?])", re.sub(r"\*+", "*", text))
    folded = "".join(p if p in ("*", "?") else name_key(p) if p.strip() else "" for p in parts)
    wildcards = sum(folded.count(sign) for sign in "*?")
    if wildcards > MOST_WILDCARDS or len(folded) - wildcards < LEAST_LETTERS:
        raise NotARule(text)
    return folded


def number(text: str) -> int:
    """A receipt number.

    Raises:
        NotARule: it is none.
    """
    digits = text.replace(",", "")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 12:
        raise NotARule(text)
    return int(digits)


def to_dict(rule: Rule) -> dict[str, Any]:
    """JSON-safe; what says nothing is left out."""
    said = {key: value for key, value in asdict(rule).items() if value not in (None, False)}
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in said.items()
    }


def from_dict(stored: Mapping[str, Any]) -> Rule:
    """The rule that `to_dict` was called on."""
    moments = {key: datetime.fromisoformat(stored[key]) for key in _MOMENTS if key in stored}
    return Rule(**{**stored, **moments})


def must_say_something(rule: Rule) -> Rule:
    """The rule itself.

    Raises:
        Everybody: it is about all signatures.
    """
    if replace(rule, up_to=None) == Rule():
        raise Everybody
    return rule


def _moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    found = _CLOCK.fullmatch(text.lower())
    if found is None:
        raise NotARule(text)
    here = now.astimezone(zone)
    try:
        day = date.fromisoformat(found[1]) if found[1] else here.date()
        local = datetime.combine(day, time(int(found[2]), int(found[3])), zone)
    except ValueError:
        raise NotARule(text) from None
    return local.astimezone(UTC)


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text.lower())
    if found is None:
        raise NotARule(text)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _place(text: str) -> str:
    place = " ".join(text.upper().split())
    if not _PLACE.fullmatch(place):
        raise NotARule(text)
    return place
