"""What staff read of their colleagues, of doubtful signatures and of the figures."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tests.messages.catalogue.names import (
    ALIKE,
    BECAUSE,
    FIELDS,
    KINDS,
    PERMISSIONS,
    REFUSALS,
    ROLES,
)
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Say, campaigns


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
class Comment:
    """A comment as staff read it."""

    words: str
    permission: str | None
    first_name: str | None = None
    area: str | None = None
    chosen: bool = False
    place: int = 1
    shown: bool = False


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


def staff(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    link: Alternatives = {"link": ("https://t.me/clamour_bot?start=keep-the-unit",)}
    number: Alternatives = {"number": (1, 813, 10_000_000)}
    yes_or_no = (True, False)
    counts = (0, 1, 2, 10_000_000)
    when = datetime(2009, 11, 26, 9, tzinfo=UTC)
    doubtful: Alternatives = {
        "count": counts,
        "more": yes_or_no,
        "rule": (Ruled(), Ruled(*(when,) * 4, *(say(UNBOUNDED),) * 4, True, 10_000_000)),
        "zone": ("Europe/London",),
    }
    role: Alternatives = {"role": ROLES, "title": (None, say(UNBOUNDED))}
    member: Alternatives = {**role, "name": (say(UNBOUNDED),)}
    return {
        **{f"person/{name}": campaign for name in ("usage", "nobody", "stopped", "withdrawn")},
        "person/erased": campaign,
        "person/too_many": {"limit": (20,)},
        "person/staff": {},
        "person/done": {"act": ("stop", "withdraw", "erase")},
        "person/about": {
            **campaign,
            "first_name": ("", say(UNBOUNDED)),
            "number": (1, 10_000_000),
            "on": (date(2009, 11, 26),),
            "status": ("live", "withdrawn"),
            "hears": (True, False),
            "places": ({}, {"telegram": 1}, {"email": 2, "telegram": 1, "web": 12}),
        },
        "person/sure": {
            **campaign,
            "act": ("stop", "withdraw", "erase"),
            "first_name": ("", say(UNBOUNDED)),
            "number": (1, 10_000_000),
        },
        "staff/offline_recorded": {
            **campaign,
            "count": (40, 1, -1, -40),
            "note": ("", say(UNBOUNDED)),
        },
        "staff/offline_refused": {"reason": ("campaign", "count", "below_zero")},
        "staff/version": {
            "program": ("0.1.0",),
            "python": ("3.11.7",),
            "database": ("sqlite", "postgresql"),
            "migration": (None, "0023"),
            "bot": ("clamour_bot",),
            "processes": (
                None,
                [],
                [{"role": "all", "version": "0.1.0", "since": datetime(2009, 11, 26, tzinfo=UTC)}],
            ),
        },
        "staff/closing_draft": {**campaign, "count": (0, 1, 2, 10_000_000)},
        "staff/signing_ended": campaign,
        "staff/corrected": {
            **campaign,
            "number": (1, 10_000_000),
            "made_on": (date(2009, 11, 26),),
            "fields": (["name"], list(FIELDS)),
        },
        "staff/milestone": {
            **campaign,
            "number": (1, 2, 1000, 10_000_000),
            "status": ("draft", "scheduled", "cancelled"),
            "count": (0, 1, 2, 10_000_000),
            "at": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
            "zone": ("Europe/London",),
        },
        "staff/members": {
            "members": (1, 2, 40),
            "more": (0, 1, 10),
            "waiting": (0, 1, 2),
        },
        "staff/member": {**member, "since": (date(2009, 11, 3),), "by_config": yes_or_no},
        "staff/member_remove": member,
        "staff/member_role": {**member, "new": ROLES},
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
        "staff/invited": {**role, "name": (None, say(UNBOUNDED)), "first": yes_or_no},
        "staff/joined": {**role, "petitions": yes_or_no},
        "staff/news": {
            **member,
            "what": ("joined", "invited", "role", "removed"),
            "own": yes_or_no,
        },
        "staff/alert_stalled": {
            **campaign,
            "kind": KINDS,
            "ended": (0, 1, 10_000_000),
            "total": (1, 2, 10_000_000),
        },
        "staff/alert_failures": {"count": (11, 12, 1000)},
        "staff/alert_set_aside": {"count": (1, 2, 1000)},
        "staff/alert_mail": {"refused": yes_or_no},
        "staff/alert_mailbox": {},
        "staff/alert_figures": campaign,
        "staff/alert_webhook": {},
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
        "staff/block_usage": {**campaign, "numbers": ((), ((1, False), (2_345, True)))},
        "staff/block": {
            **campaign,
            **number,
            "name": (None, say(UNBOUNDED)),
            "blocked": yes_or_no,
            "everywhere": yes_or_no,
            "erased": yes_or_no,
            "over_all": yes_or_no,
            "status": ("live", "withdrawn"),
        },
        "staff/block_news": {
            **campaign,
            **number,
            "name": (say(UNBOUNDED),),
            "blocked": yes_or_no,
            "everywhere": yes_or_no,
        },
        "staff/burst": {
            **campaign,
            "kind": ("link", "referrer", "postcode", "name", "code"),
            "key": (say(UNBOUNDED),),
            "count": (20, 10_000_000),
            "usual": (0, 1, 2, 19),
            "until": (datetime(2009, 11, 26, 9, tzinfo=UTC),),
            "zone": ("Europe/London",),
            "asks": yes_or_no,
        },
        "staff/source_usage": {},
        "staff/source_refused": {},
        "staff/which": {"command": ("inbox",), "slugs": (["keep-the-unit", "save-the-pool"],)},
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
                [
                    Comment(
                        say(500), "named", say(UNBOUNDED), say(UNBOUNDED), chosen=True, shown=True
                    )
                ]
                * 4,
            ),
        },
        "staff/weeks": {
            **campaign,
            "weeks": ([], [Week(reproduction=None)], [Week(reproduction=1 / 3)] * 60),
        },
        "staff/leaders": {**campaign, "leaders": ([], [Leader(say(UNBOUNDED))] * 60)},
    }
