"""What staff read at their desk."""

from datetime import UTC, date, datetime

from handlers.staff.desk.updates import Line
from handlers.staff.desk.weeks import Line as Planned
from tests.messages.catalogue.names import KINDS, STORY_KINDS
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Say, campaigns

LISTED = ("awaiting_approval", "paused", "sending", "scheduled", "draft", "done", "cancelled")
DESK_WAITS = ("paused", "approvals", "inbox", "dates", "lookalikes", "comments")
DESK = (
    *("write", "updates", "weeks", "weeks_before", "weeks_after", "numbers", "story"),
    *("petition", "other", "move", "move_yes", "move_no", "copy"),
)
AT, DAY = datetime(2009, 11, 26, 9, tzinfo=UTC), date(2009, 11, 26)


def desk(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""
    words, counts = say(UNBOUNDED), (0, 1, 2, 10_000_000)
    zone: Alternatives = {"zone": ("Europe/London",)}
    page = [
        Line(10_000 + place, LISTED[place % len(LISTED)], "news", "send", words, AT)
        for place in range(6)
    ]
    each = [
        Line(1, status, kind, act, "", None)
        for status in LISTED
        for kind in KINDS
        for act in ("send", "correct", "retract")
    ]
    planned = [
        Planned(DAY, AT, "news", words, is_update=True, waits=True, again=True),
        *(Planned(DAY, None, kind, words, last=date(2009, 11, 28)) for kind in STORY_KINDS),
        Planned(DAY, AT, "closes", ""),
    ]
    none = dict.fromkeys(LISTED, 0)
    yes_or_no = (True, False)
    times: Alternatives = {"kind": KINDS, "before": (AT,), **zone}
    return {
        "desk/home": {
            "campaign": campaigns(say),
            "yesterday": (*counts, -3),
            "today": counts,
            "counts": (
                None,
                none,
                *({**none, status: 1} for status in LISTED),
                dict.fromkeys(LISTED, 12),
            ),
            "quiet": (0, 1, 12),
            "quiet_until": (AT,),
            "next": (None, page[3]),
            "waiting": (0, 1, 5),
            **zone,
        },
        "desk/updates": {
            "campaign": campaigns(say),
            "lines": ([], page, *([one] for one in each)),
            "count": counts,
            "page": (1, 3),
            "pages": (1, 3),
            **zone,
        },
        "desk/weeks": {
            "campaign": campaigns(say),
            "first": (DAY,),
            "last": (date(2009, 12, 23),),
            "lines": ([], planned, [planned[0]] * 24),
            "more": (0, 1, 50),
            **zone,
        },
        "desk/move": times,
        "desk/move_look": {
            **times,
            "at": (AT,),
            "twice": yes_or_no,
            "weekly": yes_or_no,
            "quiet_until": (None, AT),
        },
        "desk/copied": {},
    }
