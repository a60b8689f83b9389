"""Whether a pack's files are as they were made."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

from packs.cells import restored
from packs.facts import MANIFEST
from packs.making import FORMAT, sha256, table_parts
from packs.merkle import leaf_hash, root
from packs.rows import FULL, Row, leaf_data

MOST_NAMED = 20
"""How many rows that differ are named one by one."""


@dataclass(slots=True)
class Found:
    """What was looked at, in sentences; root is that of the leaves as they are now."""

    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    root: str = ""


def verify(folder: Path) -> Found:
    """Look at every file of a pack, and reckon the Merkle root anew."""
    found = Found()
    manifest = _manifest(folder, found)
    if manifest is not None:
        _files(folder, manifest, found)
        _tree(folder, manifest, found)
    return found


def _manifest(folder: Path, found: Found) -> dict[str, Any] | None:
    try:
        says = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        usable = says["format"] == FORMAT and isinstance(says["files"], dict)
        usable = usable and isinstance(says["signatures"], int)
        usable = usable and {"merkle_root", "profile"} <= says.keys()
    except (OSError, ValueError, KeyError, TypeError):
        usable = False
    if not usable:
        found.wrong.append(f"{MANIFEST} is not there or cannot be read: is this a pack’s folder?")
        return None
    return dict(says)


def _files(folder: Path, manifest: dict[str, Any], found: Found) -> None:
    listed: dict[str, str] = manifest["files"]
    there = {file.name for file in folder.iterdir() if file.is_file()} - {MANIFEST}
    for name, wanted in sorted(listed.items()):
        if name not in there:
            found.wrong.append(f"{name} is missing.")
        elif sha256(folder / name) != wanted:
            found.wrong.append(f"{name} has been changed.")
        else:
            found.right.append(f"{name} is unchanged.")
    found.wrong += [f"{name} is not of this pack." for name in sorted(there - listed.keys())]


def _tree(folder: Path, manifest: dict[str, Any], found: Found) -> None:
    try:
        hashes = _leaves(folder, manifest["profile"], found)
    except (OSError, ValueError, IndexError) as fault:
        found.wrong.append(f"The signatures cannot be read ({type(fault).__name__}).")
        return
    found.root = root(hashes).hex()
    if len(hashes) != manifest["signatures"]:
        found.wrong.append(
            f"There are {len(hashes):,} signatures, and {manifest['signatures']:,} were handed in."
        )
    if found.root != manifest["merkle_root"]:
        found.wrong.append("The seal over the signatures does not fit: some were changed.")
    elif not found.wrong:
        found.right.append(f"The seal fits all {len(hashes):,} signatures.")


def _leaves(folder: Path, profile: str, found: Found) -> list[bytes]:
    """The leaves' hashes; with full names, each is compared with what the table says."""
    hashes: list[bytes] = []
    differ: list[str] = []
    rows = _lines(folder, "signatures")
    for place, (leaf, row) in enumerate(zip_longest(_lines(folder, "leaves"), rows), 1):
        if leaf is not None:
            hashes.append(bytes.fromhex(leaf[1]))
        if leaf is None or row is None or (profile == FULL and not _fits(row, leaf)):
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


def _lines(folder: Path, which: str) -> Iterator[list[str]]:
    for part in table_parts(folder, which):
        with part.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            next(lines, None)
            yield from lines
