"""Report on a table: rows that count, rows that do not and why, and open questions."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from campaign.paper.rows import DOUBTS

MOST_NAMED = 100
COUNT, LEAVE = "count", "leave"
"""Answers to a doubt."""

QUESTIONS = {
    "sheet": "[0-9]{1,2}",
    "quotes": "rows|cells",
    "heading": "person|heading",
    "columns": "right",
}
"""What has to be known before the rows can be read, with the answers as a regular expression."""


def is_answer(question: str, said: str) -> bool:
    """Whether this can be said to one of `QUESTIONS`."""
    return question in QUESTIONS and re.fullmatch(QUESTIONS[question], said) is not None


@dataclass(slots=True)
class Group:
    """Rows that are alike: how many, and the first hundred of them."""

    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        """One more."""
        self.count += 1
        if len(self.rows) < MOST_NAMED:
            self.rows.append(row)


@dataclass(slots=True)
class Report:
    """What was found in a table. Holds rows' numbers, headings, names of sheets; no person's name.

    Attributes:
        headings: of the columns; "" where the table has none.
        columns: which column is taken for what.
        question: one of `QUESTIONS` that has to be answered first; "" if there is none.
        sheets: to choose from, if there are several.
        lost: rows that an open quotation mark may have swallowed, if that is the question.
        certain: rows that count.
        left: rows that do not, by the reason.
        doubtful: rows that may, by their doubts, joined by a blank.
        same_file: whether this very file stands counted already.
    """

    headings: list[str] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    question: str = ""
    sheets: list[str] = field(default_factory=list)
    lost: Group = field(default_factory=Group)
    certain: int = 0
    left: dict[str, Group] = field(default_factory=dict)
    doubtful: dict[str, Group] = field(default_factory=dict)
    same_file: bool = False

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """The report that `to_dict` was called on.

        Raises:
            KeyError: it is one of a version that asked nothing; the table has to be read again.
        """
        groups = {
            name: {key: Group(**group) for key, group in kept[name].items()}
            for name in ("left", "doubtful")
        }
        return cls(**{**kept, **groups, "lost": Group(**kept["lost"])})

    @property
    def rows(self) -> int:
        """How many rows there are that hold anything."""
        groups = (*self.left.values(), *self.doubtful.values())
        return self.certain + sum(group.count for group in groups)

    @property
    def doubts(self) -> dict[str, Group]:
        """The rows that there is each doubt about; one may be in several."""
        found: dict[str, Group] = {}
        for doubt in DOUBTS:
            groups = [group for kinds, group in self.doubtful.items() if doubt in kinds.split()]
            if groups:
                named = sorted(row for group in groups for row in group.rows)[:MOST_NAMED]
                found[doubt] = Group(sum(group.count for group in groups), named)
        return found

    def total(self, answers: Mapping[str, str]) -> int:
        """How many count by these answers; a doubt that is not answered leaves its rows out."""
        return self.certain + sum(
            group.count
            for kinds, group in self.doubtful.items()
            if all(answers.get(kind) == COUNT for kind in kinds.split())
        )

    def is_answered(self, answers: Mapping[str, str]) -> bool:
        """Whether nothing is left to be asked."""
        return not self.question and all(
            answers.get(doubt) in (COUNT, LEAVE) for doubt in self.doubts
        )

    def leave(self, reason: str, row: int) -> None:
        """One more that does not count."""
        self.left.setdefault(reason, Group()).add(row)

    def doubt(self, doubts: Iterable[str], row: int) -> None:
        """One more that may count."""
        self.doubtful.setdefault(" ".join(sorted(doubts)), Group()).add(row)
