"""Promises of the Merkle tree: it is RFC 6962's, and a path proves one leaf and no other."""

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from packs import merkle
from tests.amount import cases


def by_the_book(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962, section 2.1, writes it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    halves = by_the_book(leaves[:split]) + by_the_book(leaves[split:])
    return hashlib.sha256(b"\x01" + halves).digest()


def leaves(size: int) -> list[bytes]:
    return [b"%d" % number for number in range(size)]


def test_the_roots_of_certificate_transparency_come_out() -> None:
    # https://github.com/google/certificate-transparency: its tests' first leaves and roots.
    assert merkle.root([]).hex().startswith("e3b0c44298fc1c149afbf4c8996fb924")
    assert merkle.root([merkle.leaf_hash(b"")]).hex().startswith("6e340b9cffb37a989ca544e6bb780a2c")


@settings(max_examples=cases(short=10, full=50))
@given(st.integers(0, 300))
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves(size)]
    assert merkle.root(hashes) == by_the_book(leaves(size))


@settings(max_examples=cases(short=10, full=50))
@given(st.integers(1, 200), st.data())
def test_a_path_leads_its_leaf_to_the_root_and_no_other(size: int, data: st.DataObject) -> None:
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves(size)]
    place = data.draw(st.integers(0, size - 1))
    path, root = merkle.path(hashes, place), merkle.root(hashes)
    assert merkle.leads_to(hashes[place], place, size, path) == root
    assert merkle.leads_to(merkle.leaf_hash(b"another"), place, size, path) != root
    assert merkle.leads_to(hashes[place], place, size, [*path, root]) is None
    if path:
        assert merkle.leads_to(hashes[place], place, size, path[:-1]) is None


@settings(max_examples=cases(short=10, full=50))
@given(st.sampled_from([1, 1023, 1024, 1025, 2048, 3000]), st.data())
def test_blocks_make_the_same_tree(size: int, data: st.DataObject) -> None:
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves(size)]
    blocks = list(merkle.blocks(hashes))
    roots = [merkle.root(block) for block in blocks]
    assert merkle.root(roots) == merkle.root(hashes)
    place = data.draw(st.integers(0, size - 1))
    block, within = divmod(place, merkle.BLOCK)
    path = [*merkle.path(blocks[block], within), *merkle.path(roots, block)]
    assert path == merkle.path(hashes, place)
