"""Web pages and emails."""

from html import escape
from typing import Any

from campaign.comments import Quote
from channels.browser.bubbles import Bubble
from channels.browser.fields import ANYTHING, FIELDS
from channels.browser.view import shown
from channels.email.letter import Button
from messages import Language
from messages.harmless import harmless
from tests.messages.catalogue.story import entries
from tests.messages.catalogue.views import Alternatives, Say, campaigns

LETTER = {
    *("subject", "body", "pictures", "buttons", "petition", "office", "contact", "is_answered"),
    *("unsubscribe_page", "language", "direction"),
}
PAGES = {
    "my_data/page": {"sections", "at", "zone"},
    "email/update": LETTER,
    "email/service": LETTER,
    "email/answer": LETTER,
}
PROBLEMS = (
    *("lost", "no_cookies", "stale", "slow", "too_large", "crowd", "odd", "failed"),
    *("join_late", "join_used", "join_unknown", "join_two"),
)


def web(say: Say) -> dict[str, Alternatives]:
    """Give every web page's variables, each with the values worth trying."""
    shown = {"campaign": campaigns(say), "sign_url": ("https://t.me/clamour_bot?start=s_12345678",)}
    spoken = ([Language("en", "English")], [Language("en", "English"), Language("cy", "Cymraeg")])
    framed: Alternatives = {"root": ("../",)}
    chat: Alternatives = {
        "root": ("",),
        "csrf": ("c" * 32, ""),
        "n": (2_180_000_000,),
        "seen": ("3f-0",),
        "field": (ANYTHING, *FIELDS.values()),
        "bubbles": (_bubbles(say),),
    }
    return {
        "web/card": {**shown, **framed, "in_telegram": (True, False)},
        "web/counter": {
            **shown,
            **framed,
            "slug": ("keep-the-unit",),
            "in_telegram": (True, False),
        },
        "web/share": {
            **shown,
            **framed,
            "address": ("https://petition.example.org/s/r_1234567890",),
            "picture": ("https://petition.example.org/picture/keep-the-unit.png?lang=en&count=1",),
            "languages": spoken,
            "coming": (None, entries(say)["handin"][0], entries(say)["decision"][0]),
            "zone": ("Europe/London",),
            "others": ([], list(campaigns(say))[:2]),
            "chat": (False, True),
            "code": ("r_1234567890",),
            "quotes": ([], [Quote(1, say(500), "Ada", "SW1A"), Quote(2, say(500), None, None)]),
        },
        "web/nothing": {**framed, "campaigns": ([], list(campaigns(say)))},
        "web/busy": framed,
        "web/chat": {
            **chat,
            "slug": ("keep-the-unit", ""),
            "title": (say(120),),
            "organiser": (say(120),),
            "earlier": (False, True),
        },
        "web/chat_more": chat,
        "web/chat_join": {
            "root": ("../",),
            "code": ("r_1234567890123456789",),
            "csrf": ("", "0123456789abcdef"),
            "known": (False, True),
        },
        "web/chat_problem": {
            "root": ("",),
            "why": PROBLEMS,
            "goes_on": (False, True),
            "campaigns": ([], list(campaigns(say))[:2]),
        },
        "web/chat_work": {
            "root": ("",),
            "csrf": ("0123456789abcdef",),
            "n": (436_000_000,),
            "seen": ("3f-0",),
            "done": ({"data": "sign:1:only"}, {"text": say(200)}),
            "challenge": ('{"parameters": {"keyPrefix": "00"}, "signature": "00"}',),
            "ticket": (f"1259227800.{'0' * 64}",),
            "why": ("asked", "early", "again"),
            "seconds": (1, 20),
            "slug": ("keep-the-unit", ""),
        },
        "web/stop_emails": {
            "root": ("../../",),
            "state": ("ask", "chosen", "ended", "all", "gone", "unknown"),
            "title_of": (say(120),),
            "kinds": ({}, dict.fromkeys(("news", "decision", "reminder"), True)),
            "hours": ({}, {"": False, "20:00-09:00": True}),
        },
    }


def _bubbles(say: Say) -> list[dict[str, Any]]:
    """A conversation with everything that a bubble can have."""
    url, words = "https://petition.example.org/s/r_1234567890", say(60)
    screen: Bubble = {
        "id": "2-0",
        "who": "bot",
        "words": f"<b>{escape(str(harmless(say(200))))}</b>",
        "picture": True,
        "files": [{"name": say(40), "size": 12_345}],
        "rows": [
            [
                {"label": words, "data": "page:why:1", "style": "primary"},
                {"label": words, "says": words},
            ],
            [{"label": words, "url": url}, {"label": words, "copy": say(200)}],
        ],
    }
    bubbles: list[Bubble] = [
        {"id": "1-0", "who": "note", "words": say(200)},
        {**screen, "id": "1-1"},
        {"id": "2-m", "who": "me", "words": say(300)},
        screen,
    ]
    return shown(bubbles, ())


def emails(say: Say) -> dict[str, Alternatives]:
    """Give every email's variables, each with the values worth trying."""
    code: Alternatives = {"campaign": campaigns(say), "code": ("012345",), "minutes": (15,)}
    wording: Alternatives = {"campaign": campaigns(say)}
    return {
        "email/code": code,
        "email/address_code": code,
        "email/code_subject": code,
        "email/answer": _letter(say),
        "email/update": _letter(say),
        "email/service": _letter(say),
        "email_subjects/share": {},
        "email_subjects/unfinished": {},
        "email_subjects/trial": {"subject": (say(300),)},
        "email_subjects/thanks": {"new": (1, 2, 10_000_000)},
        "email/update_subject": {"begins": (say(300),), "corrects": (False, True)},
        "email_updates/wording": wording,
    }


def _letter(say: Say) -> Alternatives:
    page = "https://petition.example.org/u/012345"
    return {
        "body": (say(3_000),),
        "buttons": ((), [Button(say(60), page)]),
        "petition": (say(120),),
        "office": (say(120),),
        "contact": (say(200),),
        "is_answered": (True, False),
        "unsubscribe_page": (page,),
    }
