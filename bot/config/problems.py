"""Problems of a configuration, and how to fix each.

ConfigError   every problem there is, at once
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right.

    Attributes:
        key: as in the file, with its section: `telegram.mode`; empty if the file itself is meant.
        problem: what is wrong, a clause without its full stop.
        advice: what to write instead, beginning with a verb.
        line: in the file, from 1; None if the key is not in the file.
        source: the environment variable that the value came from; None for the file.
    """

    key: str
    problem: str
    advice: str
    line: int | None = None
    source: str | None = None

    @property
    def place(self) -> str:
        """`line 4`, the name of an environment variable, or nothing."""
        if self.source is not None:
            return self.source
        return f"line {self.line}" if self.line is not None else ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        what = f"{self.key}: " if self.key else ""
        end = "?" if self.advice.startswith("did you mean") else "."
        return f"{where}{what}{self.problem}; {self.advice}{end}"


class ConfigError(Exception):
    """The configuration cannot be used.

    Attributes:
        file: its name as given.
        problems: all of them, in the order of their lines. Never a secret in any.
    """

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.file = file
        self.problems = tuple(sorted(problems, key=lambda p: (p.line is None, p.line or 0, p.key)))
        super().__init__("\n".join(f"{file}: {problem}" for problem in self.problems))
