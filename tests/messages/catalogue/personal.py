"""What people read of the data that is held about them, and staff of keeping it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from handlers.staff.audit import A_PAGE
from tests.messages.catalogue.names import ACTIONS
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Say, campaigns

PAGES = [ACTIONS[n : n + A_PAGE] for n in range(0, len(ACTIONS), A_PAGE)]


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
    much = (say(UNBOUNDED), 10_000_000)
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
        "my_data/sent": {},
        "my_data/too_often": {"times": (2,)},
        "erase/ask": {
            "uncounted": ([], ["Keep it"], [say(UNBOUNDED)] * 9),
            "counted": ([], ["Keep it"], [say(UNBOUNDED)] * 9),
            "by_account": (True, False),
        },
        "erase/done": {"by_account": (True, False)},
        "erase/staff": {},
        "sign_out/ask": {},
        "sign_out/done": {},
        "audit/page": {
            "acts": (
                [],
                *([Act(action) for action in page] for page in PAGES),
                *([Act(action, None, None, *much) for action in page] for page in PAGES),
                [Act(say(UNBOUNDED), *[say(UNBOUNDED)] * 3)] * A_PAGE,
            ),
            "zone": ("Europe/London",),
        },
        "audit/told": {
            "act": (
                Act("staff.added", None),
                Act(say(UNBOUNDED), None, say(UNBOUNDED), say(UNBOUNDED)),
            ),
        },
    }
