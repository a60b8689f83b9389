"""Request a pack. It holds every name, so only owners may, and each request is logged."""

import secrets
from datetime import datetime

from campaign.errors import CampaignError
from packs.rows import PROFILES
from storage import audit, handin_packs
from storage.database import Connection
from storage.handin_packs import Pack
from storage.supporters import Supporter

KEY_BYTES = 32


class PackUnderWay(CampaignError):
    """One of this campaign is being made already."""


async def ask(
    db: Connection,
    campaign_id: int,
    profile: str,
    *,
    asked_by: Supporter | None,
    now: datetime,
) -> Pack:
    """Have a pack made: by the bot's own task, or beside it for the command line.

    Args:
        profile: "full" or "redacted".
        asked_by: an owner, to whom the files are sent; None from the command line.
        now: UTC.

    Raises:
        PackUnderWay: nothing has been asked for.
    """
    if profile not in PROFILES:
        raise ValueError(profile)
    if asked_by is not None and await handin_packs.waiting(db, campaign_id) is not None:
        raise PackUnderWay
    pack = await handin_packs.add(
        db,
        campaign_id=campaign_id,
        profile=profile,
        salt_key=secrets.token_bytes(KEY_BYTES),
        requested_by=asked_by.id if asked_by else None,
        now=now,
        status="queued" if asked_by else "making",
    )
    await audit.append(
        db,
        at=now,
        actor=asked_by.telegram_id if asked_by else None,
        action="handin.asked",
        subject=f"campaign:{campaign_id}",
        details={"pack": pack.id, "profile": profile},
    )
    return pack
