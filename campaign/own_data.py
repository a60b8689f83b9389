"""Everything held about a person, for them: GDPR Art. 15 (access) and Art. 20 (portability)."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from campaign.errors import CampaignError
from storage import data_requests, personal_data
from storage.database import Connection
from storage.supporters import Supporter

A_DAY = 2
"""How often it is made for one person in 24 hours: it takes a look into every table."""

Held = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by table."""


class TooOften(CampaignError):
    """They have had it as often as can be today."""


async def collect(db: Connection, supporter: Supporter, *, now: datetime) -> Held:
    """All rows that are the person's.

    Args:
        now: UTC.

    Raises:
        TooOften: they have had it A_DAY times within 24 hours.
    """
    if await data_requests.between(db, supporter.id, now - timedelta(days=1), now) >= A_DAY:
        raise TooOften
    await data_requests.note(db, supporter.id, now)
    return await personal_data.export(db, supporter.id, supporter.telegram_id)


def as_json(held: Held) -> bytes:
    """For programs: tables, rows and columns as they are called in the database; times in UTC."""
    return json.dumps(held, ensure_ascii=False, indent=2, default=_moment).encode()


def _moment(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
