"""Thanks to people whose friends have signed: batched, stepwise, and each message once at most."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import personal_letters, referral_links
from storage.addresses import EMAIL
from storage.database import Connection
from storage.referral_links import Link

STEPS = (1, 3, 5, 10, 25)
AT_MOST_EVERY = timedelta(hours=1)
EMAILED_AT_MOST_EVERY = timedelta(days=1)
LETTER = "thanks"


@dataclass(frozen=True, slots=True)
class Thanks:
    """One message to one person.

    Attributes:
        new: friends they have not heard of yet.
        total: all friends who have signed because of them.
        step: the highest of STEPS passed on the way; None if none.
        before: what was kept of earlier thanks, to give it back.
    """

    link_id: int
    campaign_id: int
    telegram_id: int
    language: str | None
    telegram_language: str | None
    new: int
    total: int
    step: int | None
    before: tuple[int, datetime | None, int]


async def claim_due(db: Connection, *, now: datetime, limit: int = 100) -> list[Thanks]:
    """Take thank-yous that are due for sent: at most one an hour for each link.

    They are marked before they are sent, so whatever happens nobody gets one twice.

    Args:
        now: UTC.
    """
    due = await referral_links.due_for_thanks(db, now - AT_MOST_EVERY, now, limit)
    claimed = []
    for one in due:
        link, step = one.link, await _take(db, one.link, now)
        claimed.append(
            Thanks(
                link_id=link.id,
                campaign_id=link.campaign_id,
                telegram_id=one.telegram_id,
                language=one.language,
                telegram_language=one.telegram_language,
                new=link.signatures - link.thanked,
                total=link.signatures,
                step=step,
                before=(link.thanked, link.thanked_at, link.step),
            )
        )
    return claimed


async def queue_letters(db: Connection, *, now: datetime, limit: int = 100) -> int:
    """Let those get a thank-you by email who are not reached in a chat and hear of the petition by
    email: at most one a day for each link.

    Args:
        now: UTC.

    Returns:
        How many; `limit` if there may be more.
    """
    before = now - EMAILED_AT_MOST_EVERY
    due = await referral_links.due_for_thanks(db, before, now, limit, channel=EMAIL)
    for one in due:
        link, step = one.link, await _take(db, one.link, now)
        figures = {"new": link.signatures - link.thanked, "total": link.signatures, "step": step}
        await personal_letters.add(
            db, link.supporter_id or 0, link.campaign_id, LETTER, figures, now=now
        )
    return len(due)


async def _take(db: Connection, link: Link, now: datetime) -> int | None:
    """Take a thank-you for sent; gives the step that has been passed, if one has."""
    step = max((s for s in STEPS if link.step < s <= link.signatures), default=None)
    await referral_links.thanked(
        db, link.id, friends=link.signatures, at=now, step=step or link.step
    )
    return step


async def give_back(db: Connection, thanks: Thanks) -> None:
    """It is known not to have been sent: it is due again."""
    friends, at, step = thanks.before
    await referral_links.thanked(db, thanks.link_id, friends=friends, at=at, step=step)
