"""What is read of the hand-in pack, of proofs and of signatures on paper."""

from datetime import UTC, date, datetime

from tests.messages.catalogue.names import PROFILES, TABLE_FIELDS
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Say, campaigns


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
            "problem": ("", "count", "day", "photo", "text"),
            "count": (0, 1, 100_000),
            "note": ("", say(200)),
            "on": (None, date(2009, 11, 24)),
            "photo": yes_or_no,
        },
        "paper/table": {
            "name": (say(120),),
            **dict.fromkeys(("rows", "good"), (0, 1, 100000)),
            "problems": ([], [(2, "name", "empty")], [(99_999, "postcode", "malformed")] * 100),
            "problem_count": (0, 1, 100_000),
            "twice": ([], [3], [99_999] * 100),
            "twice_count": (0, 1, 100_000),
            "signed": ([], [3], [99_999] * 100),
            "signed_count": (0, 1, 100_000),
            "same_file": yes_or_no,
        },
        "paper/table_which": {},
        "paper/table_looking": {},
        "paper/table_thrown": {},
        "paper/table_over": {"status": ("counted", "undone", "thrown", "failed")},
        "paper/table_column": {"field": TABLE_FIELDS},
        "paper/table_problem": {
            "reason": (
                *("too_large", "too_many_rows", "too_wide", "long_cell", "empty"),
                *("gone", "not_text"),
            )
        },
        "paper/table_aside": {"name": (say(120),)},
        "handin/aside": {"profile": PROFILES},
    }
