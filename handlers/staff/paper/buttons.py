"""The buttons of paper signatures: of entries, and of tables that were sent."""

from typing import Annotated, Literal

from handlers.actions import Action, Word


class AddSheet(Action, prefix="paper:add"):
    petition_id: int


class ListEntries(Action, prefix="paper:list"):
    petition_id: int


class ShowEntry(Action, prefix="paper:entry"):
    entry_id: int


class ShowPhoto(Action, prefix="paper:photo"):
    entry_id: int


class UndoEntry(Action, prefix="paper:undo"):
    entry_id: int
    sure: Literal["yes"] = "yes"


NONE = 99
"""Stands in a button's data for no column."""


class Count(Action, prefix="table:count"):
    """Count what is in a table.

    Attributes:
        number: how many the button said; a button of before says none.
    """

    table_id: int
    number: int | None = None


class Answer(Action, prefix="table:say"):
    """Say how rows in doubt, or the whole table, are to be taken.

    Attributes:
        choice: "doubt.count", "doubt.leave" or "question.answer"; see campaign.paper.check_table.
    """

    table_id: int
    choice: Annotated[str, r"[a-z_]{1,20}\.[a-z0-9]{1,10}"]


class Discard(Action, prefix="table:throw"):
    table_id: int


class AskColumn(Action, prefix="table:columns"):
    """Ask which column holds a field."""

    table_id: int
    field: Word


class SetColumn(Action, prefix="table:set"):
    """Read a field from a column.

    Attributes:
        choice: "field.column"; the column by its place from 0, or NONE.
    """

    table_id: int
    choice: Annotated[str, r"\w{1,40}\.[0-9]{1,3}"]
