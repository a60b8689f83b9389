"""Accounts that cannot sign, in one campaign or in all, and whose links bring no credit there. They
can still read, withdraw, stop the messages and have their data: those are rights, not favours.

An account is blocked by the number of a signature; that of an erased signer by what
`campaign.erased_signers` has kept of it.
"""

from dataclasses import dataclass
from datetime import datetime

from storage import accounts, audit, blocks, erased_signers, supporters
from storage.database import Connection
from storage.erased_signers import CAMPAIGN, EVERYWHERE
from storage.signatures import Signature


@dataclass(frozen=True, slots=True)
class BlockState:
    """How the account behind a signature is blocked.

    Attributes:
        here: in the signature's campaign, by a block of this campaign or of all.
        everywhere: in all campaigns.
        erased: its person has been erased.
    """

    here: bool
    everywhere: bool
    erased: bool


async def state_of(db: Connection, signature: Signature) -> BlockState:
    """Whether the account behind a signature is blocked."""
    if await _is_erased(db, signature):
        kept = await erased_signers.block_of(db, signature.campaign_id, signature.id)
        return BlockState(kept is not None, kept == EVERYWHERE, erased=True)
    who = signature.supporter_id
    return BlockState(
        await blocks.is_blocked(db, who, signature.campaign_id),
        await blocks.is_blocked_everywhere(db, who),
        erased=False,
    )


async def block(
    db: Connection,
    signature: Signature,
    by: int | None,
    *,
    everywhere: bool = False,
    now: datetime,
) -> bool:
    """Let the account sign nothing more in the signature's campaign; what it has signed stays.

    Args:
        by: the Telegram id of who does it; None for the terminal.
        everywhere: in all campaigns. Whether `by` may do that is the caller's to ask.

    Returns:
        False if it is so already, or nothing is known of an erased account.
    """
    scope = None if everywhere else signature.campaign_id
    if await _is_erased(db, signature):
        kept = EVERYWHERE if everywhere else CAMPAIGN
        done = await erased_signers.block(db, signature.id, kept, campaign_id=scope)
    else:
        done = await blocks.add(db, signature.supporter_id, scope, by, now)
    if done:
        await _note(db, "account.block", signature, scope, by, now)
    return done


async def unblock(
    db: Connection,
    signature: Signature,
    by: int | None,
    *,
    everywhere: bool = False,
    now: datetime,
) -> bool:
    """Take a block of the signature's campaign back, or the one of all campaigns.

    Returns:
        False if there is no such block.
    """
    scope = None if everywhere else signature.campaign_id
    if await _is_erased(db, signature):
        kept = EVERYWHERE if everywhere else CAMPAIGN
        done = await erased_signers.unblock(db, signature.id, kept, campaign_id=scope)
    else:
        done = await blocks.remove(db, signature.supporter_id, scope)
    if done:
        await _note(db, "account.unblock", signature, scope, by, now)
    return done


async def _is_erased(db: Connection, signature: Signature) -> bool:
    signer = await supporters.by_id(db, signature.supporter_id)
    return signer is None or not accounts.is_somebodys(signer.telegram_id)


async def _note(
    db: Connection,
    action: str,
    signature: Signature,
    scope: int | None,
    by: int | None,
    now: datetime,
) -> None:
    details = {"everywhere": True} if scope is None else {"campaign_id": scope}
    subject = f"supporter:{signature.supporter_id}"
    await audit.append(db, at=now, actor=by, action=action, subject=subject, details=details)
