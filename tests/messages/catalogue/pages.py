"""Web pages and emails."""

from campaign.comments import Quote
from messages import Language
from tests.messages.catalogue.story import entries
from tests.messages.catalogue.views import Alternatives, Say, campaigns

PAGES = {"my_data/page": {"sections", "at", "zone"}}


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
            "coming": (None, entries(say)["handin"][0], entries(say)["decision"][0]),
            "zone": ("Europe/London",),
            "others": ([], list(campaigns(say))[:2]),
            "quotes": ([], [Quote(1, say(500), "Ada", "SW1A"), Quote(2, say(500), None, None)]),
        },
        "web/nothing": {**framed, "campaigns": ([], list(campaigns(say)))},
        "web/busy": framed,
    }


def emails(say: Say) -> dict[str, Alternatives]:
    """Give every email's variables, each with the values worth trying."""
    code: Alternatives = {"campaign": campaigns(say), "code": ("012345",), "minutes": (15,)}
    return {"email/code": code, "email/code_subject": code}
