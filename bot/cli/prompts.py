"""Prompt for settings, each until its answer is valid."""

import sys
from dataclasses import dataclass

import typer

from bot.cli.output import complain


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks at the terminal; a silent one takes what was given, or the default.

    Attributes:
        silent: whether nothing is asked.
    """

    silent: bool = False

    def setting(self, key: str, given: str | None, question: str, default: str) -> str:
        """A setting's value.

        Args:
            key: with its section: `storage.url`.
            given: on the command line; then nothing is asked.

        Raises:
            typer.BadParameter: what was given is wrong.
        """
        if given is not None:
            if wrong := self._wrong(key, given):
                raise typer.BadParameter(wrong)
            return given
        if self.silent:
            return default
        while True:
            answer = str(typer.prompt(question, default=default, show_default=bool(default)))
            wrong = self._wrong(key, answer.strip())
            if wrong is None:
                return answer.strip()
            complain(wrong)

    def ids(self, key: str, given: list[int] | None, question: str) -> tuple[int, ...]:
        """Telegram ids; none if the answer is empty."""
        listed = ",".join(map(str, given)) if given else None
        answer = self.setting(key, listed, question, "")
        return tuple(int(part) for part in answer.split(",") if part.strip())

    def hidden(self, question: str) -> str:
        """Something that is not shown as it is typed; a line of the input where nobody types.

        Raises:
            typer.Abort: the input has ended.
        """
        if sys.stdin.isatty():
            return str(typer.prompt(question, hide_input=True)).strip()
        line = sys.stdin.readline()
        if not line:
            raise typer.Abort
        return line.strip()

    def yes(self, question: str) -> bool:
        """Whether the person agrees; a silent one never does."""
        return not self.silent and typer.confirm(question, default=False)

    def _wrong(self, key: str, value: str) -> str | None:
        from bot.config.explain import problem_of

        section, _, name = key.partition(".")
        problem = problem_of(section, name, value)
        return f"{problem.problem}: {problem.advice}" if problem else None
