"""Every message with the values that the handlers hand it: the other half of the templates."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

Say = Callable[[int], str]
Alternatives = dict[str, tuple[object, ...]]

UNBOUNDED = 5000
# A wording is shown whole or not at all, so the campaign file keeps to this (UTF-16 units).
WORDING_LIMIT = 1000
# What people sign is shown whole, too: the campaign file allows 3,596 for statement and reasons.
STATEMENT_LIMIT, REASON_LIMIT = 3000, 280


@dataclass(frozen=True, slots=True)
class Question:
    question: str
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


def html(say: Say) -> dict[str, Alternatives]:
    """Give every HTML message's variables, each with the values worth trying."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    maybe: Alternatives = {"campaign": (None, *campaigns(say))}
    several: Alternatives = {"campaigns": ([], list(campaigns(say))[:1], list(campaigns(say)) * 4)}
    link: Alternatives = {"link": ("https://t.me/clamour_bot?start=keep-the-unit",)}
    limit: Alternatives = {"limit": (1, 2, 120, 4096)}
    number: Alternatives = {"number": (1, 813, 10_000_000)}
    yes_or_no = (True, False)
    ask: Alternatives = {
        **campaign,
        "position": (1, 6),
        "count": (1, 6),
        "current": (None, say(UNBOUNDED)),
        "required": yes_or_no,
    }
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
    signed: Alternatives = {"first_name": (None, say(UNBOUNDED)), "updates": yes_or_no}
    counts = (0, 1, 2, 10_000_000)
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
        "start/welcome": campaign,
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
        "read/more": campaign,
        "questions/list": campaign,
        "questions/answer": {
            **campaign,
            "question": (say(UNBOUNDED),),
            "answer": (say(UNBOUNDED),),
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
        "updates/stopped": {},
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
        "staff/offline_usage": {},
        "staff/offline_recorded": {
            **campaign,
            "count": (40, 1, -1, -40),
            "note": ("", say(UNBOUNDED)),
        },
        "staff/offline_refused": {"reason": ("campaign", "count", "below_zero")},
        "staff/help": {},
        "update/kind": campaign,
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
        },
        "staff/weeks": {
            **campaign,
            "weeks": ([], [Week(reproduction=None)], [Week(reproduction=1 / 3)] * 60),
        },
        "staff/leaders": {**campaign, "leaders": ([], [Leader(say(UNBOUNDED))] * 60)},
    }


KINDS = ("news", "milestone", "endorsement", "media", "event", "decision", "thanks")
ROLES = ("owner", "editor", "viewer")
REFUSALS = ("LastOwner", "OwnerByConfig", "InvitationOver", "NotYours")
BECAUSE = ("double", "automatic", "made_up", "other")
ALIKE = ("same_email", "same_phone", "same_name_and_postcode")
WHO = ("everyone", "signers", "not_signed")
STATES = (
    *(("scheduled", None), ("sending", None), ("done", None), ("cancelled", None)),
    *(("awaiting_approval", None), ("draft", None)),
    *(("paused", "staff"), ("paused", "stale"), ("paused", "telegram_asks_to_wait:3600")),
)
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
    *("start", "sign", "share", "friends", "updates", "stop", "withdraw"),
    *("privacy", "language", "help", "cancel"),
    *("update", "funnel", "source", "offline", "staff", "stopall"),
    *("quarantine", "doubles", "block"),
)
TEXTS = (
    *(f"toast/{name}" for name in ("stale", "done_already", "answered")),
    *(f"toast/{name}" for name in ("updates_on", "updates_off", "language", "own_update")),
    *(f"toast/{name}" for name in ("saved", "recalled", "newest")),
    *(f"toast/{name}" for name in ("nothing_held", "muted")),
    *(f"commands/{name}" for name in COMMANDS),
    *("bot/description", "bot/short_description"),
)


def emails(say: Say) -> dict[str, Alternatives]:
    """Give every email's variables, each with the values worth trying."""
    code: Alternatives = {"campaign": campaigns(say), "code": ("012345",), "minutes": (15,)}
    return {"email/code": code, "email/code_subject": code}


def labels(say: Say) -> dict[str, Alternatives]:
    """Give every button label's variables, each with the values worth trying."""
    plain = (
        *("sign", "read_more", "questions", "share", "privacy", "home", "more"),
        *("back", "skip", "cancel", "share_contact", "i_agree"),
        *("sign_now", "save_changes", "change_answers"),
        *("withdraw", "withdraw_yes", "withdraw_no", "updates_on", "updates_off"),
        *("share_telegram", "post_in_chat", "copy_link", "copy_short_text", "share_more"),
        *("share_back", "share_whatsapp", "share_qr", "share_texts", "my_friends"),
        *("no_more_thanks", "own_link", "open_bot"),
        *("funnel", "weeks", "sources", "leaders"),
        *(f"kind_{kind}" for kind in KINDS),
        *(f"mute_{kind}" for kind in KINDS),
        *(f"to_{who}" for who in WHO),
        *("update_rewrite", "update_send", "update_later", "update_look", "update_throw"),
        *("update_pause", "update_resume", "update_cancel"),
        *(f"field_{name}" for name in FIELDS),
        *(f"{act}_{role}" for act in ("role", "make") for role in ROLES),
        *("all_campaigns", "invite", "remove_member", "remove_yes"),
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
                *(f"only_{who}" for who in WHO),
                *("only_areas", "only_brought", "only_not_brought", "only_source", "weekly"),
            )
        },
        "own_quiet": {"begin": ("", "20:00"), "end": ("", "09:00")},
        "ask_approval": {"count": (1, 10_000_000)},
        "member": {"name": (say(UNBOUNDED),), "role": ROLES},
        "recall": {"role": ROLES, "title": (None, say(UNBOUNDED))},
        "keep": {"value": (say(UNBOUNDED),)},
        "use_name": {"name": (say(UNBOUNDED),)},
        "country": {"code": ("GB", "IE")},
        "toggle_updates": {"on": (True, False)},
        "in_quiet_hours": {"on": (True, False)},
        **{f"hear_{kind}": {"on": (True, False)} for kind in KINDS},
        **{name: {"on": (True, False)} for name in ("with_sign", "with_share")},
        **{
            name: {"count": (1, 10_000_000)}
            for name in ("update_yes", "update_yes_later", "correct_yes", "retract_yes")
        },
        "day": {"day": (date(2009, 11, 26),)},
        "own_words": {"words": (say(UNBOUNDED),)},
        "inline_hint": {"total": (0, 1, 10_000_000)},
        "toggle_other": {"on": (True, False)},
        **{name: {"on": (True, False)} for name in ("show_name", "list_me", "thank_me")},
        "change": {"field": FIELDS},
        "campaign": {"title": (say(UNBOUNDED),)},
        "language": {"name": ("English", "Cymraeg")},
        "question": {"question": (say(UNBOUNDED),)},
    }


def each(alternatives: Alternatives) -> Iterator[dict[str, object]]:
    """Give sets of variables in which every alternative of every variable comes up."""
    rounds = max((len(values) for values in alternatives.values()), default=1)
    for turn in range(rounds):
        yield {name: values[turn % len(values)] for name, values in alternatives.items()}
