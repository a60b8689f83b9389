"""What a Containerfile says, step by step."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Stage:
    """From one FROM to the next.

    Attributes:
        steps: instruction and what follows it, in order.
    """

    image: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        return [words for name, words in self.steps if name == instruction]


def stages(file: Path) -> list[Stage]:
    found: list[Stage] = []
    text = file.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        instruction, _, words = line.partition(" ")
        if instruction == "FROM":
            image, _, name = words.partition(" AS ")
            found.append(Stage(image, name))
        elif found:  # an ARG before the first FROM is for that one
            found[-1].steps.append((instruction, words.strip()))
    return found


def copied(stage: Stage) -> list[tuple[str, str]]:
    """Source and target of each COPY from the checkout."""
    pairs = []
    for words in stage.all("COPY"):
        *sources, target = shlex.split(words)
        if not sources[0].startswith("--from="):
            pairs += [(source, target) for source in sources]
    return pairs
