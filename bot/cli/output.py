"""Print results to standard output, errors and progress to standard error."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text


def say(words: str, *, style: str = "") -> None:
    """One line of result."""
    Console(soft_wrap=True).print(Text(words, style))


def complain(words: str) -> None:
    """What went wrong, freed of tokens, on standard error."""
    from bot.logs import redact

    Console(stderr=True, soft_wrap=True).print(Text(redact(words), "red"))


def good(words: str) -> None:
    """A line of a list of findings: all is well."""
    Console(soft_wrap=True).print(Text.assemble(("✓ ", "green"), words))


def note(words: str) -> None:
    """A line of a list of findings: nothing wrong, but worth knowing."""
    Console(soft_wrap=True).print(Text.assemble(("· ", "yellow"), words))


def warn_of_consent(unnamed: Mapping[str, Sequence[str]]) -> None:
    """A note for each language whose consent does not name all that the form asks for."""
    for language, fields in unnamed.items():
        note(
            f"The consent in “{language}” does not name what the form asks for: "
            f"{', '.join(fields)}. People agree to exactly these words: "
            f"text.{language}.consent.sign."
        )


def bad(words: str) -> None:
    """A line of a list of findings: to be put right."""
    from bot.logs import redact

    Console(soft_wrap=True).print(Text.assemble(("✗ ", "red"), redact(words)))
