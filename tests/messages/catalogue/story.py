"""A campaign's story: what supporters read of it, and what staff are asked for it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from tests.messages.catalogue.names import STORY_QUESTIONS
from tests.messages.catalogue.views import Alternatives, Say, campaigns


@dataclass(frozen=True, slots=True)
class Entry:
    """What templates may ask of an entry in a campaign's story."""

    kind: str
    who: str = ""
    what: str = ""
    quote: str = ""
    place: str = ""
    watch: str = ""
    means: str = ""
    next: str = ""
    state: str = ""
    outcome: str = ""
    at: datetime | None = None
    day: date = date(2009, 11, 26)
    first: date = date(2009, 11, 16)
    last: date = date(2009, 11, 18)
    slipped: tuple[tuple[date, date], ...] = ()
    total: int | None = None


def entries(say: Say) -> dict[str, tuple[Entry, ...]]:
    """Give the kinds of entries there are in a story, each as full as it can be."""
    at = datetime(2009, 11, 26, 10, tzinfo=UTC)
    day = date(2009, 12, 8)
    said = {"who": say(200), "what": say(300), "place": say(200)}
    expected = Entry("decision", **said, state="expected")
    made = replace(
        expected,
        state="made",
        means=say(800),
        next=say(500),
        slipped=((day, day), (date(2009, 11, 16), date(2009, 11, 18))) * 3,
    )
    planned = Entry("handin", place=say(200), watch=say(300), state="planned", at=at)
    return {
        "milestone": (Entry("milestone", total=1), Entry("milestone", total=10_000_000)),
        "endorsement": (
            Entry("endorsement", who=say(200)),
            Entry("endorsement", who=say(200), quote=say(600)),
        ),
        "media": (Entry("media", what=say(300)), Entry("media", what=say(300), at=at)),
        "event": (Entry("event", what=say(300), place=say(200), at=at),),
        "news": (Entry("news", what=say(300)),),
        "decision": (
            expected,
            replace(expected, first=day, last=day, slipped=made.slipped[:1]),
            replace(expected, outcome="postponed"),
        ),
        "made": (
            *(replace(made, outcome=outcome) for outcome in ("won", "partly", "lost")),
            replace(made, outcome="lost", next=""),
        ),
        "handin": (planned, replace(planned, place="", watch="")),
        "held": (*(replace(planned, state="held", total=n) for n in (0, 1, 10_000_000)),),
        "cancelled": (replace(planned, state="cancelled"),),
    }


def story(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    yes_or_no = (True, False)
    counts = (0, 1, 2, 10_000_000)
    story = entries(say)
    every_entry = tuple(one for found in story.values() for one in found)
    zone: Alternatives = {"zone": ("Europe/London",)}
    asked: Alternatives = {
        "kind": ("endorsement", "media", "event", "decision", "handin", "news", "postponed"),
        "language_name": (None, "English", "Cymraeg"),
        "again": (False, False, True),
        "optional": yes_or_no,
    }
    pages: Alternatives = {
        **campaign,
        **zone,
        "entries": ([], *([one] * 3 for one in every_entry)),
        "page": (1, 2),
        "pages": (1, 200),
    }
    return {
        **{f"timeline/ask_{name}": asked for name in STORY_QUESTIONS},
        "timeline/words_not": {"reason": ("empty", "long"), "limit": (200, 800)},
        "timeline/link_not": {},
        "timeline/days_not": {"reason": ("InThePast", "TooFar", "wrong_weekday", "unclear")},
        "timeline/tap": {},
        "timeline/kept": {},
        "timeline/thrown": {},
        "timeline/put_right": {},
        "timeline/refused": {"reason": ("ChangedSince", "Settled")},
        "timeline/review": {
            **campaign,
            **zone,
            "entry": every_entry,
            "others": ([], [("Cymraeg", story["news"][0])]),
            "closes": yes_or_no,
        },
        "timeline/list": {**campaign, "count": counts},
        "timeline/entry": {**campaign, **zone, "entry": every_entry},
        "timeline/kinds": campaign,
        "timeline/sure": {**zone, "entry": every_entry, "act": ("off", "remove")},
        "timeline/passed": {**campaign, **zone, "entry": story["decision"]},
        "timeline/counted": {
            **campaign,
            **zone,
            **dict.fromkeys(("total", "live", "offline"), counts),
            "at": (datetime(2009, 11, 26, 10, tzinfo=UTC),),
            "closed": yes_or_no,
        },
        "timeline/calendar": {**zone, "entry": every_entry},
        "timeline/news": pages,
        "timeline/story": pages,
    }
