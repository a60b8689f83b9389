"""The weekly digest: made once a week by itself, if there is anything to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign.broadcasts import agreement, drafts, states
from campaign.broadcasts.content import Content, LinkButton, Version
from campaign.broadcasts.weekly_time import parse_weekly
from campaign.petition import CampaignView, Petition
from storage import broadcasts, campaigns, digests
from storage.broadcasts import Broadcast
from storage.database import Connection

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class News:
    """What has happened since the digest before.

    Attributes:
        since: UTC.
        change: signatures more, or fewer, than then.
        updates: how many updates have gone out since, by kind.
    """

    since: datetime
    change: int
    updates: Mapping[str, int]


Words = Callable[[CampaignView, News, str], str]
"""Gives the digest's HTML in a language."""


def is_due(petition: Petition, now: datetime) -> bool:
    """Whether this week's digest should be made now (UTC), if it has not been. Its time has come,
    and has not been over for so long that it would be stale."""
    if not petition.definition.weekly_digest or not petition.is_open:
        return False
    _, due_at = parse_weekly(petition.definition.digest_at).latest(now, petition.zone)
    return now - due_at <= states.STALE_AFTER


async def is_made(db: Connection, petition: Petition, now: datetime) -> bool:
    """Whether the digest of the week that has ended last (now is UTC) has been dealt with."""
    day, _ = parse_weekly(petition.definition.digest_at).latest(now, petition.zone)
    return await digests.is_made(db, petition.id, day)


async def make(
    db: Connection, petition: Petition, words: Words, *, now: datetime
) -> Broadcast | None:
    """Make this week's digest and have it sent; None if there is nothing to say, or it is made.

    The week's row and the broadcast come in one transaction: there is one.

    Args:
        now: UTC.
    """
    day, _ = parse_weekly(petition.definition.digest_at).latest(now, petition.zone)
    last = await digests.latest(db, petition.id, now)
    totals = await campaigns.totals(db, petition.id)
    if not await digests.add(db, petition.id, day, total=totals.total, now=now):
        return None
    since = last.at if last else now - WEEK
    change = (
        totals.total - last.total if last else await digests.signed_since(db, petition.id, since)
    )
    news = News(since, change, await digests.updates_between(db, petition.id, since, now))
    if not news.change and not news.updates:
        return None
    content = Content(
        {
            language: Version(words(petition.view(language, totals), news, language))
            for language in petition.definition.languages
        },
        (LinkButton("share"),),
    )
    made = await drafts.make(db, petition, "news", content, author_id=None, now=now)
    await states.schedule(db, made.id, now, now=now)
    if last is not None and last.broadcast_id is not None:
        await _follow(db, made, last.broadcast_id, now)
    await digests.became(db, petition.id, day, made.id)
    return made


async def _follow(db: Connection, made: Broadcast, before_id: int, now: datetime) -> None:
    """One agreement holds from week to week; last week's news that nobody agreed to is over."""
    before = await broadcasts.of(db, before_id, lock=True)
    if before is None:
        return
    await agreement.agree_as_before(db, made, before)
    if before.status == "awaiting_approval" and before.started_at is None:
        await states.cancel(db, before.id, now=now)
