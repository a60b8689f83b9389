"""What is read of the hand-in pack, of proofs and of signatures on paper."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tests.messages.catalogue.names import PROFILES, TABLE_DOUBTS, TABLE_FIELDS, TABLE_LEFT
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Say, campaigns


@dataclass(frozen=True, slots=True)
class Rows:
    """What templates may ask of rows that are alike."""

    count: int
    rows: list[int]


def handing_in(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    number: Alternatives = {"number": (1, 813, 10_000_000)}
    yes_or_no = (True, False)
    return {
        "handin/ask": campaign,
        "handin/confirm": {**campaign, "profile": PROFILES},
        "handin/news": {**campaign, "name": (say(UNBOUNDED),), "profile": PROFILES},
        "handin/progress": {
            **campaign,
            "profile": PROFILES,
            "stage": ("queued", "rows", "sheets", "sending", "done", "failed"),
            "done": (0, 1, 10_000_000),
            "of": (0, 1, 10_000_000),
        },
        "handin/done": {
            **campaign,
            **dict.fromkeys(("signatures", "total"), (0, 1, 10000000)),
            "seal": ("ab" * 32,),
        },
        "proof/yes": {
            **campaign,
            **number,
            "root": ("ab" * 32,),
            "at": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
            "zone": ("Europe/London",),
        },
        "proof/not": {
            "campaign": campaigns(say),
            "reason": ("none", "later", "changed", "withdrawn", "not_signed"),
        },
        "paper/which": {},
        "paper/list": {**campaign, "entries": (0, 1, 10)},
        "paper/entry": {
            "count": (1, -4, 100_000),
            "note": ("", say(200)),
            "on": (None, date(2009, 11, 24)),
            "at": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
            "zone": ("Europe/London",),
            "undone": yes_or_no,
        },
        "paper/photo": {"count": (1, 100_000), "note": ("", say(200))},
        "paper/sheet": {
            **campaign,
            "step": ("count", "place", "day", "photo", "look"),
            "problem": ("", "count", "too_many", "day", "photo", "text"),
            "count": (0, 1, 100_000, -4),
            "note": ("", say(200)),
            "on": (None, date(2009, 11, 24)),
            "photo": yes_or_no,
        },
        "paper/cancelled": {},
        "paper/table": {
            "name": (say(120),),
            **dict.fromkeys(("rows", "good"), (0, 1, 100000)),
            "left": ({}, {why: Rows(1, [3]) for why in TABLE_LEFT}),
            "doubts": (
                {},
                {"no_postcode": Rows(1, [2])},
                {why: Rows(100_000, [99_999] * 100) for why in TABLE_DOUBTS},
            ),
            "answers": ({}, {"no_postcode": "count", "several": "leave"}),
            "open": (0, 2),
            "same_file": yes_or_no,
        },
        "paper/table_question": {
            "name": (say(120),),
            "question": ("sheet", "quotes", "heading", "columns"),
            "rows": ([3], [99_999] * 100),
            "more": yes_or_no,
        },
        "paper/table_which": {},
        "paper/table_looking": {},
        "paper/table_thrown": {},
        "paper/table_over": {"status": ("counted", "undone", "thrown", "failed")},
        "paper/table_column": {"field": TABLE_FIELDS},
        "paper/table_problem": {
            "reason": (
                *("too_large", "too_many_rows", "too_wide", "long_cell", "empty"),
                *("gone", "not_text", "too_many_sheets", "old_excel", "locked", "no_spreadsheet"),
            )
        },
        "paper/table_aside": {"name": (say(120),)},
        "handin/aside": {"profile": PROFILES},
    }
