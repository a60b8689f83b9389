"""Which petitions a person has to do with."""

from campaign.petition import Petition
from handlers.context import Context
from storage import other_campaigns, signatures
from storage import subscriptions as kept


async def concerned(context: Context) -> list[Petition]:
    """Those the person has signed, hears of, has agreed under to hear of others, or speaks of, the
    newest first."""
    signed = {one.campaign_id for one in await signatures.live_of(context.db, context.supporter.id)}
    hears = await kept.of_supporter(context.db, context.supporter.id)
    agreed = await other_campaigns.agreed_under(context.db, context.supporter.id)
    ids = {*signed, *hears, *agreed, context.dialog.campaign_id}
    return [petition for petition in reversed(context.petitions) if petition.id in ids]
