"""Every message with the values that the handlers hand it: the other half of the templates."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from messages import Language
from tests.messages.content_catalogue import PARTS, content

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
class Answer:
    field: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """What templates may ask of a link, or of all links of a campaign."""

    name: str = ""
    opens: int = 10_000_000
    starts: int = 1
    signatures: int = 2
    shared: int = 3
    friends: int = 0
    signers: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    reproduction: float | None
    monday: date = date(2009, 11, 2)
    signers: int = 10_000_000
    friends: int = 1


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


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What templates may ask of a broadcast."""

    status: str
    paused_why: str | None
    walked: bool
    act: str = "send"
    due_at: datetime = datetime(2009, 11, 26, 9, tzinfo=UTC)
    total: int = 10_000_000
    ended: int = 5_000_000
    sent: int = 4_000_000
    unreachable: int = 1
    left_out: int = 2
    failed: int = 3
    unknown: int = 4


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


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where earlier answers come from."""

    title: str
    value: str
    on: date = date(2009, 11, 3)


@dataclass(frozen=True, slots=True)
class Listed:
    """A petition in a list."""

    campaign: "CampaignView"
    number: int | None
    signed_on: date | None = date(2009, 11, 3)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as staff read it."""

    words: str
    permission: str | None
    first_name: str | None = None
    area: str | None = None
    chosen: bool = False
    place: int = 1


@dataclass(frozen=True, slots=True)
class Leader:
    first_name: str
    friends: int = 25


