"""What supporters read until they have signed, and when they leave."""

from dataclasses import dataclass
from datetime import date

from tests.messages.catalogue.names import ACTS, FIELDS, PROBLEMS, UNEXPECTED
from tests.messages.catalogue.story import entries
from tests.messages.catalogue.views import (
    UNBOUNDED,
    WORDING_LIMIT,
    Alternatives,
    CampaignView,
    Say,
    campaigns,
    in_units,
)


@dataclass(frozen=True, slots=True)
class Answer:
    field: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where earlier answers come from."""

    title: str
    value: str
    on: date = date(2009, 11, 3)


@dataclass(frozen=True, slots=True)
class Listed:
    """A petition in a list."""

    campaign: CampaignView
    number: int | None
    signed_on: date | None = date(2009, 11, 3)


def signing(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""
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
    }
    also = {"email": {"as_proof": yes_or_no}, "phone": {"typed": yes_or_no}}
    doubt: Alternatives = {"typed": (say(320),), "meant": (say(320),)}
    wording = in_units(say, WORDING_LIMIT)
    email: tuple[str, ...] = (say(254),)
    places = [
        {
            "kind": kind,
            "email": email[0] if kind == "email" else "",
            "on": date(2009, 11, 3),
            "is_here": is_here,
            "is_lost": is_lost,
            "is_written_to": not is_lost,
        }
        for kind in ("telegram", "web", "email", "matrix")
        for is_here in (True, False)
        for is_lost in (True, False)
    ]
    consent: Alternatives = {
        "sign_wording": (wording,),
        "updates_wording": (wording, None),
    }
    happened = [
        one for kind in ("milestone", "endorsement", "made", "held") for one in entries(say)[kind]
    ]
    signed: Alternatives = {
        "first_name": (None, say(UNBOUNDED)),
        "updates": yes_or_no,
        "follow": yes_or_no,
        "by_email": yes_or_no,
        "by_ten": (None, 1, 4, 12_000),
        "so_far": ([], happened[:1], happened[:3], happened[3:6]),
    }
    coming: Alternatives = {
        "coming": (None, *(entries(say)[kind][0] for kind in ("event", "handin", "decision"))),
        "zone": ("Europe/London",),
    }
    return {
        "start/welcome": {
            **campaign,
            "earlier": (None, earlier),
            "by_account": (True, False),
        },
        "start/choose": several,
        "start/nothing_open": {},
        "start/closed": {
            **campaign,
            **coming,
            "signed": yes_or_no,
            "friends": (0, 1, 10_000_000),
            "updates": yes_or_no,
        },
        "start/under_review": {**campaign, **number},
        "start/blocked": campaign,
        "email_code/asked": {**campaign, "email": (say(UNBOUNDED),), "minutes": (15,)},
        "email_code/not_yet": {
            "why": ("wrong", "not_six", "used_up", "too_old", "not_sent", "too_many"),
            "left": (0, 1, 2, 60, 91, 1440),
            "signs": yes_or_no,
        },
        "email_code/address": {},
        "email_code/too_late": campaign,
        **{
            f"email_code/{name}": {**maybe, "email": (say(UNBOUNDED),)}
            for name in ("delayed", "refused")
        },
        "email_code/reminder": {**campaign, "email": (say(UNBOUNDED),)},
        "own_email/ask": {},
        "own_email/asked": {"email": email, "minutes": (15,)},
        "own_email/none": {},
        "own_email/left": {},
        "own_email/which": {},
        "own_email/known": {"email": (None, *email), "heard": yes_or_no},
        "own_email/enough": {"most": (5,)},
        "own_email/blocked": {},
        "own_email/yours": {},
        "own_email/proved": {"email": email},
        "own_email/same": {"email": email, "taken": yes_or_no},
        "settings/home": {
            "places": ([], places),
            "here": yes_or_no,
        },
        "settings/take_away": {
            "kind": ("telegram", "web", "email"),
            "email": email,
            "on": (date(2009, 11, 3),),
            "titles": ([], [say(120), say(120)]),
            "is_last": yes_or_no,
        },
        "settings/only": {"kind": ("telegram", "web", "email")},
        "settings/gone": {"kind": ("telegram", "web", "email")},
        "settings/staff": {},
        "limits/slow_down": {},
        "limits/signing": {"minutes": (0, 1, 2, 60)},
        "start/signed": {
            **campaign,
            **number,
            **coming,
            "signed_on": (date(2009, 11, 3),),
            "updates": yes_or_no,
        },
        "petitions/open": {**listing, "petitions": ([], unsigned, *listed)},
        "petitions/signed": {**listing, "petitions": ([], *listed)},
        "petitions/which": {},
        "privacy/notice": {**campaign, "by_account": yes_or_no},
        "privacy/general": {"by_account": yes_or_no},
        "sign/ask_name": {**ask, "telegram_name": (None, say(UNBOUNDED))},
        **{f"sign/ask_{name}": {**ask, **also.get(name, {})} for name in FIELDS if name != "name"},
        "sign/no_codes": campaign,
        "joining/ask": {},
        "joining/done": {"twice": yes_or_no},
        "joining/not": {"why": ("unknown", "used", "late", "joined", "two")},
        "joining/same_address": {},
        "joining/to_browser": {},
        **{f"sign/problem_{problem}": {} for problem in PROBLEMS},
        "sign/only_uk": campaign,
        **{f"sign/doubt_{reason}": doubt for reason in ("postcode", "typo")},
        "sign/doubt_country": {**doubt, "meant": ("GB", "IE", "VG")},
        "sign/doubt_word": {
            "typed": (say(100),),
            "act": ACTS,
            "possible": yes_or_no,
            "step": (*FIELDS, "review"),
        },
        "email_code/is_it": doubt,
        "unexpected/idle_staff": {**campaign, "messages": (0, 1, 2, 20)},
        "unexpected/idle_text": {**maybe, "messages": (0, 1, 2, 20)},
        "faq/perhaps": {
            **campaign,
            "question": (say(UNBOUNDED),),
            "answer": (say(UNBOUNDED),),
            "messages": (1, 2),
        },
        "faq/which": {**campaign, "messages": (1, 2)},
        "sign/problem_name_too_long": limit,
        "sign/problem_comment_too_long": limit,
        "sign/declaration": {**campaign, **review, **consent},
        "sign/review": review,
        "sign/which_answer": review,
        "sign/signed": {**campaign, **number, **link, **signed},
        "sign/changed": {**campaign, "handed_over": (None, date(2009, 11, 26))},
        "sign/put_right": {"field": FIELDS, "value": (say(UNBOUNDED),)},
        "sign/cancelled": campaign,
        "sign/closed_meanwhile": campaign,
        "sign/keyboard_away": {},
        "withdraw/confirm": {**campaign, **number},
        "withdraw/done": campaign,
        "withdraw/not_signed": maybe,
        "subscriptions/on": {**campaign, "changed": yes_or_no, "email": (None, *email)},
        "subscriptions/off": {
            **campaign,
            "changed": (True, False),
            "signed": (True, False),
            "by_email": yes_or_no,
        },
        "subscriptions/new_words": {**campaign, "wording": (wording,)},
        "subscriptions/stopped": {"heard": (True, False), "signed": (True, False)},
        "subscriptions/elsewhere": {"by_email": yes_or_no},
        "subscriptions/by_email": {**campaign, "email": email},
        "email_updates/ask": {"email": email, "wording": (wording,), "signed": (True, False)},
        "email_updates/on": {"email": email, "in_chat": yes_or_no},
        "email_updates/off": {},
        "email_updates/not": {"why": ("of_another", "no_address")},
        "subscriptions/which": {},
        "subscriptions/others": {**campaign, "wording": (wording,)},
        "subscriptions/no_others": {},
        "subscriptions/others_once": {"wording": (wording,)},
        "subscriptions/others_answered": {"agreed": yes_or_no},
        "help/general": {
            **several,
            "emails": yes_or_no,
            "staff": ([], [("update", "Write to all")]),
            "roles": ([], [("owner", "")], [("editor", say(UNBOUNDED)), ("viewer", "")]),
        },
        "help/step": {**campaign, "step": (*FIELDS, "review")},
        **{f"unexpected/{kind}": {} for kind in UNEXPECTED},
        "unexpected/edited_elsewhere": {},
        "unexpected/edited_signed": campaign,
        "unexpected/too_long": limit,
        "unexpected/staff_only": {
            "command": ("handin",),
            "least": ("editor", "owner"),
            "over_all": (True, False),
        },
        "unexpected/unknown_command": {"command": (say(UNBOUNDED),)},
        "language/choose": {},
        "language/changed": {"language_name": ("English", "Cymraeg")},
        "group/hello": {"open": yes_or_no},
        "group/card": campaign,
        "error/oops": {"reference": ("7F3K-QW",)},
        "error/busy": {},
    }
