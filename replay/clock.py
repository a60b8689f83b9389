"""The time of the story: it stands in a file that the bot reads."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Clock:
    """Moves the story's time on (`clamour run --clock FILE` reads it)."""

    file: Path

    def set(self, moment: datetime) -> None:
        """It is this moment now, and goes on from there as time does."""
        new = self.file.with_suffix(".new")
        new.write_text(moment.isoformat(), encoding="utf-8")
        os.replace(new, self.file)
