"""What an owner sees who writes a new campaign, and the words that are proposed to them."""

from campaign.definition.new_campaign import PROPOSED
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Say, campaigns, in_units

KEYS = (
    *("title", "ask", "target", "target_short", "summary", "statement"),
    *("organiser", "contact", "postcode", "goal", *PROPOSED),
)


def new_campaign(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    words = {
        key: (in_units(say, 300),)
        for key in KEYS
        if key not in ("target_short", "postcode", "goal", "slug")
    }
    return {
        "new_campaign/ask": {
            "name": KEYS,
            "kind": ("line", "paragraphs", "number", "choice"),
            "limit": (120, 3000),
            "current": (None, in_units(say, 3000)),
            "place": (0, 1, 10),
            "count": (10,),
        },
        "new_campaign/look": {
            **words,
            "target_short": (None, in_units(say, 40)),
            "postcode": (True, False),
            "goal": (1, 10_000_000),
            "slug": ("keep-the-unit",),
        },
        "new_campaign/not_like_that": {
            "reason": ("long", "line_break", "number", "slug", "empty", "hidden"),
            "limit": (120,),
            "over": (1, 10_000),
        },
        "new_campaign/drafts": {},
        "new_campaign/which": {},
        "new_campaign/kept": {},
        "new_campaign/thrown": {},
        "new_campaign/slug_taken": {"slug": ("keep-the-unit",)},
        "new_campaign/open_draft": campaign,
        "new_campaign/saved": {**campaign, "link": ("https://t.me/b?start=keep-the-unit",)},
    }


def proposals(say: Say) -> dict[str, Alternatives]:
    """Give the variables of each text that is proposed for a campaign file."""
    words = (say(UNBOUNDED),)
    named: Alternatives = dict.fromkeys(("organiser", "contact", "title", "target"), words)
    written = [key for key in PROPOSED if key != "slug"]
    return {f"new_campaign/{key}": {**named, "postcode": (True, False)} for key in written}
