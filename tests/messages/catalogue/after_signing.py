"""What supporters read after signing: steps, reminders, friends, the weekly digest."""

from datetime import date

from tests.messages.catalogue.names import ACTS, KINDS, PERMISSIONS, STEPS
from tests.messages.catalogue.story import entries
from tests.messages.catalogue.views import (
    LETTER_LIMIT,
    UNBOUNDED,
    Alternatives,
    Say,
    campaigns,
    in_units,
)


def after_signing(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    link: Alternatives = {"link": ("https://t.me/clamour_bot?start=keep-the-unit",)}
    yes_or_no = (True, False)
    counts = (0, 1, 2, 10_000_000)
    story = entries(say)
    zone: Alternatives = {"zone": ("Europe/London",)}
    thanks: Alternatives = {
        "new": (1, 2, 3, 10_000),
        "total": (1, 3, 5, 10_000),
        "step": (None, 1, 3, 5, 10, 25),
    }
    mine: Alternatives = {
        **campaign,
        "first_name": (say(UNBOUNDED),),
        **dict.fromkeys(("friends", "people", "chain", "opens"), counts),
        **dict.fromkeys(("shows_name", "listed", "thanks"), yes_or_no),
    }
    return {
        **{f"next_steps/offer_{step}": campaign for step in STEPS},
        **{f"next_steps/{name}": campaign for name in ("later", "all_done", "list", "letter_sent")},
        **{f"next_steps/{name}": campaign for name in ("comment_gone", "event_noted")},
        **{
            f"next_steps/ask_{name}": {**campaign, "limit": (1, 500)}
            for name in ("letter", "comment")
        },
        "next_steps/letter": {
            **campaign,
            "subject": (in_units(say, 100),),
            "body": (in_units(say, LETTER_LIMIT),),
            "to": (None, "commissioner@example.org"),
            "form": yes_or_no,
        },
        "next_steps/ask_quote": {
            **campaign,
            "words": (say(500),),
            "named_wording": (in_units(say, 600),),
            "unnamed_wording": (in_units(say, 600),),
        },
        **{
            f"next_steps/quote_{how}": {"organiser": (say(120),), "title": (say(120),)}
            for how in ("named", "unnamed")
        },
        "next_steps/comment_kept": {**campaign, "permission": PERMISSIONS},
        "next_steps/my_comment": {**campaign, "permission": PERMISSIONS, "words": (say(500),)},
        "next_steps/event": {
            **campaign,
            **zone,
            "entry": (*story["event"], *story["handin"]),
        },
        "next_steps/tap": {},
        "next_steps/word": {"command": ACTS},
        **{f"reminders/{kind}": campaign for kind in ("unfinished", "share", "forgotten")},
        "personal_letters/share": {**campaign, **link},
        "personal_letters/unfinished": campaign,
        "personal_letters/thanks": {**campaign, **link, **thanks},
        "digest/weekly": {
            **campaign,
            "change": (0, 1, 2, -1, 10_000_000),
            "since": (date(2009, 11, 20),),
            "updates": ([], [("news", 1)], [(kind, 10_000) for kind in KINDS]),
            "progress": ("here",),
        },
        "share/link": {
            **campaign,
            **link,
            "signed": yes_or_no,
            "may_sign": yes_or_no,
            "friends": (0, 1, 2, 1000),
        },
        "share/qr": {**campaign, **link, "source": (None, say(UNBOUNDED))},
        "share/texts": {
            **campaign,
            **link,
            "share_text": (say(UNBOUNDED),),
            "short_text": (say(UNBOUNDED),),
        },
        "referrals/mine": mine,
        "referrals/none": {**campaign, "may_sign": yes_or_no},
        "referrals/invited": {"friend": (None, say(UNBOUNDED))},
        "referrals/thanks": {**campaign, **thanks},
        "inline/card": {**campaign, "share_text": (None, say(UNBOUNDED))},
    }
