"""Before a code is sent by email: who asks for very many has to pay with their machine's time.

Each code is what counts: a signature on the website counts by it, and it goes to a mailbox that may
be somebody else's. To begin a conversation sends nothing and counts nothing.
"""

from campaign.invalidation import bursts
from campaign.petition import Petition
from handlers.context import Context, WorkWanted


async def want_work(context: Context, petition: Petition | None = None) -> None:
    """Go on only with a proof, while a burst of this campaign is on, where the channel does not
    answer for people.

    Args:
        petition: None where the code is about no petition: a burst of any campaign matters.

    Raises:
        WorkWanted: the act has to come again with one.
    """
    if context.can.proves_person or context.event.has_worked:
        return
    when = context.services.proof_of_work
    if when == "always" or (
        when == "in_bursts"
        and await bursts.is_on(context.db, petition.id if petition else None, context.now)
    ):
        raise WorkWanted
