"""What supporters read of the campaign."""

from campaign.comments import Quote
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Endorsement, Say, campaigns


def reading(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    return {
        "about/more": campaign,
        "about/supporters": {
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
        "about/why": campaign,
        "about/why_signed": {
            **campaign,
            "quotes": (
                [],
                [Quote(1, say(500), None, None)],
                [Quote(1, say(500), say(UNBOUNDED), say(UNBOUNDED))] * 5,
            ),
            "page": (1, 10),
            "pages": (1, 10),
        },
        "about/opponents": campaign,
        "about/opponent": {"claim": (say(UNBOUNDED),), "answer": (say(UNBOUNDED),)},
        "about/about": campaign,
        "faq/list": campaign,
        "faq/answer": {
            **campaign,
            "question": (say(UNBOUNDED),),
            "answer": (say(UNBOUNDED),),
        },
    }
