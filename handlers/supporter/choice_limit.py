"""How often a day somebody may say yes to what the ledger of consents keeps."""

from campaign import request_limits
from handlers.context import Context

TOO_OFTEN = "toast/too_often"


async def too_often(context: Context) -> bool:
    """Whether the person has said yes so often today that the ledger takes no more of it."""
    key, me = context.services.identity_key, context.supporter.telegram_id
    wait = await request_limits.take_choice(context.db, me, key=key, now=context.now)
    return wait is not None
