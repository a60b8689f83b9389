"""The buttons of paper signatures that lead from one screen of theirs to another."""

from typing import Literal

from handlers.actions import Action


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
