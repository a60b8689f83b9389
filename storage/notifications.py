"""The outbox: messages that the bot sends on its own initiative, one row a person.

A row is added in the transaction that gives rise to it, claimed before it is sent, and ended
afterwards. A claim is a lease: a row whose process was killed is claimed again when the lease has
run out, so delivery is at-least-once, and one kill repeats a message at most once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from storage.database import Connection
from storage.encryption.columns import or_empty
from storage.tables import notifications as table
from storage.tables import supporters
from storage.upsert import insert_if_absent

Buttons = Sequence[Sequence[Mapping[str, Any]]]
"""Rows of buttons as JSON."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one person.

    Attributes:
        template: the text's name; it also says how the message is made.
        subject_id: the row that the message is about, if it is made from one when it is sent.
        variables: values for the template; emptied once the row has ended.
        least_role: what the person still has to be in the campaign when it is sent; None: anyone.
        attempts: how often it has been claimed, except when it is known not to have been sent.
        supporter_id, first_name, language, telegram_language: the person's at the moment of the
            claim; None if they have never written to the bot.
    """

    id: int
    telegram_id: int
    campaign_id: int | None
    template: str
    subject_id: int | None
    variables: dict[str, Any]
    buttons: list[list[dict[str, Any]]]
    least_role: str | None
    attempts: int
    supporter_id: int | None
    first_name: str | None
    language: str | None
    telegram_language: str | None


_OPEN = table.c.done_at.is_(None)
_COLUMNS = (
    *(table.c[name] for name in ("id", "telegram_id", "campaign_id", "template", "subject_id")),
    *(table.c[name] for name in ("variables", "buttons", "least_role", "attempts")),
    supporters.c.id.label("supporter_id"),
    or_empty(supporters.c.first_name).label("first_name"),
    *(supporters.c[name] for name in ("language", "telegram_language")),
)


async def add(
    db: Connection,
    telegram_ids: Iterable[int],
    template: str,
    *,
    campaign_id: int | None = None,
    subject_id: int | None = None,
    variables: Mapping[str, Any] | None = None,
    buttons: Buttons = (),
    least_role: str | None = None,
    dedupe_key: str | None = None,
    not_before: datetime | None = None,
    now: datetime,
) -> None:
    """Queue a message for each of these people.

    Args:
        variables: JSON, dates and datetimes.
        dedupe_key: nobody gets two messages with the same key, however often this is called.
        not_before: UTC.
    """
    row = {
        "campaign_id": campaign_id,
        "template": template,
        "subject_id": subject_id,
        "variables": {name: _encode(value) for name, value in (variables or {}).items()},
        "buttons": [list(buttons_in_row) for buttons_in_row in buttons],
        "least_role": least_role,
        "dedupe_key": dedupe_key,
        "created_at": now,
        "not_before": not_before or now,
        "attempts": 0,
    }
    if rows := [{**row, "telegram_id": one} for one in telegram_ids]:
        await db.execute(insert_if_absent(db, table), rows)


QUESTION, ANSWER = "answers/question", "answers/answer"
ANSWERS = (QUESTION, ANSWER)
"""Answers that Telegram holds back: a question gives way to whatever is answered after it."""

WITHOUT_TRACE = ("person/erased", *ANSWERS)
"""Templates of which nothing is kept once they have been sent: answers may be the last thing that
is said to somebody who has just been erased."""


async def owe(
    db: Connection,
    telegram_id: int,
    template: str,
    messages: Mapping[str, Mapping[str, Any]],
    *,
    number: int,
    not_before: datetime,
    now: datetime,
) -> None:
    """Queue an answer behind those that this chat is owed already.

    Args:
        template: QUESTION or ANSWER.
        messages: by a key: of equal ones that have not been sent, one is.
        number: of the update that it answers.
        not_before: UTC.
    """
    owed = (table.c.telegram_id == telegram_id, table.c.template.in_(ANSWERS), _OPEN)
    await db.execute(
        delete(table).where(*owed, table.c.template == QUESTION, table.c.claimed_at.is_(None))
    )
    earlier = await db.scalar(select(func.max(table.c.not_before)).where(*owed))
    for key, message in messages.items():
        await add(
            db,
            [telegram_id],
            template,
            subject_id=number,
            variables=message,
            dedupe_key=key,
            not_before=max(not_before, earlier or not_before),
            now=now,
        )


async def is_owed(db: Connection, telegram_id: int, number: int) -> bool:
    """Whether the answer to the update of this number is still to be sent."""
    owed = (table.c.telegram_id == telegram_id, table.c.template.in_(ANSWERS), _OPEN)
    wanted = select(table.c.id).where(*owed, table.c.subject_id == number).limit(1)
    return (await db.execute(wanted)).first() is not None


async def hold_back(db: Connection, telegram_id: int, until: datetime) -> None:
    """Let nothing be sent to this chat before then (UTC)."""
    await db.execute(
        update(table)
        .where(table.c.telegram_id == telegram_id, _OPEN, table.c.not_before < until)
        .values(not_before=until)
    )


async def next_due(db: Connection) -> datetime | None:
    """When the next that nobody has claimed may be sent (UTC); None if there is none."""
    found: datetime | None = await db.scalar(
        select(func.min(table.c.not_before)).where(_OPEN, table.c.claimed_at.is_(None))
    )
    return found


async def are_due(db: Connection, *, now: datetime, lost_before: datetime) -> bool:
    """Whether `claim` would find anything."""
    wanted = select(table.c.id).where(*_due(now, lost_before)).limit(1)
    return (await db.execute(wanted)).first() is not None


async def claim(
    db: Connection, *, now: datetime, lost_before: datetime, limit: int
) -> dict[int, list[int]]:
    """Take a page of what is due, oldest first; nobody else gets it while the lease lasts.

    Args:
        lost_before: UTC; an open row claimed before then is taken for lost, and so is one
            claimed in the future: since then the clock has been set back.

    Returns:
        The numbers of the rows by Telegram id, each person's in order.
    """
    rows = await db.execute(
        select(table.c.id, table.c.telegram_id)
        .where(*_due(now, lost_before))
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found: dict[int, list[int]] = {}
    for notification_id, telegram_id in rows:
        found.setdefault(telegram_id, []).append(notification_id)
    if claimed := [one for ids in found.values() for one in ids]:
        await db.execute(
            update(table)
            .where(table.c.id.in_(claimed))
            .values(claimed_at=now, attempts=table.c.attempts + 1)
        )
    return found


async def of(db: Connection, notification_id: int) -> Notification | None:
    """A row that is still to be sent; None if it has ended or its person has been erased.

    Raises:
        DecryptionFailed: what it says cannot be read.
    """
    found = await db.execute(
        select(*_COLUMNS)
        .select_from(table)
        .outerjoin(supporters, supporters.c.telegram_id == table.c.telegram_id)
        .where(table.c.id == notification_id, _OPEN)
    )
    row = found.one_or_none()
    if row is None:
        return None
    values = dict(row._mapping)
    given = values.pop("variables") or {}
    return Notification(**values, variables={name: _decode(value) for name, value in given.items()})


async def end(
    db: Connection, notification_id: int, now: datetime, *, failed_reason: str | None = None
) -> None:
    """Note that it has been sent, or why it never can be. What it said is not kept."""
    await db.execute(
        delete(table).where(table.c.id == notification_id, table.c.template.in_(WITHOUT_TRACE))
    )
    await db.execute(
        update(table)
        .where(table.c.id == notification_id, _OPEN)
        .values(done_at=now, failed_reason=failed_reason, variables={}, buttons=[])
    )


async def withdraw(db: Connection, template: str, subject_id: int, now: datetime) -> None:
    """End what has not been sent of this template about this subject."""
    await db.execute(
        update(table)
        .where(table.c.template == template, table.c.subject_id == subject_id, _OPEN)
        .values(done_at=now, failed_reason="withdrawn", variables={}, buttons=[])
    )


async def postpone(
    db: Connection, notification_id: int, not_before: datetime, *, known_unsent: bool
) -> None:
    """Give it back, to be sent later.

    Args:
        known_unsent: it has certainly not arrived, so the attempt does not count.
    """
    await db.execute(
        update(table)
        .where(table.c.id == notification_id, _OPEN)
        .values(
            claimed_at=None,
            not_before=not_before,
            attempts=table.c.attempts - int(known_unsent),
        )
    )


async def readdress(db: Connection, telegram_id: int, to: int) -> None:
    """What is for this chat is for another one from now on: a group has a new number."""
    await db.execute(
        update(table).where(table.c.telegram_id == telegram_id, _OPEN).values(telegram_id=to)
    )


async def drop_old(db: Connection, ended_before: datetime) -> None:
    """Delete rows that ended before then (UTC). Those with a key stay, to keep their promise."""
    await db.execute(
        delete(table).where(table.c.done_at < ended_before, table.c.dedupe_key.is_(None))
    )


def _due(now: datetime, lost_before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Times in the future are those of a clock that has been set back since."""
    claimed_at, not_before = table.c.claimed_at, table.c.not_before
    is_free = or_(claimed_at.is_(None), claimed_at < lost_before, claimed_at > now)
    is_early = and_(table.c.created_at > now, not_before == table.c.created_at)
    return (_OPEN, or_(not_before <= now, is_early), is_free)


def _encode(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _decode(value: Any) -> Any:
    match value:
        case {"datetime": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"date": str(day)}:
            return date.fromisoformat(day)
    return value
