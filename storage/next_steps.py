"""What people have done beyond signing, and what they would rather not; counted by step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, bindparam, delete, select, update

from storage.database import Connection
from storage.tables import step_figures
from storage.tables import steps_taken as table
from storage.upsert import insert_if_absent

Outcome = Literal["done", "skipped"]

_TAKEN = select(table.c.step, table.c.outcome).where(
    table.c.campaign_id == bindparam("campaign"), table.c.supporter_id == bindparam("supporter")
)
_COUNT = (
    update(step_figures)
    .where(
        step_figures.c.campaign_id == bindparam("campaign"),
        step_figures.c.step == bindparam("which"),
    )
    .values(done=step_figures.c.done + bindparam("more"))
)


async def taken(db: Connection, campaign_id: int, supporter_id: int) -> Mapping[str, str]:
    """Each step the person has answered, with "done" or "skipped"."""
    rows = await db.execute(_TAKEN, {"campaign": campaign_id, "supporter": supporter_id})
    return {row.step: row.outcome for row in rows}


async def record(
    db: Connection,
    campaign_id: int,
    supporter_id: int,
    step: str,
    outcome: Outcome,
    *,
    now: datetime,
) -> bool:
    """Keep the answer; what is done stays done. `now` is UTC.

    Returns:
        Whether the step has become done by this, and not before.
    """
    made = await db.execute(
        insert_if_absent(db, table, table.c.step),
        {
            "campaign_id": campaign_id,
            "supporter_id": supporter_id,
            "step": step,
            "outcome": outcome,
            "at": now,
        },
    )
    is_new = made.scalar_one_or_none() is not None
    if outcome != "done":
        return False
    if not is_new:
        changed = await db.execute(
            update(table)
            .where(*_key(campaign_id, supporter_id, step), table.c.outcome == "skipped")
            .values(outcome="done", at=now)
        )
        is_new = bool(changed.rowcount)
    if is_new:
        await _count(db, campaign_id, step, 1)
    return is_new


async def forget(db: Connection, campaign_id: int, supporter_id: int, step: str) -> None:
    """The step is as if it had never come up."""
    gone = await db.execute(
        delete(table).where(*_key(campaign_id, supporter_id, step)).returning(table.c.outcome)
    )
    if gone.scalar_one_or_none() == "done":
        await _count(db, campaign_id, step, -1)


async def figures(db: Connection, campaign_id: int) -> Mapping[str, int]:
    """How many people have done each step; those nobody has done are missing."""
    rows = await db.execute(
        select(step_figures.c.step, step_figures.c.done).where(
            step_figures.c.campaign_id == campaign_id
        )
    )
    return {row.step: row.done for row in rows}


async def _count(db: Connection, campaign_id: int, step: str, more: int) -> None:
    await db.execute(
        insert_if_absent(db, step_figures), {"campaign_id": campaign_id, "step": step, "done": 0}
    )
    await db.execute(_COUNT, {"campaign": campaign_id, "which": step, "more": more})


def _key(campaign_id: int, supporter_id: int, step: str) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.campaign_id == campaign_id,
        table.c.supporter_id == supporter_id,
        table.c.step == step,
    )
