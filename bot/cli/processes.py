"""The bot's processes, as `check` and `status` show them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from storage.processes import Process

NOBODY = {
    "updates": "takes messages: clamour run --role web",
    "sending": "sends updates to supporters: clamour run --role sender",
    "jobs": "does reminders, thanks, digests and retention: clamour run --role jobs",
}
DUTIES = {
    "updates": "messages",
    "sending": "sending",
    "jobs": "jobs",
    "waiting": "waits until Telegram takes calls",
}


def alive(known: "Sequence[Process]") -> "list[Process]":
    """Those that have been heard of within a minute, before or after by the clocks: one that is set
    back makes the dead look younger than they are."""
    from bot.heartbeat import ALIVE_WITHIN

    now = datetime.now(UTC)
    return [one for one in known if abs(now - one.seen_at) <= ALIVE_WITHIN]


def warnings(living: "Sequence[Process]", newest: str | None) -> Iterator[str]:
    """What is missing or old among those that live."""
    done = {duty for one in living for duty in one.duties}
    for duty, words in NOBODY.items():
        if living and duty not in done:
            yield f"For a minute, no process has been seen that {words}"
    for one in living:
        if newest and one.schema and one.schema != newest:
            yield (
                f"Process {one.id} ({one.role}) is of an older Clamour than the database; it goes "
                "on, but restart it with the newer version."
            )


def crowded(
    living: "Sequence[Process]", *, planned: int | None, pool_size: int, places: int
) -> str | None:
    """What to change if the processes may open more connections than PostgreSQL has for them.

    Args:
        planned: how many processes there are to be; None for those that live, or one.
        places: how many connections PostgreSQL has for them.
    """
    from bot.heartbeat import CONNECTIONS_BESIDE_THE_POOL as BESIDE

    each = pool_size + BESIDE
    count = planned or len(living) or 1
    need = count * each if planned or not living else sum(one.connections for one in living)
    if need <= places:
        return None
    fits = places // count - BESIDE
    advice = f"storage.pool_size = {fits}" if fits >= 1 else "fewer processes"
    return (
        f"{count} processes may open {need} connections ({each} each: storage.pool_size and "
        f"{BESIDE} more), and PostgreSQL has {places}: set {advice}, or raise max_connections."
    )


def table(living: "Sequence[Process]") -> "Table":
    """Each process with its role, what it does now, and since when it runs."""
    from rich.table import Table

    shown = Table("process", "role", "does now", "version", "since", "last seen", box=None)
    now = datetime.now(UTC)
    for one in living:
        does = ", ".join(DUTIES.get(duty, duty) for duty in one.duties) or "waits to take over"
        ago = max(0, round((now - one.seen_at).total_seconds()))
        shown.add_row(
            *(one.id, one.role, does, one.version, f"{one.since:%Y-%m-%d %H:%M} UTC"),
            f"{ago} s ago",
        )
    if not living:
        shown.add_row("none seen", "clamour run")
    return shown
