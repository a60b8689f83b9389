"""Print results to standard output, errors and progress to standard error."""

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


def bad(words: str) -> None:
    """A line of a list of findings: to be put right."""
    from bot.logs import redact

    Console(soft_wrap=True).print(Text.assemble(("✗ ", "red"), redact(words)))
