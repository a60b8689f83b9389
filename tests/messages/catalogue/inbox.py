"""What people and staff read of messages to a campaign."""

from datetime import UTC, datetime

from handlers.staff.inbox.conversations import Line, Listed
from handlers.staff.inbox.seen_mail import NO_MAIL, SeenMail
from tests.messages.catalogue.views import UNBOUNDED, Alternatives, Say, campaigns

AT = datetime(2009, 11, 26, 9, tzinfo=UTC)


def inbox(say: Say) -> dict[str, Alternatives]:
    """Give these messages' variables, each with the values worth trying."""
    campaign: Alternatives = {"campaign": campaigns(say)}
    days: Alternatives = {"days": (1, 90)}
    name: Alternatives = {"name": ("Ada", say(UNBOUNDED))}
    words: Alternatives = {"words": (say(UNBOUNDED),)}
    count: Alternatives = {"count": (0, 1, 2, 10_000)}
    yes_or_no = (True, False)
    mails = (NO_MAIL, SeenMail(True, 1), SeenMail(True, 1_234, cut=True), SeenMail(True, -1))
    mail: Alternatives = {"mail": (*mails, SeenMail(True, unsure=True))}
    listed = [Listed(place, say(64), say(2_000), AT, "closed") for place in range(1, 6)]
    lines = [
        Line("Ada", by_staff=False, words=say(2_000), at=AT, undelivered=False),
        Line(None, by_staff=True, words="No.", at=AT, undelivered=True),
        Line("Olive", by_staff=True, words="Yes.", at=AT, undelivered=False),
        *(
            Line("Ada", by_staff=False, words="No?", at=AT, undelivered=False, mail=one)
            for one in mails
        ),
        Line("Olive", True, "Yes.", AT, undelivered=False, mail=SeenMail(True, unsure=True)),
    ]
    return {
        "inbox/ask": {**campaign, **days, "name": ("", say(UNBOUNDED))},
        "inbox/sent": {**campaign, **days},
        "inbox/answer": {**campaign, "answer": (say(3_000),)},
        "inbox/blocked": campaign,
        "inbox/too_many": {**campaign, "minutes": (1, 60, 1_440), "kept": (True, False)},
        "inbox/list": {
            **campaign,
            **days,
            **count,
            "waiting": yes_or_no,
            "conversations": ([], listed),
            "grouped": yes_or_no,
            "zone": ("Europe/London",),
        },
        "inbox/conversation": {
            **campaign,
            **name,
            "messages": ([], lines),
            "status": ("waiting", "answered", "closed"),
            "blocked": yes_or_no,
            "zone": ("Europe/London",),
        },
        "inbox/ask_answer": {**name, **mail, "words": ("", say(2_000)), "limit": (3_000,)},
        "inbox/emailed_answer": {"answer": ("Yes. " + say(2_990),), "asked": ("", say(2_000))},
        "inbox/already": {
            **name,
            **words,
            "mine": yes_or_no,
            "who": (None, "Olive"),
            "theirs": (say(UNBOUNDED),),
        },
        "inbox/news": {**campaign, **count},
        "inbox/post": {**campaign, **name, **words, **mail},
        "inbox/undelivered": {**campaign, **name, **words, **mail},
        "inbox/group_lost": campaign,
        "inbox/linked": {**campaign, "waiting": (0, 1, 2), "topics": yes_or_no},
        "inbox/unlinked": campaign,
        "inbox/which": {"slugs": ([], ["keep-the-unit"] * 30)},
        "inbox/answered": name,
        "inbox/block": name,
        "inbox/gone": days,
        **{
            f"inbox/{plain}": {}
            for plain in ("dropped", "edited", "forwarded", "kept_back", "not_staff", "tap")
        },
        "inbox/no_words": {},
        "inbox/words_only": {},
    }
