"""Every text that people were ever asked to agree to, word for word."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from storage.database import Connection
from storage.tables import wordings


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of one text.

    Attributes:
        kind: "petition", or "consent:" and a purpose.
        version: from 1, per campaign, kind and language.
        sha256: of the text in UTF-8, hexadecimal.
    """

    id: int
    campaign_id: int
    kind: str
    language: str
    version: int
    sha256: str
    text: str


_COLUMNS = (
    wordings.c.id,
    wordings.c.campaign_id,
    wordings.c.kind,
    wordings.c.language,
    wordings.c.version,
    wordings.c.sha256,
    wordings.c.text,
)


async def keep(
    db: Connection, *, campaign_id: int, kind: str, language: str, text: str, now: datetime
) -> Wording:
    """Keep a text as the current one; the same as before stays the same version.

    Args:
        now: UTC.
    """
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    newest = (
        await db.execute(
            select(*_COLUMNS)
            .where(
                wordings.c.campaign_id == campaign_id,
                wordings.c.kind == kind,
                wordings.c.language == language,
            )
            .order_by(wordings.c.version.desc())
            .limit(1)
        )
    ).one_or_none()
    if newest is not None and newest.sha256 == sha256:
        return Wording(*newest)
    made = await db.execute(
        insert(wordings)
        .values(
            campaign_id=campaign_id,
            kind=kind,
            language=language,
            version=newest.version + 1 if newest else 1,
            sha256=sha256,
            text=text,
            created_at=now,
        )
        .returning(*_COLUMNS)
    )
    return Wording(*made.one())


async def latest(db: Connection, campaign_id: int) -> dict[tuple[str, str], Wording]:
    """The newest version of each text, by kind and language."""
    newest = (
        select(func.max(wordings.c.id))
        .where(wordings.c.campaign_id == campaign_id)
        .group_by(wordings.c.kind, wordings.c.language)
    )
    rows = await db.execute(select(*_COLUMNS).where(wordings.c.id.in_(newest)))
    return {(row.kind, row.language): Wording(*row) for row in rows}
