"""Where each person is in their conversation: a row, changed with the work it belongs to."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, update

from storage.database import Connection
from storage.errors import Conflict
from storage.notifications import ANSWERS
from storage.supporters import Supporter
from storage.tables import dialogs, notifications, supporters
from storage.together import Change, change_together
from storage.upsert import insert_if_absent

TRIES = 5


@dataclass(frozen=True, slots=True)
class Dialog:
    """The state of one person's conversation.

    Attributes:
        flow: what the person is in the middle of; "" if nothing.
        step: the question that is open in it.
        answers: what has been given so far, JSON-safe.
        serial: goes up with every step, so that an older button is known for what it is, also one
            from before its person was erased and came back.
        recent_updates: numbers of the newest updates handled, of each bot and server ascending.
        updated_at: UTC.
        is_owed: whether the person has not been shown all answers, as Telegram holds them back.
    """

    supporter_id: int
    campaign_id: int | None
    flow: str
    step: str
    answers: dict[str, Any]
    serial: int
    recent_updates: tuple[int, ...]
    updated_at: datetime
    is_owed: bool = False


SERIALS_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
"""From here they fit their column until 2088."""

_KEPT = tuple(name for name in Dialog.__slots__ if name in dialogs.c)
_SUPPORTER_COLUMNS = tuple(supporters.c[name] for name in Supporter.__slots__)
_FIND = (
    select(
        *_SUPPORTER_COLUMNS,
        *(dialogs.c[name] for name in _KEPT),
        exists()
        .where(
            notifications.c.telegram_id == supporters.c.telegram_id,
            notifications.c.template.in_(ANSWERS),
            notifications.c.done_at.is_(None),
        )
        .label("is_owed"),
    )
    .join(dialogs, dialogs.c.supporter_id == supporters.c.id)
    .where(supporters.c.telegram_id == bindparam("wanted"))
    # Both: PostgreSQL re-reads only what it locks, and an erasure may have been waited for.
    .with_for_update(of=[dialogs, supporters], key_share=True)
)

_READ = select(*(dialogs.c[name] for name in _KEPT)).where(
    dialogs.c.supporter_id == bindparam("whose")
)
_ID_OF = select(supporters.c.id).where(supporters.c.telegram_id == bindparam("wanted"))
_SAVE = (
    update(dialogs)
    .where(dialogs.c.supporter_id == bindparam("dialog_supporter_id"))
    .values({name: bindparam(f"dialog_{name}") for name in _KEPT if name != "supporter_id"})
)


async def open(  # noqa: A001 - reads as dialogs.open
    db: Connection,
    *,
    telegram_id: int,
    first_name: str,
    telegram_language: str | None,
    now: datetime,
) -> tuple[Supporter, Dialog]:
    """The person and their dialog, made if they are new, locked until the transaction ends.

    A person who writes can be reached again, and is called what they call themselves now.

    Args:
        now: UTC.

    Raises:
        Conflict: others make and erase the same person all the time.
    """
    supporter, dialog = await _found_or_added(db, telegram_id, first_name, telegram_language, now)
    current = (first_name, telegram_language, True)
    if (supporter.first_name, supporter.telegram_language, supporter.reachable) != current:
        await db.execute(
            update(supporters)
            .where(supporters.c.id == supporter.id)
            .values(first_name=first_name, telegram_language=telegram_language, reachable=True)
        )
        supporter = Supporter(
            supporter.id,
            supporter.telegram_id,
            first_name,
            supporter.language,
            telegram_language,
            True,
            supporter.created_at,
        )
    return supporter, dialog


async def read(db: Connection, supporter_id: int) -> Dialog | None:
    """A person's dialog as it is now, not to be changed; None if they have done nothing yet."""
    row = (await db.execute(_READ, {"whose": supporter_id})).one_or_none()
    if row is None:
        return None
    given = dict(zip(_KEPT, row, strict=True))
    return Dialog(**{**given, "recent_updates": tuple(given["recent_updates"])})


async def save(db: Connection, dialog: Dialog, *beside: Change) -> None:
    """Keep the dialog as it is now.

    Args:
        beside: changes to be made together with it.
    """
    given = {f"dialog_{name}": value for name, value in _row(dialog).items()}
    await change_together(db, *beside, (_SAVE, given))


def _row(dialog: Dialog) -> dict[str, Any]:
    kept = {name: getattr(dialog, name) for name in _KEPT}
    return kept | {"recent_updates": list(dialog.recent_updates)}


async def _found_or_added(
    db: Connection,
    telegram_id: int,
    first_name: str,
    telegram_language: str | None,
    now: datetime,
) -> tuple[Supporter, Dialog]:
    for _ in range(TRIES):
        found = await _find(db, telegram_id)
        if found is None:
            found = await _add(db, telegram_id, first_name, telegram_language, now)
        if found is not None:
            return found
    raise Conflict


async def _find(db: Connection, telegram_id: int) -> tuple[Supporter, Dialog] | None:
    row = (await db.execute(_FIND, {"wanted": telegram_id})).one_or_none()
    if row is None:
        return None
    width = len(_SUPPORTER_COLUMNS)
    whose, campaign_id, flow, step, answers, serial, recent, *rest = row[width:]
    dialog = Dialog(whose, campaign_id, flow, step, answers, serial, tuple(recent), *rest)
    return Supporter(*row[:width]), dialog


async def _add(
    db: Connection,
    telegram_id: int,
    first_name: str,
    telegram_language: str | None,
    now: datetime,
) -> tuple[Supporter, Dialog] | None:
    """The person and their dialog, if both are new here; None if they have to be looked for."""
    made = await db.execute(
        insert_if_absent(db, supporters, supporters.c.id),
        {
            "telegram_id": telegram_id,
            "first_name": first_name,
            "telegram_language": telegram_language,
            "reachable": True,
            "created_at": now,
        },
    )
    new_id = made.scalar_one_or_none()
    supporter_id = new_id or await db.scalar(_ID_OF, {"wanted": telegram_id})
    if supporter_id is None:  # another had made them, and has erased them again
        return None
    dialog = Dialog(supporter_id, None, "", "", {}, _first_serial(now), (), now)
    await db.execute(insert_if_absent(db, dialogs), _row(dialog))
    if new_id is None:
        return None
    return Supporter(new_id, telegram_id, first_name, None, telegram_language, True, now), dialog


def _first_serial(now: datetime) -> int:
    """Seconds, so that the buttons of a dialog that has been erased are none of the next one's."""
    return max(0, int((now - SERIALS_SINCE).total_seconds()))
