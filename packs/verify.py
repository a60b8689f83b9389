"""Verify that a pack's files fit together, and that they are the ones that were made.

The files alone can only show the first: one who changes them can change the manifest to match. The
second takes the seal, from where the files did not come from.
"""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal

from packs import manifest
from packs.cells import restored
from packs.facts import MANIFEST
from packs.manifest import NoManifest, sha256
from packs.merkle import leaf_hash, root
from packs.rows import FULL, Row, leaf_data

MOST_NAMED = 20
"""How many rows that differ are named one by one."""

MOST_SUMMARY_BYTES = 10_000_000

Covered = Literal["everything", "signatures", "nothing"]
"""What a seal that somebody knows vouches for."""


class NoSeal(ValueError):
    """What was typed cannot be a seal."""


@dataclass(slots=True)
class Found:
    """What was looked at, in sentences.

    Attributes:
        seal: over the whole pack as it is now; "" without a readable manifest.
        root: of the signatures' tree as they are now.
        signatures: how many the manifest names.
        letter: the name of a covering letter that no seal covers, as in packs of earlier releases;
            "" where there is none.
    """

    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seal: str = ""
    root: str = ""
    signatures: int = 0
    letter: str = ""

    def covered_by(self, known: str) -> Covered:
        """What a seal from elsewhere says of this pack, where nothing is wrong with it.

        Packs made before the seal covered everything have the root on their cover: it vouches for
        the signatures alone.

        Raises:
            NoSeal: it has not the form of one.
        """
        typed = "".join(known.split()).replace("-", "").replace(":", "").lower()
        if len(typed) != len(self.seal) or set(typed) - set("0123456789abcdef"):
            raise NoSeal
        if typed == self.seal:
            return "everything"
        return "signatures" if typed == self.root else "nothing"


def verify(folder: Path) -> Found:
    """Look at every file of a pack, and compute seal and Merkle root afresh."""
    found = Found()
    try:
        says, found.seal = manifest.read(folder)
    except NoManifest:
        found.wrong.append(f"{MANIFEST} is not there or cannot be read: is this a pack’s folder?")
        return found
    found.signatures = says["signatures"]
    _files(folder, says, found)
    _tree(folder, says, found)
    if not found.wrong:
        _totals(folder, says, found)
    return found


def _files(folder: Path, says: dict[str, Any], found: Found) -> None:
    listed: dict[str, str] = says["files"]
    letter = manifest.letter_name(says["campaign"])
    there: set[str] = set()
    for entry in os.scandir(folder):
        if entry.is_file(follow_symlinks=False):
            there.add(entry.name)
        else:
            found.wrong.append(f"{_quoted(entry.name)} is a link or a folder: a pack has none.")
    for name, wanted in sorted(listed.items()):
        if name not in there:
            found.wrong.append(f"{name} is missing.")
        elif sha256(folder / name) != wanted:
            found.wrong.append(f"{name} has been changed.")
        else:
            found.right.append(f"{name} fits the manifest.")
    if letter in there - listed.keys():
        found.letter = letter
    told = manifest.seal_page_name(says["campaign"])
    if told in there:
        _seal_page(folder / told, says, found)
    strangers = there - listed.keys() - {MANIFEST, letter, told}
    found.wrong += [f"{_quoted(name)} is not of this pack." for name in sorted(strangers)]


def _seal_page(file: Path, says: dict[str, Any], found: Found) -> None:
    """It vouches for nothing, but what it says has to be the seal and nothing else."""
    expected = manifest.seal_page(says["campaign"], found.seal)
    with file.open("rb") as opened:
        if opened.read(len(expected) + 1) != expected:
            found.wrong.append(f"{file.name} tells another seal than these files have.")


def _quoted(name: str) -> str:
    """A file's name without what would act on a terminal, or look like another name."""
    plain = name.isascii() and name.isprintable()
    return name if plain else json.dumps(name)


def _tree(folder: Path, says: dict[str, Any], found: Found) -> None:
    try:
        hashes = _leaves(folder, says, found)
    except (OSError, ValueError, IndexError, csv.Error) as fault:
        found.wrong.append(f"The signatures cannot be read ({type(fault).__name__}).")
        return
    found.root = root(hashes).hex()
    if len(hashes) != says["signatures"]:
        found.wrong.append(
            f"There are {len(hashes):,} signatures, and {says['signatures']:,} were handed in."
        )
    if found.root != says["merkle_root"]:
        found.wrong.append("The tree over the signatures does not fit: some were changed.")
    elif not found.wrong:
        found.right.append(f"The tree fits all {len(hashes):,} signatures.")


def _totals(folder: Path, says: dict[str, Any], found: Found) -> None:
    """The summary and the manifest tell the same sum."""
    name = f"{says['campaign']}-summary.json"
    try:
        if (folder / name).stat().st_size > MOST_SUMMARY_BYTES:
            raise ValueError
        summary = json.loads((folder / name).read_text(encoding="utf-8"))
        online, paper = summary["by_source"]["online"], summary["by_source"]["paper"]
        total, top = summary["total"], summary["merkle_root"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        found.wrong.append(f"{name} cannot be read.")
        return
    fits = online == says["signatures"] and total == online + paper
    fits = fits and top == says["merkle_root"]
    fits = fits and (paper, total) == (says.get("paper", paper), says.get("total", total))
    if fits:
        found.right.append(f"The sum fits: {online:,} in the chat and {paper:,} on paper.")
    else:
        found.wrong.append(f"{name} and {MANIFEST} tell different sums.")


def _leaves(folder: Path, says: dict[str, Any], found: Found) -> list[bytes]:
    """The leaves' hashes; with full names, each is compared with what the table says."""
    hashes: list[bytes] = []
    differ: list[str] = []
    rows = _lines(folder, says, "signatures")
    leaves = _lines(folder, says, "leaves")
    for place, (leaf, row) in enumerate(zip_longest(leaves, rows), 1):
        if leaf is not None:
            hashes.append(bytes.fromhex(leaf[1]))
        if leaf is None or row is None or (says["profile"] == FULL and not _fits(row, leaf)):
            differ.append(str(place))
    if differ:
        named = ", ".join(differ[:MOST_NAMED])
        more = f" and {len(differ) - MOST_NAMED:,} more" if len(differ) > MOST_NAMED else ""
        found.wrong.append(f"Signatures that are not as they were: no. {named}{more}.")
    return hashes


def _fits(row: list[str], leaf: list[str]) -> bool:
    number, receipt, name, place, signed_on, wording = map(restored, row)
    on = date.fromisoformat(signed_on)
    says = Row(int(number), int(receipt), name, place, on, wording)
    return leaf_hash(leaf_data(says, leaf[2])).hex() == leaf[1]


def _lines(folder: Path, says: dict[str, Any], which: str) -> Iterator[list[str]]:
    """The rows of a table, from the parts that the manifest names."""
    begins = f"{says['campaign']}-{which}"
    for name in sorted(says["files"]):
        if not name.startswith(begins) or not name.endswith(".csv"):
            continue
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            next(lines, None)
            yield from lines
