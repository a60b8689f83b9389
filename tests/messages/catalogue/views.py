"""What templates are handed: campaigns, signers, updates as they see them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

Say = Callable[[int], str]
Alternatives = dict[str, tuple[object, ...]]
UNBOUNDED = 5000
# A wording is shown whole or not at all, so the campaign file keeps to this (UTF-16 units).
WORDING_LIMIT = 1000
# What people sign is shown whole, too: the campaign file allows 3,596 for statement and reasons.
STATEMENT_LIMIT, REASON_LIMIT = 3000, 280
# Opening, five points, closing, a comment in emoji, name and postcode, and lines between them.
LETTER_LIMIT = 300 + 5 * 250 + 300 + 2 * 500 + 2 * 100 + 8 + 2 * 8


@dataclass(frozen=True, slots=True)
class Question:
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Endorsement:
    who: str
    quote: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    claim: str
    answer: str


@dataclass(frozen=True, slots=True)
class Closing:
    """When signing ends."""

    at: datetime = datetime(2009, 12, 1, tzinfo=UTC)
    day: date = date(2009, 11, 30)
    midnight: bool = True
    zone: str = "Europe/London"
    days_left: int | None = 4


ENDS = (
    Closing(),
    *(Closing(days_left=days) for days in (None, 0, 1, 2, 11)),
    Closing(datetime(2009, 11, 30, 18, tzinfo=UTC), midnight=False, days_left=0),
)


@dataclass(frozen=True, slots=True)
class CampaignView:
    """What templates may ask of a campaign."""

    slug: str
    title: str
    ask: str
    target: str
    organiser: str
    summary: str
    statement: str
    contact: str
    privacy_notice: str
    recipient: str
    reasons: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    opponents: list[Claim] = field(default_factory=list)
    about: str | None = None
    controllers: list[str] = field(default_factory=list)
    total: int = 812
    offline: int = 0
    goal: int = 2000
    step: int = 1000
    status: str = "open"
    outcome: str | None = None
    closed_on: date | None = None
    closing: Closing | None = None
    keep_months: int = 6
    backers: list[str] = field(default_factory=list)


def in_units(say: Say, limit: int) -> str:
    """Give a text that is at most `limit` UTF-16 units long, as the campaign file counts."""
    text = say(limit)
    return text if text.isascii() else text[: limit // 2]


def campaigns(say: Say) -> tuple[CampaignView, ...]:
    """Give the kinds of campaign there are: small, full, past its goal, closed with and without."""
    small = CampaignView(
        slug="keep-the-unit",
        title=say(120),
        ask=say(300),
        target=say(200),
        organiser=say(120),
        summary=say(300),
        statement=in_units(say, STATEMENT_LIMIT),
        contact=say(200),
        privacy_notice="",
        recipient=say(60),
        total=0,
    )
    full = replace(
        small,
        reasons=[in_units(say, REASON_LIMIT)] * 2,
        questions=[Question(say(UNBOUNDED), say(UNBOUNDED))] * 20,
        opponents=[Claim(say(UNBOUNDED), say(UNBOUNDED))] * 10,
        about=say(UNBOUNDED),
        controllers=[say(UNBOUNDED)] * 12,
        backers=[say(UNBOUNDED)] * 62,
        privacy_notice=say(UNBOUNDED),
        total=10_000_000,
        offline=9_999_999,
        goal=999_999_999,
        step=25_000_000,
        closing=ENDS[0],
    )
    closed = replace(full, status="closed", outcome=say(UNBOUNDED), closed_on=date(2009, 11, 26))
    return (
        small,
        full,
        replace(full, goal=1000, closing=None),
        *(replace(full, closing=ends) for ends in (ENDS[1], ENDS[3], ENDS[-1])),
        closed,
        replace(closed, outcome=None, closed_on=None, total=0, offline=0),
    )


def each(alternatives: Alternatives) -> Iterator[dict[str, object]]:
    """Give sets of variables in which every alternative of every variable comes up."""
    rounds = max((len(values) for values in alternatives.values()), default=1)
    for turn in range(rounds):
        yield {name: values[turn % len(values)] for name, values in alternatives.items()}
