"""The numbers for staff, and what stands in their pictures."""

from datetime import date

from campaign.referrals.ways import Tapped
from tests.messages.catalogue.names import STORY_KINDS
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Say, campaigns

STATS = ("growth", "times", "sources", "areas", "languages", "steps", "updates", "ahead", "words")
COLUMNS = (
    *("day", "added", "total", "weekday", "hour", "signatures", "source", "opens", "area"),
    *("language", "name", "step", "people", "stopped", "kind", "sent", "tapped", "left"),
    *("signed_after", "goal", "a_week", "early", "middle", "late"),
    *("text", "given", "settled", "brought"),
)


def stats(say: Say) -> dict[str, Alternatives]:
    """Give the variables of the numbers for staff."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    many, day = (0, 1, 10_000_000), (date(2009, 11, 26),)
    goal: Alternatives = {"goal": (1, 10_000_000)}
    words = say(UNBOUNDED)
    maybe = (None, date(2009, 11, 26), date(2009, 12, 24))
    return {
        "stats/growth": {
            **campaign,
            **goal,
            **dict.fromkeys(("total", "yesterday", "week"), many),
            "newest": (-1, *many),
            "first": day,
            "today": day,
            "marks": ([], [(day[0], words)], [(day[0], words)] * 6),
        },
        "stats/times": {
            **campaign,
            **dict.fromkeys(("first", "today", "best_day"), day),
            "best": many,
            "weekday": (None, 0, 6),
            "hour": (0, 23),
            "zone": ("Europe/London",),
        },
        "stats/sources": {
            **campaign,
            "sources": ([("leaflet", 0)], [(words, 10_000_000)] * 5),
            "more": (0, 1, 100),
            "by_channel": ([], [("telegram", 10_000_000), ("web", 1), ("paper", 10_000_000)]),
            "ways": ([], [Tapped(way, 10_000_000) for way in ("sheet", "qr", "texts")]),
            "total": many,
        },
        "stats/areas": {
            **campaign,
            "areas": ([("SW", 1)], [(words, 10_000_000)] * 5),
            "known": many,
            "without": many,
            "count": (1, 124),
        },
        "stats/languages": {
            **campaign,
            "languages": ([("English", 1)], [(words, 10_000_000)] * 5),
            "total": (1, 10_000_000),
        },
        "stats/steps": {
            **campaign,
            "since": day,
            "began": (1, 10_000_000),
            "signed": many,
            "hardest": (None, "Consent", words),
            "lost": many,
        },
        "stats/updates": {
            **campaign,
            "updates": ([("3 Nov", 1, 0, 0, 1)], [(words, *(10_000_000,) * 4)] * 3),
            "best": (words,),
            "signed": many,
            "hours": (24,),
        },
        "stats/words": {
            **campaign,
            "texts": (
                [(1, "x", 0, None, 25, 975, ""), (2, "y", 1, 0, 0, 500, "stopped")],
                *(
                    [(5, words, 10_000_000, 1000, 999, 1000, state)] * 5
                    for state in ("won", "only")
                ),
            ),
            "hours": (24,),
            "edits": (True, False),
        },
        "stats/ahead": {
            **campaign,
            **goal,
            "total": many,
            "days": (14, 28),
            "pace": many,
            "early": maybe,
            "middle": maybe,
            "late": maybe,
        },
        "stats/ahead_none": {**campaign, **goal, "reason": ("reached", "closed", "short", "still")},
        "stats/nothing": {**campaign, "what": ("signatures", "areas", "steps", "updates", "words")},
        "stats/table": {**campaign, "view": STATS, "columns": (COLUMNS, ["day"])},
        "stats/morning": {
            **campaign,
            **goal,
            "day": day,
            "added": (-1, *many),
            "total": many,
            "source": (None, words),
            "brought": many,
            "updates": (0, 1, 5),
            "entries": ([], ["event"], ["decision"] * 9),
            "doubtful": (0, 1, 5),
            "waiting": (0, 1, 5),
            "comments": (0, 1, 5),
        },
        "stats/morning_off": campaign,
    }


def chart_words(say: Say) -> dict[str, Alternatives]:
    """Give the variables of what stands in pictures of numbers."""
    many, day = (0, 1, 10_000_000), (date(2009, 11, 26),)
    return {
        "stats_morning": {"on": (True, False)},
        "chart_number": {"value": many},
        "chart_day": {"day": day},
        "chart_weekday": {"weekday": tuple(range(7))},
        "chart_share": {"share": (0.0, 0.123456, 1.0)},
        "chart_band": {"low": (0, 999), "high": (1, 1000)},
        "chart_language": {"code": ("en", "cy", say(UNBOUNDED))},
        "chart_goal": {"goal": many},
        "chart_beside": {"goal": many, "today": (-1, *many)},
        "chart_pace": {"goal": many, "pace": many},
        "chart_total": {"count": many},
        "chart_days": {"days": (30,)},
        "chart_areas": {"known": many, "without": many},
        "chart_since": {"day": day},
        "chart_update": {"sent": many, "tapped": many, "left": many},
        "chart_lost": {"count": many, "share": (0.0, 0.5)},
        "chart_unnamed": {"place": (1, 9)},
        "chart_event": {
            "kind": (*STORY_KINDS, "milestone"),
            "words": ("", say(UNBOUNDED)),
            "count": many,
        },
    }
