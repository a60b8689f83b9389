"""A Merkle tree over the signatures, hashed as RFC 6962 says (section 2.1).

Leaves are kept in blocks of BLOCK, a power of two: whole blocks are whole subtrees, so the proof
for one leaf takes its own block and one hash of each other.
"""

import hashlib
from collections.abc import Iterator, Sequence

BLOCK = 1024
SIZE = 32
"""Bytes of a hash (SHA-256)."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes of leaves, or of whole blocks, in order."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    level = list(hashes)
    while len(level) > 1:
        pairs = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def path(hashes: Sequence[bytes], place: int) -> list[bytes]:
    """The hashes beside the way from a leaf up to the root, lowest first.

    Args:
        place: from 0.
    """
    beside: list[bytes] = []
    level = list(hashes)
    while len(level) > 1:
        sibling = place ^ 1
        if sibling < len(level):
            beside.append(level[sibling])
        pairs = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
        place //= 2
    return beside


def leads_to(leaf: bytes, place: int, size: int, beside: Sequence[bytes]) -> bytes | None:
    """The root that a leaf's hash and its path lead to; None if the path has not the right length.

    The algorithm is that of RFC 9162, section 2.1.3.2.

    Args:
        place: from 0.
        size: how many leaves the tree has.
    """
    if not 0 <= place < size:
        return None
    found, last = leaf, size - 1
    for hash_ in beside:
        if last == 0:
            return None
        if place % 2 or place == last:
            found = _node(hash_, found)
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            found = _node(found, hash_)
        place, last = place // 2, last // 2
    return found if last == 0 else None


def blocks(hashes: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """The hashes BLOCK by BLOCK; the last may be shorter."""
    for start in range(0, len(hashes), BLOCK):
        yield hashes[start : start + BLOCK]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