@dataclass(frozen=True, slots=True)
class Ruled:
    """What templates may ask of a rule that staff have made."""

    since: datetime | None = None
    until: datetime | None = None
    seen_since: datetime | None = None
    seen_until: datetime | None = None
    link: str | None = None
    below: str | None = None
    postcode: str | None = None
    pattern: str | None = None
    lookalike: bool = False
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Suspect:
    full_name: str | None
    number: int = 10_000_000
    postcode: str | None = "SW1A 1AA"
    signed_at: datetime = datetime(2009, 11, 26, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two signatures that look alike."""

    reason: str
    full_name: str | None
    postcode: str | None = "SW1A 1AA"
    number: int = 2
    other_number: int = 1
    other_name: str | None = "Ada"
    other_postcode: str | None = None
    signed_at: datetime = datetime(2009, 11, 26, 9, tzinfo=UTC)
    other_signed_at: datetime = datetime(2009, 11, 25, 9, tzinfo=UTC)


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
    status: str = "open"
    outcome: str | None = None
    closed_on: date | None = None
    keep_months: int = 6


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
        recipient=say(200),
        total=0,
    )
    full = replace(
        small,
        reasons=[in_units(say, REASON_LIMIT)] * 2,
        questions=[Question(say(UNBOUNDED), say(UNBOUNDED))] * 20,
        opponents=[Claim(say(UNBOUNDED), say(UNBOUNDED))] * 10,
        about=say(UNBOUNDED),
        controllers=[say(UNBOUNDED)] * 12,
        privacy_notice=say(UNBOUNDED),
        total=10_000_000,
        offline=9_999_999,
        goal=999_999_999,
    )
    closed = replace(full, status="closed", outcome=say(UNBOUNDED), closed_on=date(2009, 11, 26))
    return (
        small,
        full,
        replace(full, goal=1000),
        closed,
        replace(closed, outcome=None, closed_on=None, total=0, offline=0),
    )


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


def html(say: Say) -> dict[str, Alternatives]:
    """Give every HTML message's variables, each with the values worth trying."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    maybe: Alternatives = {"campaign": (None, *campaigns(say))}
    several: Alternatives = {"campaigns": ([], list(campaigns(say))[:1], list(campaigns(say)) * 4)}
    link: Alternatives = {"link": ("https://t.me/clamour_bot?start=keep-the-unit",)}
    limit: Alternatives = {"limit": (1, 2, 120, 4096)}
    number: Alternatives = {"number": (1, 813, 10_000_000)}
    yes_or_no = (True, False)
    earlier = Earlier(say(UNBOUNDED), say(UNBOUNDED))
    ask: Alternatives = {
        **campaign,
        "position": (1, 6),
        "count": (1, 6),
        "current": (None, say(UNBOUNDED)),
        "required": yes_or_no,
        "earlier": (None, earlier),
    }
    listing: Alternatives = {"page": (1, 3), "pages": (1, 3)}
    listed = [[Listed(one, n) for one in campaigns(say)] for n in (1, 10_000_000)]
    unsigned = [Listed(one, None) for one in campaigns(say)]
    review: Alternatives = {
        "answers": (
            [Answer("name", "Ada")],
            [Answer(name, say(UNBOUNDED)) for name in FIELDS],
            [Answer(name, None) for name in FIELDS],
            [Answer("country", "GB")],
        ),
        "updates": yes_or_no,
        "other": (None, True, False),
        "amending": yes_or_no,
    }
    wording = in_units(say, WORDING_LIMIT)
    consent: Alternatives = {
        "sign_wording": (wording,),
        "updates_wording": (wording,),
        "other_wording": (None, wording),
        "updates": yes_or_no,
        "other": yes_or_no,
    }
    happened = [
        one for kind in ("milestone", "endorsement", "made", "held") for one in entries(say)[kind]
    ]
    signed: Alternatives = {
        "first_name": (None, say(UNBOUNDED)),
        "updates": yes_or_no,
        "so_far": ([], happened[:1], happened[:3], happened[3:6]),
    }
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
    ready: Alternatives = {**campaign, **zone}
    pages: Alternatives = {
        **campaign,
        **zone,
        "entries": ([], *([one] * 3 for one in every_entry)),
        "page": (1, 2),
        "pages": (1, 200),
    }
    audience: Alternatives = {
        "who": WHO,
        "speaks": ([], ["English"], ["English", "Cymraeg"]),
        "areas": ([], ["SW"], ["SW"] * 40),
        "since": (None, date(2009, 11, 3)),
        "before": (None, date(2009, 11, 3)),
        "brought": (None, True, False),
        "source": (None, say(UNBOUNDED)),
        "count": counts,
    }
    when = datetime(2009, 11, 26, 9, tzinfo=UTC)
    doubtful: Alternatives = {
        "count": counts,
        "more": yes_or_no,
        "rule": (Ruled(), Ruled(*(when,) * 4, *(say(UNBOUNDED),) * 4, True, 10_000_000)),
        "zone": ("Europe/London",),
    }
    role: Alternatives = {"role": ROLES, "title": (None, say(UNBOUNDED))}
    member: Alternatives = {**role, "name": (say(UNBOUNDED),)}
    mine: Alternatives = {
        **campaign,
        "first_name": (say(UNBOUNDED),),
        **dict.fromkeys(("friends", "people", "chain", "opens"), counts),
        **dict.fromkeys(("shows_name", "listed", "thanks"), yes_or_no),
    }
    return {
        "start/welcome": {**campaign, "earlier": (None, earlier)},
        "start/choose": several,
        "start/nothing_open": {},
        "start/closed": campaign,
        "start/under_review": {**campaign, **number},
        "start/blocked": campaign,
        "confirm/asked": {**campaign, "email": (say(UNBOUNDED),), "minutes": (15,)},
        "confirm/not_yet": {
            "why": ("wrong", "used_up", "too_old", "too_many"),
            "left": (1, 2, 59, 60),
        },
        "confirm/address": {},
        **{
            f"confirm/{name}": {**campaign, "email": (say(UNBOUNDED),)}
            for name in ("delayed", "refused", "reminder")
        },
        "limits/slow_down": {},
        "limits/signing": {"minutes": (0, 1, 2, 60)},
        "start/signed": {
            **campaign,
            **number,
            "signed_on": (date(2009, 11, 3),),
            "updates": yes_or_no,
        },
        "petitions/open": {**listing, "petitions": ([], unsigned, *listed)},
        "petitions/signed": {**listing, "petitions": ([], *listed)},
        "petitions/which": {},
        "read/more": campaign,
        "read/supporters": {
            **campaign,
            "endorsements": (
                [],
                [Endorsement(say(UNBOUNDED), None)],
                [Endorsement(say(UNBOUNDED), say(UNBOUNDED))] * 5,
            ),
            "organisations": ([], [say(UNBOUNDED)] * 12),
            "page": (1, 10),
            "pages": (1, 10),
        },
        "read/why": campaign,
        "read/opponents": campaign,
        "read/opponent": {"claim": (say(UNBOUNDED),), "answer": (say(UNBOUNDED),)},
        "read/about": campaign,
        "questions/list": campaign,
        "questions/answer": {
            **campaign,
            "question": (say(UNBOUNDED),),
            "answer": (say(UNBOUNDED),),
        },
        **{f"steps/offer_{step}": campaign for step in STEPS},
        **{f"steps/{name}": campaign for name in ("later", "all_done", "list", "letter_sent")},
        **{f"steps/{name}": campaign for name in ("comment_gone", "event_noted")},
        **{f"steps/ask_{name}": {**campaign, "limit": (1, 500)} for name in ("letter", "comment")},
        "steps/letter": {
            **campaign,
            "subject": (in_units(say, 100),),
            "body": (in_units(say, LETTER_LIMIT),),
            "to": (None, "commissioner@example.org"),
            "form": yes_or_no,
        },
        "steps/ask_quote": {
            **campaign,
            "words": (say(500),),
            "named_wording": (in_units(say, 600),),
            "unnamed_wording": (in_units(say, 600),),
        },
        **{
            f"steps/quote_{how}": {"organiser": (say(120),), "title": (say(120),)}
            for how in ("named", "unnamed")
        },
        "steps/comment_kept": {**campaign, "permission": PERMISSIONS},
        "steps/my_comment": {**campaign, "permission": PERMISSIONS, "words": (say(500),)},
        "steps/event": {
            **campaign,
            **zone,
            "entry": (*story["event"], *story["handin"]),
        },
        "steps/tap": {},
        **{f"reminders/{kind}": campaign for kind in ("unfinished", "share", "forgotten")},
        "digest/weekly": {
            **campaign,
            "change": (0, 1, 2, -1, 10_000_000),
            "since": (date(2009, 11, 20),),
            "updates": ([], [("news", 1)], [(kind, 10_000) for kind in KINDS]),
        },
        "share/link": {**campaign, **link, "signed": yes_or_no, "friends": (0, 1, 2, 1000)},
        "share/qr": {**campaign, **link, "source": (None, say(UNBOUNDED))},
        "share/texts": {
            **campaign,
            **link,
            "share_text": (say(UNBOUNDED),),
            "short_text": (say(UNBOUNDED),),
        },
        "friends/mine": mine,
        "friends/none": campaign,
        "friends/invited": {"friend": (None, say(UNBOUNDED))},
        "friends/thanks": {
            **campaign,
            "new": (1, 2, 3, 10_000),
            "total": (1, 3, 5, 10_000),
            "step": (None, 1, 3, 5, 10, 25),
        },
        "inline/card": campaign,
        "privacy/notice": campaign,
        "privacy/general": {},
        "sign/ask_name": {**ask, "telegram_name": (None, say(UNBOUNDED))},
        **{f"sign/ask_{name}": ask for name in FIELDS if name != "name"},
        **{f"sign/problem_{problem}": {} for problem in PROBLEMS},
        "sign/problem_name_too_long": limit,
        "sign/problem_comment_too_long": limit,
        "sign/consent": {**campaign, **consent},
        "sign/review": {**campaign, **review},
        "sign/signed": {**campaign, **number, **link, **signed},
        "sign/changed": campaign,
        "sign/cancelled": campaign,
        "sign/closed_meanwhile": campaign,
        "sign/keyboard_away": {},
        "withdraw/confirm": {**campaign, **number},
        "withdraw/done": campaign,
        "withdraw/not_signed": maybe,
        "updates/on": campaign,
        "updates/off": campaign,
        "updates/new_words": {**campaign, "wording": (wording,)},
        "updates/stopped": {},
        "updates/which": {},
        "updates/others": {**campaign, "wording": (wording,)},
        "updates/no_others": {},
        "help/general": several,
        "help/step": {**campaign, "step": (*FIELDS, "consent", "review")},
        **{f"unexpected/{kind}": {} for kind in UNEXPECTED},
        "unexpected/too_long": limit,
        "unexpected/unknown_command": {"command": (say(UNBOUNDED),)},
        "language/choose": {},
        "language/changed": {"language_name": ("English", "Cymraeg")},
        "group/hello": {**maybe, **link},
        "error/oops": {"reference": ("7F3K-QW",)},
        "error/busy": {},
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
            **dict.fromkeys(("root", "manifest"), ("ab" * 32,)),
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
        "offline/which": {},
        "offline/list": {**campaign, "entries": (0, 1, 10)},
        "offline/entry": {
            "count": (1, -4, 100_000),
            "note": ("", say(200)),
            "on": (None, date(2009, 11, 24)),
            "at": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
            "zone": ("Europe/London",),
            "undone": yes_or_no,
        },
        "offline/photo": {"count": (1, 100_000), "note": ("", say(200))},
        "offline/sheet": {
            **campaign,
            "step": ("count", "place", "day", "photo", "look"),
            "problem": ("", "count", "day", "photo", "text"),
            "count": (0, 1, 100_000),
            "note": ("", say(200)),
            "on": (None, date(2009, 11, 24)),
            "photo": yes_or_no,
        },
        "offline/table": {
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
        "offline/table_which": {},
        "offline/table_looking": {},
        "offline/table_thrown": {},
        "offline/table_over": {"status": ("counted", "undone", "thrown", "failed")},
        "offline/table_column": {"field": TABLE_FIELDS},
        "offline/table_problem": {
            "reason": ("too_large", "too_many_rows", "too_wide", "empty", "gone", "not_text")
        },
        "staff/offline_recorded": {
            **campaign,
            "count": (40, 1, -1, -40),
            "note": ("", say(UNBOUNDED)),
        },
        "staff/offline_refused": {"reason": ("campaign", "count", "below_zero")},
        "staff/help": {},
        **content(say, lambda limit: in_units(say, limit), campaign, counts),
        "update/kind": campaign,
        "update/not_announced": {**campaign, "reason": ("closed", "controllers")},
        "update/message": {
            **campaign,
            "kind": KINDS,
            "language_name": (None, "English", "Cymraeg"),
        },
        "update/panel": {
            **campaign,
            "kind": KINDS,
            "languages": (["en"], ["en", "cy"]),
            **audience,
        },
        "update/audience": audience,
        "update/areas": {},
        "update/areas_not": {},
        "update/sources": {"count": (0, 1, 20)},
        "update/link": {},
        "update/link_not": {"reason": ("address", "words")},
        "update/links_enough": {"limit": (3,)},
        "update/album": {},
        "update/problem_album": {"limit": (10,)},
        "update/test": {"name": (say(UNBOUNDED),)},
        "update/tested": {"count": counts},
        "update/approve": {
            **campaign,
            "name": (say(UNBOUNDED),),
            "kind": KINDS,
            "count": counts,
            "at": (None, datetime(2009, 11, 26, 9, tzinfo=UTC)),
            "act": ("send", "correct"),
            "zone": ("Europe/London",),
        },
        "update/answered": {"name": (say(UNBOUNDED),), "agreed": yes_or_no},
        "update/sent_back": {},
        "update/nobody_to_agree": {"limit": (1, 500)},
        "update/problem_variable": {
            "name": (say(UNBOUNDED),),
            "nearest": (None, "first_name"),
        },
        "update/problem_braces": {},
        "update/problem_long": {"limit": (1024, 4096), "longest": (5000, 20_000)},
        "update/not_that": {},
        "update/when": {},
        "update/when_not": {"reason": ("InThePast", "NoSuchTime", "TooFar", "no_time", "unclear")},
        "update/confirm": {
            "count": counts,
            "minutes": (1, 2, 600),
            "at": (None, datetime(2009, 11, 26, 9, tzinfo=UTC)),
            "quiet_until": (None, datetime(2009, 11, 26, 8, tzinfo=UTC)),
            "twice": yes_or_no,
            "weekly": yes_or_no,
            "approval_above": (None, 1, 500),
            "zone": ("Europe/London",),
        },
        "update/correction": {**campaign, "kind": KINDS},
        "update/new_words": {
            **campaign,
            "kind": KINDS,
            "language_name": (None, "Cymraeg"),
        },
        "update/words_only": {},
        "update/confirm_correction": {"count": counts, "approval_above": (None, 1, 500)},
        "update/retract": {"count": counts},
        "update/after_not": {"reason": ("late", "under_way", "retracted", "unsent")},
        "update/report": {
            "reasons": ([], [("", 1)], [(say(UNBOUNDED), 10_000_000)] * 3),
            "taps": ({"sign": 0, "share": 1}, {"sign": 10_000_000, "share": 0}),
            **dict.fromkeys(("left_kind", "left_all", "signed"), counts),
            "at": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
            "zone": ("Europe/London",),
        },
        "update/paused_itself": {**campaign, "kind": KINDS, "stale": yes_or_no},
        "update/progress": {
            **campaign,
            "whole": (0, 10_000_000),
            "rate": (0.0, 0.5, 28, 1000),
            "minutes_left": (None, 1, 2, 600),
            "kind": KINDS,
            "zone": ("Europe/London",),
            "quiet_until": (None, datetime(2009, 11, 26, 8, tzinfo=UTC)),
            "broadcast": (
                *(Broadcast(*state, walked=walked) for state in STATES for walked in yes_or_no),
                *(
                    Broadcast(status, None, walked=True, act=act)
                    for status in ("sending", "cancelled")
                    for act in ("correct", "retract")
                ),
            ),
        },
        "ready/milestone": {**campaign, "number": (1, 2, 1000, 10_000_000)},
        "staff/milestone": {
            **campaign,
            "number": (1, 2, 1000, 10_000_000),
            "status": ("draft", "scheduled", "cancelled"),
            "count": (0, 1, 2, 10_000_000),
            "at": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
            "zone": ("Europe/London",),
        },
        **{f"story/ask_{name}": asked for name in STORY_QUESTIONS},
        "story/words_not": {"reason": ("empty", "long"), "limit": (200, 800)},
        "story/link_not": {},
        "story/days_not": {"reason": ("InThePast", "TooFar", "wrong_weekday", "unclear")},
        "story/tap": {},
        "story/thrown": {},
        "story/refused": {"reason": ("ChangedSince", "Settled")},
        "story/review": {**campaign, **zone, "entry": every_entry, "closes": yes_or_no},
        "story/list": {**campaign, "count": counts},
        "story/entry": {**campaign, **zone, "entry": every_entry},
        "story/kinds": campaign,
        "story/sure": {**zone, "entry": every_entry, "act": ("off", "remove")},
        "story/passed": {**campaign, **zone, "entry": story["decision"]},
        "story/counted": {
            **campaign,
            **zone,
            **dict.fromkeys(("total", "live", "offline"), counts),
            "at": (datetime(2009, 11, 26, 10, tzinfo=UTC),),
            "closed": yes_or_no,
        },
        "story/calendar": {**zone, "entry": every_entry},
        "story/news": pages,
        "story/story": pages,
        **{
            f"ready/{name}": {**ready, "entry": story[kind]}
            for name, kind in (
                *((kind, kind) for kind in ("endorsement", "media", "event", "news", "decision")),
                *((name, "decision") for name in ("reminder", "waiting", "postponed")),
                *(("outcome", "made"), ("handin", "handin"), ("handin_moved", "handin")),
                *(("handin_off", "cancelled"), ("handin_held", "held")),
            )
        },
        "update/nobody": {},
        "update/thrown": {},
        "update/stopped_all": {"count": counts},
        "staff/members": {
            "members": (1, 2, 40),
            "more": (0, 1, 10),
            "waiting": (0, 1, 2),
        },
        "staff/member": {**member, "since": (date(2009, 11, 3),), "by_config": yes_or_no},
        "staff/member_remove": member,
        "staff/members_refused": {"reason": REFUSALS},
        "staff/invite": {},
        "staff/invite_where": {"role": ROLES},
        "staff/invitation": {
            **role,
            **link,
            "until": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
            "zone": ("Europe/London",),
        },
        "staff/invitation_over": {},
        "staff/invited": {**role, "name": (None, say(UNBOUNDED))},
        "staff/joined": role,
        "staff/news": {**member, "what": ("joined", "role", "removed"), "own": yes_or_no},
        "backup/failed": {},
        "retention/soon": {**campaign, "on": (date(2010, 5, 26),)},
        "retention/how_long": campaign,
        "retention/why": campaign,
        "retention/longer": {**campaign, "on": (date(2010, 5, 26),)},
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
        "staff/alert_stalled": {
            **campaign,
            "kind": KINDS,
            "ended": (0, 1, 10_000_000),
            "total": (1, 2, 10_000_000),
        },
        "staff/alert_failures": {"count": (11, 12, 1000)},
        "staff/quarantine": {**campaign, "count": counts},
        "staff/quarantine_refused": {
            "reason": ("everybody", "link", "word"),
            "word": (say(UNBOUNDED),),
        },
        "staff/quarantine_try": {
            **campaign,
            **doubtful,
            "sample": ([], [Suspect(say(UNBOUNDED))] * 10, [Suspect(None)]),
        },
        "staff/quarantine_ask": {**campaign, **doubtful, "reason": BECAUSE},
        "staff/quarantine_act": {
            **campaign,
            **doubtful,
            "state": ("applying", "applied", "undoing", "undone"),
            "reason": (*BECAUSE, say(UNBOUNDED), ""),
            "at": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
        },
        "staff/quarantine_undo": {**campaign, "count": counts},
        "staff/quarantine_done": {**campaign, "count": counts, "state": ("applied", "undone")},
        "staff/quarantine_news": {
            **campaign,
            "what": ("held", "restored"),
            "name": (say(UNBOUNDED),),
            "count": counts,
        },
        "staff/doubles": {
            **campaign,
            "count": counts,
            "zone": ("Europe/London",),
            "pair": (
                *(Pair(reason, say(UNBOUNDED)) for reason in ALIKE),
                Pair("same_email", None, None),
            ),
        },
        "staff/doubles_none": campaign,
        "staff/block_usage": {},
        "staff/block": {
            **campaign,
            **number,
            "name": (None, say(UNBOUNDED)),
            "blocked": yes_or_no,
            "status": ("live", "withdrawn"),
        },
        "staff/block_news": {
            **campaign,
            **number,
            "name": (say(UNBOUNDED),),
            "blocked": yes_or_no,
        },
        "staff/burst": {
            **campaign,
            "kind": ("link", "referrer", "postcode", "name"),
            "key": (say(UNBOUNDED),),
            "count": (20, 10_000_000),
            "usual": (0, 1, 2, 19),
            "until": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
            "zone": ("Europe/London",),
        },
        "staff/source_usage": {},
        "staff/source_refused": {"reason": ("campaign", "name")},
        "staff/source_list": {
            **campaign,
            "sources": ([], [Funnel(name="leaflet")], [Funnel(name=say(UNBOUNDED))] * 60),
        },
        "staff/funnel": {
            **campaign,
            "funnel": (Funnel(signers=0), Funnel(signers=1), Funnel(signers=10_000_000)),
            "share_rate": (None, 0.0, 0.123456),
            "letters": (None, 0, 1, 10_000_000),
        },
        "staff/comments": {
            **campaign,
            "newest": yes_or_no,
            "comments": (
                [],
                [Comment(say(500), permission) for permission in (*PERMISSIONS, None)],
                [Comment(say(500), "named", say(UNBOUNDED), say(UNBOUNDED), chosen=True)] * 4,
            ),
        },
        "staff/weeks": {
            **campaign,
            "weeks": ([], [Week(reproduction=None)], [Week(reproduction=1 / 3)] * 60),
        },
        "staff/leaders": {**campaign, "leaders": ([], [Leader(say(UNBOUNDED))] * 60)},
    }


STORY_QUESTIONS = (
    *("who", "quote", "what", "link", "when", "place"),
    *("days", "watch", "closes", "outcome", "means", "next"),
)
STORY_KINDS = ("endorsement", "media", "event", "decision", "handin", "news")
KINDS = ("news", "milestone", "endorsement", "media", "event", "decision", "thanks")
KINDS = ("news", "milestone", "endorsement", "media", "event", "decision", "thanks", "campaign")
STEPS = ("share", "letter", "event", "comment")
PERMISSIONS = ("none", "named", "unnamed")
ACTIONS = (
    *(f"staff.{act}" for act in ("invited", "joined", "recalled", "role_changed", "removed")),
    *("staff.added", "source_link.make", "offline_signatures.record"),
    "offline_signatures.undo",
    *("retention.postponed", "retention.done", "backup.restored"),
    *("database.encrypted", "database.decrypted"),
    *(f"event.{act}" for act in ("added", "changed", "removed")),
    *(f"decision.{act}" for act in ("announced", "postponed", "still_waiting", "dropped")),
    *("handin.moved", "handin.called_off", "handin.frozen"),
    *("handin.asked", "handin.made", "handin.failed"),
    *("campaign.edited", "campaign.loaded", "comment.choose", "comment.leave_out"),
)
ROLES = ("owner", "editor", "viewer")
REFUSALS = ("LastOwner", "OwnerByConfig", "InvitationOver", "NotYours")
BECAUSE = ("double", "automatic", "made_up", "other")
ALIKE = ("same_email", "same_phone", "same_name_and_postcode")
WHO = ("everyone", "signers", "not_signed", "other_campaigns")
STATES = (
    *(("scheduled", None), ("sending", None), ("done", None), ("cancelled", None)),
    *(("awaiting_approval", None), ("draft", None)),
    *(("paused", "staff"), ("paused", "stale"), ("paused", "telegram_asks_to_wait:3600")),
)
PROFILES = ("full", "redacted")
TABLE_FIELDS = ("name", "first_name", "last_name", "postcode", "email")
FIELDS = ("name", "postcode", "email", "phone", "country", "comment")
PROBLEMS = (
    *("name_empty", "name_link", "name_no_letters"),
    *("postcode_malformed", "email_malformed", "country_unknown"),
    *("phone_malformed", "phone_not_own", "phone_typed"),
    *("comment_empty", "comment_link"),
)
UNEXPECTED = (
    *("sticker", "voice", "photo", "document", "location", "contact", "other"),
    *("edited", "idle_text"),
)
COMMANDS = (
    *(
        "start",
        "sign",
        "petitions",
        "share",
        "friends",
        "news",
        "updates",
        "stop",
        "withdraw",
        "proof",
    ),
    *("privacy", "language", "help", "cancel"),
    *(
        "update",
        "event",
        "content",
        "funnel",
        "source",
        "offline",
        "handin",
        "comments",
        "staff",
        "audit",
        "stopall",
    ),
    *("quarantine", "doubles", "block"),
)
TEXTS = (
    *(f"toast/{name}" for name in ("stale", "done_already", "answered")),
    *(f"toast/{name}" for name in ("updates_on", "updates_off", "language", "own_update")),
    *(f"toast/{name}" for name in ("saved", "recalled", "newest", "unfinished")),
    *(f"toast/{name}" for name in ("reminder_on", "reminder_off")),
    *(f"toast/{name}" for name in ("saved", "recalled", "newest", "not_permitted")),
    *(f"toast/{name}" for name in ("nothing_held", "muted")),
    *(f"commands/{name}" for name in COMMANDS),
    *("bot/description", "bot/short_description"),
)


PAGES = {"mydata/page": {"held", "at"}}


def web(say: Say) -> dict[str, Alternatives]:
    """Give every web page's variables, each with the values worth trying."""
    shown = {"campaign": campaigns(say), "sign_url": ("https://t.me/clamour_bot?start=s_12345678",)}
    spoken = ([Language("en", "English")], [Language("en", "English"), Language("cy", "Cymraeg")])
    framed: Alternatives = {"root": ("../",)}
    return {
        "web/card": {**shown, **framed},
        "web/counter": {**shown, **framed, "slug": ("keep-the-unit",)},
        "web/share": {
            **shown,
            **framed,
            "address": ("https://petition.example.org/s/r_1234567890",),
            "picture": ("https://petition.example.org/picture/keep-the-unit.png?lang=en&count=1",),
            "languages": spoken,
        },
        "web/nothing": {**framed, "campaigns": ([], list(campaigns(say)))},
        "web/busy": framed,
    }


def emails(say: Say) -> dict[str, Alternatives]:
    """Give every email's variables, each with the values worth trying."""
    code: Alternatives = {"campaign": campaigns(say), "code": ("012345",), "minutes": (15,)}
    return {"email/code": code, "email/code_subject": code}


def labels(say: Say) -> dict[str, Alternatives]:
    """Give every button label's variables, each with the values worth trying."""
    plain = (
        *("sign", "read_more", "questions", "share", "privacy", "home", "more"),
        *("supporters", "why", "opponents", "who_we_are", "earlier"),
        *(f"part_{name}" for name in PARTS),
        *(f"content_{act}" for act in ("file", "first", "add", "write", "change", "up", "down")),
        *(f"content_{act}" for act in ("remove", "remove_yes", "live", "anew", "without")),
        *("petitions", "page_before", "page_after", "sign_as_before"),
        *("updates_which", "stop_everything"),
        *("back", "skip", "cancel", "share_contact", "i_agree"),
        *("sign_now", "save_changes", "change_answers"),
        *("withdraw", "withdraw_yes", "withdraw_no", "updates_on", "updates_off"),
        *("share_telegram", "post_in_chat", "copy_link", "copy_short_text", "share_more"),
        *("share_back", "share_whatsapp", "share_qr", "share_texts", "my_friends"),
        *("no_more_thanks", "own_link", "open_bot"),
        *("news", "story", "story_earlier", "story_later", "calendar"),
        *(f"story_open_{kind}" for kind in ("media", "event", "handin", "news")),
        *(f"story_kind_{kind}" for kind in STORY_KINDS),
        *(f"story_field_{name}" for name in STORY_QUESTIONS),
        *("story_all", "story_add", "story_edit", "story_tell", "story_remove"),
        *("story_remove_yes", "handin_off", "story_off_yes", "story_save", "story_throw"),
        *("story_closes_yes", "story_closes_no", "story_thanks"),
        *(f"story_outcome_{outcome}" for outcome in ("won", "partly", "lost")),
        *(f"decision_{answer}" for answer in ("announced", "postponed", "waiting")),
        *("no_more_thanks", "own_link", "open_bot", "web_sign", "web_closed"),
        *("handin_full", "handin_redacted", "handin_yes"),
        *("paper_add", "paper_list", "paper_photo", "paper_undo", "paper_save", "paper_again"),
        *("today", "yesterday", "table_no_column", "table_throw"),
        *("field_first_name", "field_last_name"),
        *("funnel", "weeks", "sources", "leaders"),
        *("funnel", "weeks", "sources", "leaders", "older_comments", "newest_comments"),
        *("one_more_step", "what_else", "do_it", "not_now"),
        *(f"step_{step}" for step in STEPS),
        *("letter_without", "letter_sent", "copy_letter", "copy_address", "open_form"),
        *("write_again", "come_event"),
        *(f"quote_{name}" for name in (*PERMISSIONS, "again")),
        *("my_comment", "delete_comment", "go_on", "forget_answers", "no_more_reminders"),
        *(f"kind_{kind}" for kind in KINDS),
        *(f"mute_{kind}" for kind in KINDS),
        *(f"to_{who}" for who in WHO),
        *("update_rewrite", "update_send", "update_later", "update_look", "update_throw"),
        *("update_pause", "update_resume", "update_cancel"),
        *(f"field_{name}" for name in FIELDS),
        *(f"{act}_{role}" for act in ("role", "make") for role in ROLES),
        *("all_campaigns", "invite", "remove_member", "remove_yes"),
        *("keep_longer", "keep_for_handin", "keep_for_decision", "keep_for_claim"),
        *("audit_older", "audit_newest", "forget_me", "forget_yes", "forget_no"),
        *("send_invitation", "join_yes", "join_no"),
        *(f"because_{reason}" for reason in BECAUSE),
        *(f"quarantine_{name}" for name in ("hour", "day", "doubles", "not", "undo", "undo_yes")),
        *("look_at_it", "look_at_them", "mute_bursts", "keep_both"),
        *("block", "block_yes", "unblock", "code_again", "code_address"),
        *("test_me", "test_staff", "add_link", "drop_version", "album_whole"),
        *("approve", "send_back", "update_edit", "report_again"),
        *("update_correct", "update_retract", "correct_all"),
        *(f"only_signed_{key}" for key in ("any", "7", "30", "before30")),
    )
    return {
        **{key: {} for key in plain},
        "keep_months": {"months": (1, 2, 3)},
        "quarantine_act": {
            "on": (date(2009, 11, 26),),
            "count": (0, 10_000_000),
            "state": ("applied", "undone"),
        },
        "quarantine_yes": {"count": (1, 10_000_000)},
        "hold_newer": {"number": (1, 10_000_000)},
        "without_link": {"words": (say(UNBOUNDED),)},
        **{
            name: {"on": (True, False), "name": ("English", "Cymraeg")}
            for name in ("version", "only_language")
        },
        **{
            name: {"on": (True, False)}
            for name in (
                *(f"only_{who}" for who in WHO if who != "other_campaigns"),
                *("only_areas", "only_brought", "only_not_brought", "only_source", "weekly"),
            )
        },
        "own_quiet": {"begin": ("", "20:00"), "end": ("", "09:00")},
        "calendar_of": {"words": (say(UNBOUNDED),)},
        "remind_me": {"on": (True, False)},
        "story_entry": {"kind": ("News",), "words": (say(UNBOUNDED),)},
        "story_change": {"name": STORY_QUESTIONS, "language": ("", "Cymraeg")},
        "ask_approval": {"count": (1, 10_000_000)},
        "member": {"name": (say(UNBOUNDED),), "role": ROLES},
        "recall": {"role": ROLES, "title": (None, say(UNBOUNDED))},
        "keep": {"value": (say(UNBOUNDED),)},
        "use_name": {"name": (say(UNBOUNDED),)},
        "use_earlier": {"value": (say(UNBOUNDED),)},
        **{name: {"title": (say(UNBOUNDED),)} for name in ("use_all", "go_on_signing")},
        **{name: {"count": (1, 1000)} for name in ("petitions_open", "petitions_signed")},
        "updates_of": {"title": (say(UNBOUNDED),), "on": (True, False)},
        "country": {"code": ("GB", "IE")},
        "toggle_updates": {"on": (True, False)},
        "in_quiet_hours": {"on": (True, False)},
        **{f"hear_{kind}": {"on": (True, False)} for kind in (*KINDS, "reminder")},
        "choose_comment": {"on": (True, False), "place": (1, 4)},
        **{name: {"on": (True, False)} for name in ("with_sign", "with_share")},
        **{
            name: {"count": (1, 10_000_000)}
            for name in ("update_yes", "update_yes_later", "correct_yes", "retract_yes")
        },
        "paper_entry": {
            "count": (1, -4, 100_000),
            "note": ("", say(UNBOUNDED)),
            "undone": (True, False),
        },
        "table_count": {"count": (1, 100_000)},
        "table_column": {"field": TABLE_FIELDS, "heading": ("", say(40))},
        "day": {"day": (date(2009, 11, 26),)},
        "own_words": {"words": (say(UNBOUNDED),)},
        "inline_hint": {"total": (0, 1, 10_000_000)},
        "web_signed": {"total": (0, 1, 10_000_000), "more": (True, False, True)},
        "web_goal": {"goal": (1, 2000, 100_000_000)},
        "toggle_other": {"on": (True, False)},
        **{name: {"on": (True, False)} for name in ("show_name", "list_me", "thank_me")},
        "change": {"field": FIELDS},
        "campaign": {"title": (say(UNBOUNDED),)},
        "language": {"name": ("English", "Cymraeg")},
        "question": {"question": (say(UNBOUNDED),)},
        "claim": {"claim": (say(UNBOUNDED),)},
        "content_entry": {"number": (1, 50), "words": (say(UNBOUNDED),)},
    }


def each(alternatives: Alternatives) -> Iterator[dict[str, object]]:
    """Give sets of variables in which every alternative of every variable comes up."""
    rounds = max((len(values) for values in alternatives.values()), default=1)
    for turn in range(rounds):
        yield {name: values[turn % len(values)] for name, values in alternatives.items()}
