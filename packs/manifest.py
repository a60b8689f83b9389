"""The manifest of a pack, and the seal over it.

The manifest names every file with its hash, and the totals. The seal is the SHA-256 of the
manifest's bytes, so it covers everything and any tool can compute it (`sha256sum manifest.json`).
No file that the seal covers can hold it: it has a page of its own with nothing else on it, is told
in the chat and kept in the database and the audit log.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from packs.facts import MANIFEST, Facts
from packs.rows import PROFILES

FORMAT, OLDER_FORMAT = "clamour hand-in 2", "clamour hand-in 1"
TREE = "RFC 6962 section 2.1, SHA-256"
MOST_BYTES = 1_000_000

_FILE_NAME = re.compile(r"[a-z0-9-]{1,80}\.(?:pdf|csv|xlsx|json)")
_SLUG = re.compile(r"[a-z0-9-]{1,32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_COUNTS = {FORMAT: ("signatures", "paper", "total"), OLDER_FORMAT: ("signatures",)}


class NoManifest(Exception):
    """There is none, or not one that this program writes."""


def letter_name(slug: str) -> str:
    """The name of the covering letter."""
    return f"{slug}-covering-letter.pdf"


def seal_page_name(slug: str) -> str:
    """The name of the page with the seal: the one file beside the manifest that it does not
    cover, whose every byte follows from it."""
    return f"{slug}-seal.txt"


def seal_page(slug: str, seal: str) -> bytes:
    """The page with the seal, to be printed."""
    groups = [seal[at : at + 8] for at in range(0, len(seal), 8)]
    return f"{slug}\n\n{' '.join(groups[:4])}\n{' '.join(groups[4:])}\n".encode()


def write(facts: Facts, signatures: int, root: str, folder: Path) -> dict[str, Any]:
    """Write the manifest of the files in a folder.

    Args:
        signatures: how many rows the tables have.
        root: of the Merkle tree over the signatures.

    Returns:
        What it says.
    """
    files = sorted(file for file in folder.iterdir() if file.name != MANIFEST)
    says = {
        "format": FORMAT,
        "campaign": facts.slug,
        "profile": facts.profile,
        "made_at": facts.made_at,
        "signatures": signatures,
        "paper": facts.paper,
        "total": facts.total,
        "merkle_root": root,
        "merkle_tree": TREE,
        "files": {file.name: sha256(file) for file in files},
    }
    (folder / MANIFEST).write_bytes(_encoded(says))
    return says


def read(folder: Path) -> tuple[dict[str, Any], str]:
    """The manifest of a pack, and its seal.

    Only the exact bytes that this program would write are taken: no second value for a key, no
    other encoding, nothing behind the end, no file name that leads out of the folder.

    Raises:
        NoManifest: it is missing or not of that form.
    """
    file = folder / MANIFEST
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > MOST_BYTES:
            raise NoManifest
        content = file.read_bytes()
        says = json.loads(content.decode("utf-8"))
        usable = _is_usable(says) and _encoded(says) == content
    except (OSError, ValueError, TypeError, RecursionError):
        raise NoManifest from None
    if not usable:
        raise NoManifest
    return says, seal_of(content)


def seal_of(manifest: bytes) -> str:
    """The seal of a pack with this manifest."""
    return hashlib.sha256(manifest).hexdigest()


def sha256(file: Path) -> str:
    """Of a file's bytes, hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _encoded(says: dict[str, Any]) -> bytes:
    return (json.dumps(says, ensure_ascii=False, indent=2) + "\n").encode()


def _is_usable(says: Any) -> bool:
    if not isinstance(says, dict) or says.get("format") not in _COUNTS:
        return False
    counts = [says.get(name) for name in _COUNTS[says["format"]]]
    files = says.get("files")
    return (
        all(type(count) is int and count >= 0 for count in counts)
        and _matches(_SLUG, says.get("campaign"))
        and says.get("profile") in PROFILES
        and isinstance(says.get("made_at"), str)
        and _matches(_HASH, says.get("merkle_root"))
        and isinstance(files, dict)
        and all(_matches(_FILE_NAME, name) for name in files)
        and all(_matches(_HASH, hash_) for hash_ in files.values())
    )


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
