"""Longest common subsequence of two sequences, in bounded time.

difflib looks for the longest common run, again in what is left on either side: "a b a b …" takes it
minutes. This is the longest common subsequence, a row at a time in the bits of one number.
https://doi.org/10.1016/j.ipl.2003.10.014 (Hyyrö: Bit-parallel LCS-length computation revisited)
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

MOST_CELLS = 16_000_000
"""Beyond it (4,000 by 4,000) what stands between the common beginning and end has changed whole."""

Block = tuple[bool, int, int, int, int]
"""Whether both have it, and where: from and to in the older, from and to in the newer."""


def blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Both sequences from beginning to end, cut where one begins or ends to differ."""
    found: list[Block] = []
    at_old = at_new = 0
    for i, j, length in (*_runs(_pairs(old, new)), (len(old), len(new), 0)):
        if i > at_old or j > at_new:
            found.append((False, at_old, i, at_new, j))
        if length:
            found.append((True, i, i + length, j, j + length))
        at_old, at_new = i + length, j + length
    return found


def likeness(found: Sequence[Block]) -> float:
    """How much two sequences have in common, from 0 to 1."""
    both = sum(2 * (to - start) for same, start, to, *_ in found if same)
    whole = sum(i2 - i1 + j2 - j1 for _, i1, i2, j1, j2 in found)
    return both / whole if whole else 1.0


def _runs(pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Pairs that follow each other, taken together."""
    start = 0
    for end in range(1, len(pairs) + 1):
        i, j = pairs[start]
        if end == len(pairs) or pairs[end] != (i + end - start, j + end - start):
            yield i, j, end - start
            start = end


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The places in both of what is common, in order."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    middle = _common(old[head : len(old) - tail], new[head : len(new) - tail])
    return [
        *((at, at) for at in range(head)),
        *((head + i, head + j) for i, j in middle),
        *((len(old) - at, len(new) - at) for at in range(tail, 0, -1)),
    ]


def _common(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    if not old or not new or len(old) * len(new) > MOST_CELLS:
        return []
    places: defaultdict[str, int] = defaultdict(int)
    for at, one in enumerate(new):
        places[one] |= 1 << at
    every = (1 << len(new)) - 1
    row, rows = every, [every]
    for one in old:
        fits = row & places.get(one, 0)
        row = ((row + fits) | (row - fits)) & every
        rows.append(row)
    found: list[tuple[int, int]] = []
    i, j = len(old), len(new)
    while i and j:
        if old[i - 1] == new[j - 1]:
            i, j = i - 1, j - 1
            found.append((i, j))
        elif rows[i] >> (j - 1) & 1:  # the newer one's last adds nothing
            j -= 1
        else:
            i -= 1
    return found[::-1]
