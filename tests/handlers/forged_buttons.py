"""A bot with staff at work, and forged data for every button there is."""

import random
import re

from campaign import staff as crew
from campaign.invalidation import apply
from handlers.staff import link_funnel
from handlers.staff.broadcasts import compose
from handlers.staff.stats import board
from handlers.supporter import pages
from handlers.supporter.signing import form
from storage import bursts, invalidations, staff, supporters
from storage.invalidation_search import Rule
from tests.campaign import petitions
from tests.handlers.routes_harness import NOW, RoutesHarness

OWNER, SIGNER, DISMISSED, VIEWER = 4242, 2, 3, 4
OPEN_TO_ALL = {"staff/invitation_over"}
INBOX = tuple(
    f"inbox/{name}"
    for name in (
        *("list", "conversation", "ask_answer", "answered", "already", "post", "block"),
        *("undelivered", "linked", "unlinked", "gone"),
    )
)
"""What only staff see of messages to a campaign."""
WORDS = sorted(
    {
        *(*pages.PAGES, *link_funnel.TABLES, *board.VIEWS, *form.TAPS, *compose.ACTS, *crew.ROLES),
        *("hour", "day", "news", "decision", "ask", "yes", "no", "on", "off", "en", "x"),
    }
)


async def furnish(doors: RoutesHarness) -> None:
    """Staff at work: one of everything there is to forge a button for, under low numbers."""
    doors.services.owners_by_config = frozenset({OWNER})  # no forged button ends their role
    db_of = doors.services.database.transaction
    for who in (OWNER, SIGNER, DISMISSED, VIEWER):
        await doors.says(who, "/start")
    async with db_of() as db:
        await staff.upsert(db, OWNER, "owner", NOW)
        await staff.upsert(db, DISMISSED, "editor", NOW)
        await staff.upsert(db, VIEWER, "viewer", NOW)
        for who in (SIGNER, VIEWER):
            supporter = await supporters.by_telegram_id(db, who)
            assert supporter is not None
            await petitions.signs(db, doors.petition, supporter, NOW)
    for who in (OWNER, DISMISSED):  # the one who goes is in the middle of an update
        await doors.says(who, "/update")
        await doors.taps(who, f"upd:new:{doors.petition.id}:news")
        await doors.says(who, "Good news!")
    await doors.taps(SIGNER, f"write:{doors.petition.id}:ask")
    await doors.says(SIGNER, "Where do we meet?")
    await doors.taps(OWNER, "inbox:do:1:1:answer")
    await doors.says(OWNER, "At the station.")
    await doors.taps(OWNER, "crew:as:0:editor")
    await doors.says(OWNER, "/source leaflet")
    async with db_of() as db:
        for rule in (Rule(number=1), Rule(postcode="SW1A")):
            made = await apply.draft(db, doors.petition, rule, OWNER, now=NOW)
        await apply.apply(db, made, "other", OWNER, now=NOW)
        await invalidations.move(db, made.id, ["applying"], "applied")
        values = {"kind": "postcode", "key": "SW1A 1AA", "count": 30, "usual": 1}
        span = {"since": NOW, "until": NOW}
        await bursts.add(db, campaign_id=doors.petition.id, **values, **span)
        for member in await staff.all(db):
            if member.telegram_id == DISMISSED:
                await staff.remove(db, member.id)


def of_staff(doors: RoutesHarness) -> set[str]:
    return {
        one for one in doors.shown if one.startswith(("staff/", "broadcasts/", "stats/", *INBOX))
    } - OPEN_TO_ALL


def forged(pattern: str, chance: random.Random, count: int) -> list[str]:
    """Data that the pattern takes, with plausible numbers and words."""
    found: list[str] = []
    while len(found) < count:
        text = re.sub(r"(?:\\d|\[0-9\])(\{[^}]*\}|\+)?", lambda _: chance.choice("01234"), pattern)
        text = re.sub(r"(\\w|\[\\w\.?-\])(\{[^}]*\}|\+)", lambda _: chance.choice(WORDS), text)
        while "(" in text:  # the innermost group: one of its alternatives, or nothing
            text = re.sub(r"\((\?:)?([^()]*)\)(\?)?", lambda m: _one(m, chance), text, count=1)
        found.append(text[:64])
    return found


def _one(group: "re.Match[str]", chance: random.Random) -> str:
    if group[3] and chance.random() < 0.5:
        return ""
    return chance.choice(group[2].split("|"))
