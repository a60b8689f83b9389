"""What people read of the data that is held about them, and staff of keeping it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tests.messages.catalogue.names import ACTIONS
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Say, campaigns


@dataclass(frozen=True, slots=True)
class Act:
    """What templates may ask of an act in the audit log."""

    action: str
    who: str | None = "Olive"
    title: str | None = "Keep it"
    whom: str = "Ada"
    count: int | None = 1
    role: str | None = "editor"
    subject: str = "staff:7"
    at: datetime = datetime(2009, 11, 26, 9, tzinfo=UTC)


def personal(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    return {
        "backup/failed": {},
        "retention/soon": {**campaign, "on": (date(2010, 5, 26),)},
        "retention/how_long": campaign,
        "retention/why": campaign,
        "retention/longer": {**campaign, "on": (date(2010, 5, 26),)},
        "retention/news": {
            **campaign,
            "name": (say(UNBOUNDED),),
            "reason": ("handin", "decision", "claim"),
            "on": (date(2010, 5, 26),),
        },
        "retention/not_longer": {"reason": ("PutOffAlready", "NotClosed", "TooLate")},
        "mydata/sent": {},
        "mydata/too_often": {"times": (2,)},
        "forget/ask": {
            "uncounted": ([], ["Keep it"], [say(UNBOUNDED)] * 9),
            "counted": ([], ["Keep it"], [say(UNBOUNDED)] * 9),
        },
        "forget/done": {},
        "forget/staff": {},
        "audit/page": {
            "acts": (
                [],
                [Act(action) for action in ACTIONS],
                [Act(action, None, None, say(UNBOUNDED), 10_000_000) for action in ACTIONS],
                [Act(say(UNBOUNDED), *[say(UNBOUNDED)] * 3)] * 8,
            ),
            "zone": ("Europe/London",),
        },
    }
