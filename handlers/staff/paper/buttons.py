"""The buttons of paper signatures that lead from one screen of theirs to another."""

from dataclasses import dataclass
from typing import Literal

from handlers.actions import Action


@dataclass(frozen=True, slots=True)
class AddSheet(Action, prefix="paper:add"):
    petition_id: int


@dataclass(frozen=True, slots=True)
class ListEntries(Action, prefix="paper:list"):
    petition_id: int


@dataclass(frozen=True, slots=True)
class ShowEntry(Action, prefix="paper:entry"):
    entry_id: int


@dataclass(frozen=True, slots=True)
class ShowPhoto(Action, prefix="paper:photo"):
    entry_id: int


@dataclass(frozen=True, slots=True)
class UndoEntry(Action, prefix="paper:undo"):
    entry_id: int
    sure: Literal["yes"] = "yes"
