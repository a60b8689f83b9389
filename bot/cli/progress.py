"""A progress line for long commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import TaskID

    from storage.copy_database import Tell


@contextmanager
def progress() -> "Iterator[Tell]":
    """A bar for each table, on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        tasks: dict[str, TaskID] = {}

        def tell(table: str, done: int, whole: int) -> None:
            if table not in tasks:
                tasks[table] = shown.add_task(table, total=whole)
            shown.update(tasks[table], completed=done)

        yield tell
