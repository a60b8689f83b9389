"""The comments that are printed."""

from packs.facts import Comment
from storage.database import Connection


async def chosen_comments(db: Connection, campaign_id: int) -> list[Comment]:
    """Comments that staff have chosen and whose writers let them be printed.

    Nobody is asked for that permission yet, so there are none.
    """
    return []
