"""Walk a broadcast's audience by the people's ids, page by page, each to the channel that reaches
them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from storage import audiences, broadcasts, deliveries, joined_people
from storage.addresses import TELEGRAM
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Connection

PAGE = 500


class AudienceWalk:
    """All channels walk together, so that nobody is met in two of them."""

    def __init__(
        self, channels: Collection[str], audience_of: Callable[[Broadcast], Audience]
    ) -> None:
        self._channels = tuple(channels)
        self._audience_of = audience_of
        self._nobody_more: set[str] = set()

    async def may_go_on(self, db: Connection, broadcast: Broadcast, channel: str) -> bool:
        """Whether the next page may bring somebody to a channel. Telegram walks to the end; where
        few hear otherwise, nothing is looked up long before it is needed."""
        if broadcast.walked or channel in self._nobody_more:
            return False
        if channel == TELEGRAM or await self._find(db, broadcast, [channel], limit=1):
            return True
        self._nobody_more.add(channel)
        return False

    async def go_on(self, db: Connection, broadcast: Broadcast) -> Broadcast:
        """Let the next page of people get it; gives the broadcast as it is then."""
        page = await self._find(db, broadcast, self._channels, limit=PAGE)
        last = max(page, default=broadcast.cursor)
        walked = len(page) < PAGE
        if walked:
            page = {**page, **await self._passed(db, replace(broadcast, cursor=last))}
        for channel in self._channels:
            theirs = [one for one in page if page[one] == channel]
            await deliveries.add(db, broadcast.id, theirs, channel=channel)
        await broadcasts.count(db, broadcast.id, {"total": len(page)})
        await broadcasts.walk_to(db, broadcast.id, last, walked=walked)
        return replace(broadcast, cursor=last, walked=walked)

    async def _passed(self, db: Connection, broadcast: Broadcast) -> Mapping[int, str]:
        """Those whom the walk has met in neither place: it had passed the one who goes on, and not
        yet come to the one whom they have been joined with since it began."""
        passed: dict[int, str] = {}
        began = broadcast.started_at or broadcast.created_at
        for one in await joined_people.since(db, began):
            if one > broadcast.cursor or await deliveries.is_there(db, broadcast.id, one):
                continue
            before = replace(broadcast, cursor=one - 1)
            found = await self._find(db, before, self._channels, limit=1)
            passed |= {who: found[who] for who in found if who == one}
        return passed

    async def _find(
        self, db: Connection, broadcast: Broadcast, channels: Collection[str], *, limit: int
    ) -> Mapping[int, str]:
        """The next people by their ids, each with their channel."""
        after = broadcast.cursor
        if broadcast.act == "retract":  # a letter that has arrived cannot be taken back
            channels = [one for one in channels if one == TELEGRAM]
        if not channels:
            return {}
        if broadcast.follows is not None:
            found: dict[int, str] = {}
            for channel in channels:
                theirs = await deliveries.page_of_sent(
                    db, broadcast.follows, after=after, limit=limit, channel=channel
                )
                found |= dict.fromkeys(theirs, channel)
            return {one: found[one] for one in sorted(found)[:limit]}
        return await audiences.page(
            db,
            broadcast.campaign_id,
            broadcast.kind,
            self._audience_of(broadcast),
            channels=channels,
            after=after,
            limit=limit,
        )
