"""Everything held about a person, for them: GDPR Art. 15 (access) and Art. 20 (portability)."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from campaign import request_limits
from campaign.errors import CampaignError
from storage import data_requests, personal_data
from storage.database import Connection
from storage.supporters import Supporter

PersonalData = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by table."""


class TooOften(CampaignError):
    """They have had it as often as can be today."""


async def collect(
    db: Connection, supporter: Supporter, *, now: datetime, key: bytes = b""
) -> PersonalData:
    """All rows that are the person's.

    It takes a look into every table, so an account has it twice in 24 hours.

    Args:
        now: UTC.
        key: for the hash under which that is kept, which outlives an erasure.

    Raises:
        TooOften: they have had it as often as that.
    """
    if await request_limits.take_data(db, supporter.telegram_id, key=key, now=now) is not None:
        raise TooOften
    await data_requests.note(db, supporter.id, now)
    return await rows(db, supporter)


async def rows(db: Connection, supporter: Supporter) -> PersonalData:
    """All rows that are the person's, for one who has been counted already."""
    return await personal_data.export(db, supporter.id, supporter.telegram_id)


def as_json(held: PersonalData) -> bytes:
    """For programs: tables, rows and columns as they are called in the database; times in UTC."""
    return json.dumps(held, ensure_ascii=False, indent=2, default=_moment).encode()


def _moment(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
