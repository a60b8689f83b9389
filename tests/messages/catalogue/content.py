"""What staff see while they change what a campaign says."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tests.messages.catalogue.views import ENDS, UNBOUNDED, Alternatives, Say, campaigns, in_units

PARTS = (
    *("summary", "reasons", "questions", "endorsements", "opponents", "about", "organisations"),
    *(
        "outcome",
        "share_text",
        "share_texts",
        "target_short",
        "title",
        "ask",
        "target",
        "statement",
    ),
)
FIELDS_OF_ENTRIES = ("question", "answer", "who", "quote", "claim")
MEANINGS = (
    *("asks_anew", "new_version", "closes", "opens", "hides", "languages", "fields", "data"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What templates may ask of a change to a campaign."""

    pieces: list[Piece]
    part: str = "reasons"
    key: str = "text.en.consent.sign"
    language: str = "Cymraeg"
    place: int = 3
    moved_from: int = 0
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What templates may ask of a problem with a campaign file."""

    key: str
    what: str
    instead: str
    line: int | None


def content(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""

    def bounded(limit: int) -> str:
        return in_units(say, limit)

    campaign: Alternatives = {"campaign": campaigns(say)}
    counts = (0, 1, 2, 10_000_000)
    part: Alternatives = {"part": PARTS}
    full = [Piece("same", bounded(300)), Piece("gone", bounded(300))]
    full.append(Piece("new", bounded(300)))
    changes = (
        [Told([Piece("new", bounded(900))])],
        [Told([Piece("gone", bounded(900))], part="", language="", place=0)],
        [Told([Piece("same", bounded(120))], moved_from=2, language="")],
        [Told(full), Told(full, part="", meaning="asks_anew"), Told(full, meaning="closes")][:2],
        *([Told(full, meaning=code)] for code in MEANINGS),
    )
    shown: Alternatives = {"changes": changes, "more": (0, 1, 10)}
    problems = (
        [Problem("goal", "is 0", "write another", 4)],
        [Problem(say(UNBOUNDED), say(UNBOUNDED), say(UNBOUNDED), None)] * 8,
    )
    return {
        "content/home": campaign,
        "deadline/ask": {**campaign, "zone": ("Europe/London",)},
        "deadline/look": {
            **campaign,
            "ends": (None, *ENDS),
            "twice": (True, False),
            "opens": (True, False),
        },
        "deadline/not": {
            "reason": (
                *("TwoMidnights", "InThePast", "NoSuchTime", "no_time", "wrong_weekday"),
                *("TooFar", "unclear"),
            ),
            "day": (date(2009, 11, 30),),
        },
        "deadline/done": campaign,
        "content/which": {},
        "content/list": {**part, "count": (0, 1, 2, 10), "most": (1, 10, 50)},
        "content/entry": {
            **part,
            "place": (0, 1, 50),
            "texts": (
                [("", say(UNBOUNDED))],
                [("English", say(UNBOUNDED)), ("Cymraeg", say(UNBOUNDED))],
            ),
            "limit": (1600,),
            "signed": (True, False),
        },
        "content/ask": {
            "part": ("questions", "opponents"),
            "field": (*PARTS[:1], *FIELDS_OF_ENTRIES, *PARTS[5:]),
            "language_name": (None, "Cymraeg"),
            "limit": (60, 3000),
            "one_line": (True, False),
            "current": (None, say(UNBOUNDED)),
            "optional": (True, False),
        },
        "content/not_like_that": {
            "reason": ("long", "line_break", "empty", "page", "many", "hidden"),
            "limit": (10, 3000),
            "over": (1, 2, 10_000),
        },
        "content/look": shown,
        "content/live": {"version": (1, 2, 1000)},
        "content/news": {
            **campaign,
            "name": (say(UNBOUNDED),),
            "version": (2,),
            "changes": (1, 2, 7),
        },
        "content/thrown": {},
        "content/kept": {},
        "content/put_right": {},
        "content/same": {},
        "content/remove": {**part, "words": (say(UNBOUNDED),)},
        "content/meanwhile": {"what": ("changed", "gone")},
        "content/tap": {},
        "content/text_only": {},
        "content/unfinished": {},
        "content/file_not": {"reason": ("same", "fetched"), "limit": (200,)},
        "content/file_problems": {"problems": problems, "more": (0, 1, 42)},
        "content/file_look": {
            **shown,
            "edits": counts,
            "edited_at": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
            "zone": ("Europe/London",),
            "allowed": (True, False),
            "unnamed": ([], [{"language_name": "Cymraeg", "fields": ["email", "phone"]}]),
        },
    }
