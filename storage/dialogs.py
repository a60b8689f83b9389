"""Where each person is in their conversation: a row, changed with the work it belongs to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, exists, select, update

from storage import accounts, addresses
from storage.database import Connection
from storage.errors import Conflict, NoSuchAccount
from storage.notifications import ANSWERS
from storage.supporters import Supporter
from storage.tables import dialogs, notifications, supporters
from storage.together import Change, change_together
from storage.upsert import insert_if_absent, insert_if_absent_on

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

COLUMNS = tuple(name for name in Dialog.__slots__ if name in dialogs.c)
"""What is kept of a dialog, in this order."""

_SUPPORTER_COLUMNS = tuple(supporters.c[name] for name in Supporter.__slots__)
_FIND = (
    select(
        *_SUPPORTER_COLUMNS,
        *(dialogs.c[name] for name in COLUMNS),
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

_TOLD = ("first_name", "telegram_language", "reachable")
_READ = select(*(dialogs.c[name] for name in COLUMNS)).where(
    dialogs.c.supporter_id == bindparam("whose")
)
_ID_OF = select(supporters.c.id).where(supporters.c.telegram_id == bindparam("wanted"))
_ACCOUNT_OF = select(supporters.c.telegram_id).where(supporters.c.id == bindparam("wanted"))
_SAVE = (
    update(dialogs)
    .where(dialogs.c.supporter_id == bindparam("dialog_supporter_id"))
    .values({name: bindparam(f"dialog_{name}") for name in COLUMNS if name != "supporter_id"})
)


async def open(  # noqa: A001 - reads as dialogs.open
    db: Connection,
    *,
    telegram_id: int,
    first_name: str,
    telegram_language: str | None,
    now: datetime,
    reachable: bool = True,
) -> tuple[Supporter, Dialog]:
    """The person and their dialog, made if they are new, locked until the transaction ends.

    A person who writes can be reached again, and is called what they call themselves now.

    Args:
        telegram_id: the account number (`storage.accounts`). Only those of Telegram make a person,
            with their address; for the others see `storage.addresses.add`.
        first_name: "" where the channel knows none: the one that is kept stays.
        now: UTC.
        reachable: whether the channel can write to people first. If it cannot, it stays as it is
            whether they can be reached.

    Raises:
        Conflict: others make and erase the same person all the time.
        NoSuchAccount: nobody has this number of ours, most likely any more.
    """
    supporter, dialog = await _found_or_added(db, telegram_id, first_name, telegram_language, now)
    now_called = replace(
        supporter,
        first_name=first_name or supporter.first_name,
        telegram_language=telegram_language,
        reachable=reachable or supporter.reachable,
    )
    if now_called != supporter:
        await db.execute(
            update(supporters)
            .where(supporters.c.id == supporter.id)
            .values({name: getattr(now_called, name) for name in _TOLD})
        )
    return now_called, dialog


async def lock_in_order(
    db: Connection, supporter_ids: Iterable[int], now: datetime
) -> list[Supporter]:
    """Lock people as `open` does, one after the other by their numbers, and give them as they are
    now, those who have been erased left out. Who has no dialog gets one (`now`, UTC): else their
    own first act could make it, and wait for us while we wait for it.
    """
    found = []
    for supporter_id in sorted(set(supporter_ids)):
        account = await db.scalar(_ACCOUNT_OF, {"wanted": supporter_id})
        if account is None or not accounts.is_somebodys(account):
            continue
        row = await _find(db, account)
        if row is None:
            blank = Dialog(supporter_id, None, "", "", {}, _first_serial(now), (), now)
            given = {f"dialog_{name}": value for name, value in _row(blank).items()}
            await change_together(db, (_add_dialog(db.dialect.name), given))
            row = await _find(db, account)
        if row is not None and row[0].id == supporter_id:
            found.append(row[0])
    return found


async def read(db: Connection, supporter_id: int) -> Dialog | None:
    """A person's dialog as it is now, not to be changed; None if they have done nothing yet."""
    row = (await db.execute(_READ, {"whose": supporter_id})).one_or_none()
    return None if row is None else dialog_of(row)


def dialog_of(row: Sequence[Any]) -> Dialog:
    """A row of COLUMNS; it does not say whether anything is owed."""
    given = dict(zip(COLUMNS, row, strict=True))
    return Dialog(**{**given, "recent_updates": tuple(given["recent_updates"])})


async def save(db: Connection, dialog: Dialog, *beside: Change) -> None:
    """Keep the dialog as it is now.

    Args:
        beside: changes to be made together with it.
    """
    given = {f"dialog_{name}": value for name, value in _row(dialog).items()}
    await change_together(db, *beside, (_SAVE, given))


def _row(dialog: Dialog) -> dict[str, Any]:
    kept = {name: getattr(dialog, name) for name in COLUMNS}
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
    new_id = None
    if not accounts.is_ours(telegram_id):
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
        if accounts.is_ours(telegram_id):
            raise NoSuchAccount
        return None
    dialog = Dialog(supporter_id, None, "", "", {}, _first_serial(now), (), now)
    given = {f"dialog_{name}": value for name, value in _row(dialog).items()}
    added = (_add_dialog(db.dialect.name), given)
    if new_id is None:
        await change_together(db, added)
        return None
    await change_together(db, added, addresses.telegrams(db, new_id, telegram_id, now))
    return Supporter(new_id, telegram_id, first_name, None, telegram_language, True, now), dialog


@cache
def _add_dialog(engine: str) -> Any:
    return insert_if_absent_on(engine, dialogs).values(
        {name: bindparam(f"dialog_{name}") for name in COLUMNS}
    )


def _first_serial(now: datetime) -> int:
    """Seconds, so that the buttons of a dialog that has been erased are none of the next one's."""
    return max(0, int((now - SERIALS_SINCE).total_seconds()))
