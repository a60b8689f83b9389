"""Every text that people were ever asked to agree to, word for word."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from storage.database import Connection
from storage.tables import wordings
from storage.upsert import insert_if_absent


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

_NEWEST = (
    select(*_COLUMNS)
    .where(
        wordings.c.campaign_id == bindparam("campaign_id"),
        wordings.c.kind == bindparam("kind"),
        wordings.c.language == bindparam("language"),
    )
    .order_by(wordings.c.version.desc())
    .limit(1)
)


async def keep(
    db: Connection, *, campaign_id: int, kind: str, language: str, text: str, now: datetime
) -> Wording:
    """Keep a text as the current one; the same as before stays the same version.

    Args:
        now: UTC.
    """
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    text_of = {"campaign_id": campaign_id, "kind": kind, "language": language}
    while True:
        row = (await db.execute(_NEWEST, text_of)).one_or_none()
        newest = Wording(*row) if row else None
        if newest is not None and newest.sha256 == sha256:
            return newest
        version = newest.version + 1 if newest else 1
        new = text_of | {"version": version, "sha256": sha256, "text": text, "created_at": now}
        made = await db.execute(insert_if_absent(db, wordings).values(new).returning(wordings.c.id))
        # Nothing is made where another process has just kept this version: it may be the same.
        if (wording_id := made.scalar_one_or_none()) is not None:
            return Wording(
                wording_id, campaign_id, kind, language, version, sha256=sha256, text=text
            )


async def latest(db: Connection, campaign_id: int) -> dict[tuple[str, str], Wording]:
    """The newest version of each text, by kind and language."""
    newest = (
        select(func.max(wordings.c.id))
        .where(wordings.c.campaign_id == campaign_id)
        .group_by(wordings.c.kind, wordings.c.language)
    )
    rows = await db.execute(select(*_COLUMNS).where(wordings.c.id.in_(newest)))
    return {(row.kind, row.language): Wording(*row) for row in rows}
