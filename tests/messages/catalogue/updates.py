"""What staff read while they write and send an update."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from storage.delivery_stats import Emails
from tests.messages.catalogue.names import KINDS, PAUSES, STATES, WHO
from tests.messages.catalogue.story import entries
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Say, campaigns


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


def updates(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    yes_or_no = (True, False)
    counts = (0, 1, 2, 10_000_000)
    story = entries(say)
    zone: Alternatives = {"zone": ("Europe/London",)}
    ready: Alternatives = {**campaign, **zone}
    audience: Alternatives = {
        "who": WHO,
        "speaks": ([], ["English"], ["English", "Cymraeg"]),
        "areas": ([], ["SW"], ["SW"] * 40),
        "since": (None, date(2009, 11, 3)),
        "before": (None, date(2009, 11, 3)),
        "brought": (None, True, False),
        "source": (None, say(UNBOUNDED)),
        "count": counts,
        "by_email": counts,
    }
    return {
        "broadcasts/kind": {**campaign, "drafts": (0, 1, 5)},
        "broadcasts/not_announced": {**campaign, "reason": ("closed", "controllers")},
        "broadcasts/message": {
            **campaign,
            "kind": KINDS,
            "language_name": (None, "English", "Cymraeg"),
        },
        "broadcasts/panel": {
            **campaign,
            "kind": KINDS,
            "languages": (["en"], ["en", "cy"]),
            **audience,
        },
        "broadcasts/audience": audience,
        "broadcasts/areas": {},
        "broadcasts/areas_not": {},
        "broadcasts/sources": {"count": (0, 1, 20)},
        "broadcasts/link": {},
        "broadcasts/link_not": {"reason": ("address", "words")},
        "broadcasts/links_enough": {"limit": (3,)},
        "broadcasts/album": {},
        "broadcasts/problem_album": {"limit": (10,)},
        "broadcasts/test": {"name": (say(UNBOUNDED),)},
        "broadcasts/tested": {"count": counts},
        "broadcasts/approve": {
            **campaign,
            "name": (say(UNBOUNDED), None),
            "kind": KINDS,
            "count": counts,
            "later": (0, 1, 500),
            "outgrew": yes_or_no,
            "begun": yes_or_no,
            "at": (None, datetime(2009, 11, 26, 9, tzinfo=UTC)),
            "act": ("send", "correct"),
            "weekly": yes_or_no,
            "zone": ("Europe/London",),
        },
        "broadcasts/outgrown": {
            **campaign,
            "kind": KINDS,
            "count": counts,
            "later": (0, 1, 500),
            "outgrew": (True,),
            "begun": yes_or_no,
            "could_agree": (0, 1),
        },
        "broadcasts/answered": {
            "name": (say(UNBOUNDED),),
            "agreed": yes_or_no,
            "begun": yes_or_no,
        },
        "broadcasts/sent_back": {"begun": yes_or_no},
        "broadcasts/nobody_to_agree": {"limit": (1, 500)},
        "broadcasts/problem_variable": {
            "name": (say(UNBOUNDED),),
            "nearest": (None, "first_name"),
        },
        "broadcasts/problem_braces": {},
        "broadcasts/problem_long": {"limit": (1024, 4096), "longest": (5000, 20_000)},
        "broadcasts/not_that": {},
        "broadcasts/when": {},
        "broadcasts/when_not": {
            "reason": ("InThePast", "NoSuchTime", "TooFar", "no_time", "unclear")
        },
        "broadcasts/confirm": {
            "count": counts,
            "by_email": counts,
            "minutes": (1, 2, 600),
            "at": (None, datetime(2009, 11, 26, 9, tzinfo=UTC)),
            "quiet_until": (None, datetime(2009, 11, 26, 8, tzinfo=UTC)),
            "before": (None, datetime(2009, 11, 26, 8, tzinfo=UTC)),
            "twice": yes_or_no,
            "weekly": yes_or_no,
            "approval_above": (None, 1, 500),
            "zone": ("Europe/London",),
        },
        "broadcasts/as_email": {
            "office": (say(120),),
            "subject": (say(90),),
            "text": (say(20_000),),
            "limit": (2_800,),
            "photos": (0, 1, 2, 10),
            "left_out": (0, 1, 2, 10),
            "may_try": yes_or_no,
        },
        "broadcasts/emailed_test": {"email": (say(254),)},
        "broadcasts/correction": {**campaign, "kind": KINDS},
        "broadcasts/new_words": {
            **campaign,
            "kind": KINDS,
            "language_name": (None, "Cymraeg"),
        },
        "broadcasts/words_only": {},
        "broadcasts/confirm_correction": {
            "count": counts,
            "by_email": counts,
            "later": (0, 1, 500),
            "approval_above": (None, 1, 500),
        },
        "broadcasts/retract": {"count": counts, "emailed": counts},
        "broadcasts/after_not": {"reason": ("late", "under_way", "retracted", "unsent")},
        "broadcasts/report": {
            "reasons": ([], [("", 1)], [(say(UNBOUNDED), 10_000_000)] * 3),
            "taps": ({}, {"sign": 0, "share": 1}, {"sign": 10_000_000, "share": 0}),
            **dict.fromkeys(("left_kind", "left_all", "signed"), counts),
            "at": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
            "zone": ("Europe/London",),
        },
        "broadcasts/paused_itself": {**campaign, "kind": KINDS, "stale": yes_or_no, "why": PAUSES},
        "broadcasts/progress": {
            **campaign,
            "whole": (0, 10_000_000),
            **dict.fromkeys(("by_email", "in_chats", "sent_in_chats"), counts),
            "emails": (Emails(), Emails(9, 3, 2, 2, 2)),
            "expected": counts,
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
        "broadcast_drafts/milestone": {
            **campaign,
            "number": (1, 2, 1000, 10_000_000),
            "progress": ("here",),
        },
        "broadcast_drafts/closing": {**campaign, "progress": ("here",)},
        **{
            f"broadcast_drafts/{name}": {**ready, "entry": story[kind]}
            for name, kind in (
                *((kind, kind) for kind in ("endorsement", "media", "event", "news", "decision")),
                *((name, "decision") for name in ("reminder", "waiting", "postponed")),
                *(("outcome", "made"), ("handin", "handin"), ("handin_moved", "handin")),
                *(("handin_off", "cancelled"), ("handin_held", "held")),
            )
        },
        "broadcasts/figures": campaign,
        "broadcasts/changed": {
            "how": ("replaced", "more", "edited", "added", "undone"),
            **dict.fromkeys(("before", "after"), ("", say(300))),
            "media": yes_or_no,
        },
        "broadcasts/compare": {"kind": KINDS},
        "broadcasts/stays": {},
        "broadcasts/problem_parts": {"count": (2, 3, 5)},
        "broadcasts/edited_late": {
            "status": ("scheduled", "awaiting_approval", "sending", "paused", "done", "cancelled"),
            "agreed": yes_or_no,
        },
        "broadcasts/edited_link": {},
        "broadcasts/kept": {**campaign, "kind": KINDS},
        "broadcasts/nobody": {},
        "broadcasts/thrown": {},
        "broadcasts/stopped_all": {"count": counts},
    }
