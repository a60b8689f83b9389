"""A signature that waits for the code from an email: what its signer sees and can do."""

import math
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from campaign import catalogue, email_codes
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter import closed
from handlers.supporter.buttons import Updates, Withdraw
from storage import pending_signatures
from storage.signatures import Signature


class Code(Action, prefix="code"):
    """Send the code again, or to another address."""

    petition_id: int
    do: Literal["again", "address"]


async def page(
    context: Context, petition: Petition, signature: Signature, *, fresh: bool = False
) -> Screen:
    """A signature that waits for its code: where it was sent, and what can be done."""
    if not petition.is_open:
        return replace(await too_late(context, petition), fresh=fresh)
    waiting = await pending_signatures.of(context.db, signature.id)
    if waiting is not None and not waiting.wants_code and waiting.code_hash is None:
        return not_yet(petition, "not_sent")
    variables = {
        "campaign": await context.view(petition),
        "email": signature.email or "",
        "minutes": email_codes.MINUTES,
    }
    return Screen(Text("email_code/asked", variables), buttons(petition), fresh=fresh)


async def too_late(context: Context, petition: Petition) -> Screen:
    """Signing has ended before the code was typed."""
    now = (await catalogue.current(context.db, petition.id) or petition).as_of(context.now)
    return Screen(
        Text("email_code/too_late", {"campaign": await context.view(now)}),
        [
            [Button("updates_on", Updates(now.id, "on"))],
            [Button("withdraw", Withdraw(now.id, "ask"))],
            *closed.still_open(context, now),
        ],
    )


def no_code_yet(petition: Petition, wait: timedelta) -> Screen:
    """A signature that waits, for which no code can be sent for now."""
    return not_yet(petition, "not_sent", left=minutes(wait))


def buttons(petition: Petition) -> Rows:
    """What can be done about a code that does not come."""
    return [
        [Button("code_again", Code(petition.id, "again"))],
        [Button("code_address", Code(petition.id, "address"))],
        [Button("withdraw", Withdraw(petition.id, "ask"))],
    ]


def not_yet(petition: Petition, why: str, left: int = 0) -> Screen:
    """Why the signature does not count yet, and how many tries or minutes are left."""
    return Screen(
        Text("email_code/not_yet", {"why": why, "left": left, "signs": True}),
        buttons(petition),
        fresh=True,
    )


def minutes(wait: timedelta) -> int:
    """A wait in whole minutes, at least one."""
    return max(1, math.ceil(wait / timedelta(minutes=1)))
