"""Pages set by Typst, each run in a process that gives its memory back.

Typst shapes every script with its own fonts, right to left too, and takes what is printed as data:
nothing in a name or text can be a command to it (https://typst.app/docs/reference/data-loading/json/).
"""

import json
import multiprocessing
import shutil
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pikepdf
import typst

from packs.glyphs import FOLDERS

_PAGES = Path(__file__).parent / "pages"
RUNS_EACH = 1
"""How many runs a process does before a new one takes over: Typst keeps what it has laid out."""


class Typesetter(AbstractContextManager["Typesetter"]):
    """Sets pages from the templates in packs/pages, one run at a time."""

    def __init__(self, folder: Path) -> None:
        """Work in this folder, which need not be there."""
        folder.mkdir(parents=True, exist_ok=True)
        for template in _PAGES.glob("*.typ"):
            shutil.copy(template, folder)
        self._folder = folder
        self._runs = 0

    def __enter__(self) -> Self:
        self._pool = ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            max_tasks_per_child=RUNS_EACH,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def set(self, template: str, data: dict[str, Any]) -> tuple[Path, int]:
        """Set pages.

        Returns:
            The PDF, and how many pages it has.

        Raises:
            typst.TypstError: the template cannot take these data.
        """
        self._runs += 1
        given = self._folder / f"{self._runs}.json"
        given.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        made = self._folder / f"{self._runs}.pdf"
        self._pool.submit(_set, self._folder, template, given.name, made).result()
        given.unlink()
        with pikepdf.open(made) as pdf:
            return made, len(pdf.pages)


def _set(folder: Path, template: str, data: str, made: Path) -> None:
    typst.compile(
        folder / f"{template}.typ",
        output=made,
        root=folder,
        font_paths=list(FOLDERS),
        ignore_system_fonts=True,
        sys_inputs={"data": f"/{data}"},
        pdf_tags=False,  # tags of 100,000 rows would be ten times the size of the pages
    )


def join(parts: list[Path], made: Path) -> None:
    """Put PDFs one behind the other."""
    with pikepdf.new() as whole:
        for part in parts:
            with pikepdf.open(part) as pages:
                whole.pages.extend(pages.pages)
        whole.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
