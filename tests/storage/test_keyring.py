"""Promises of what is sealed: it comes back as it was, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.encryption.columns import DeterministicEncrypted, Encrypted, EncryptedJson
from storage.encryption.keyring import Keyring, NoKey, key_of, new_key
from storage.errors import DecryptionFailed
from storage.tables import metadata

HERE, THERE = "signatures.full_name", "signatures.email"
ONE, TWO = Keyring([b"1" * 32]), Keyring([b"2" * 32])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KEPT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(TEXTS)
def test_any_text_comes_back_and_what_is_kept_does_not_show_it(text: str) -> None:
    for kept in (ONE.seal(text, HERE), ONE.keyed(text, HERE)):
        assert ONE.open(kept, HERE) == text
        assert kept.isascii()
        assert len(text) < 8 or text not in kept


@given(TEXTS, TEXTS)
def test_only_what_is_looked_up_shows_that_it_is_the_same(text: str, other: str) -> None:
    assert ONE.seal(text, HERE) != ONE.seal(text, HERE)
    assert (ONE.keyed(text, HERE) == ONE.keyed(other, HERE)) is (text == other)
    assert ONE.keyed(text, HERE) != ONE.keyed(text, THERE)
    assert ONE.keyed(text, HERE) != TWO.keyed(text, HERE)


@given(TEXTS, st.data())
def test_whatever_is_changed_in_it_is_noticed(text: str, data: st.DataObject) -> None:
    kept = data.draw(st.sampled_from([ONE.seal(text, HERE), ONE.keyed(text, HERE)]))
    place = data.draw(st.integers(0, len(kept) - 1))
    put = data.draw(st.sampled_from("Aa0-_:=s1 é"))
    changed = kept[:place] + put + kept[place + 1 :]
    if changed == kept:
        changed = kept[:place] + kept[place + 1 :]
    with pytest.raises(DecryptionFailed, match=HERE):
        ONE.open(changed, HERE)


@given(TEXTS)
def test_what_is_moved_to_another_column_is_refused(text: str) -> None:
    for kept in (ONE.seal(text, HERE), ONE.keyed(text, HERE)):
        with pytest.raises(DecryptionFailed, match="belongs elsewhere"):
            ONE.open(kept, THERE)


def test_another_key_opens_nothing_and_is_named() -> None:
    with pytest.raises(DecryptionFailed, match=ONE.current.id):
        TWO.open(ONE.seal("Ada", HERE), HERE)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=5, unique=True), TEXTS)
def test_older_keys_open_what_they_sealed_and_the_first_seals(
    secrets: list[bytes], text: str
) -> None:
    """Any history of keys, the newest put before the others."""
    kept, ring = [], None
    for number in range(1, len(secrets) + 1):
        ring = Keyring(secrets[-number:])
        kept += [ring.seal(text, HERE), ring.keyed(text, HERE)]
        assert [ring.open(one, HERE) for one in kept] == [text] * len(kept)
        assert key_of(kept[-1]) == ring.current.id


def test_names_of_like_length_look_alike_in_length() -> None:
    lengths = {len(ONE.seal("A" * length, HERE)) for length in range(1, 16)}
    assert len(lengths) == 1


def test_keys_stand_on_file_with_remarks_and_nothing_else() -> None:
    old, new = new_key(), new_key()
    read = Keyring.read(f"# of the bot\n{new}  # made today\n\n{old.upper()}\n")
    assert read.current.id == Keyring.read(new).current.id
    assert read.ids == Keyring.read(new).ids | Keyring.read(old).ids
    for bad in ("", "# nothing", new[:-1], f"{new} {old[:-2]}", f"{new}\nfull_name"):
        with pytest.raises(NoKey):
            Keyring.read(bad)


def test_every_sealed_column_is_bound_to_its_own_place() -> None:
    places = {
        f"{table.name}.{column.name}": column.type.place
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, Encrypted | EncryptedJson)
    }
    assert len(places) > 10
    assert all(place == name for name, place in places.items())
    assert any(
        isinstance(metadata.tables["signatures"].c[n].type, DeterministicEncrypted)
        for n in ("name_key",)
    )


@given(st.dictionaries(st.text("abc123"), KEPT, min_size=1))
def test_of_what_has_names_the_names_stay_and_the_rest_is_sealed(given_: dict[str, str]) -> None:
    column = EncryptedJson("dialogs.answers")
    kept = column.encrypt(given_, ONE)
    assert kept["of"] == sorted(given_)
    assert set(kept) == {"of", "sealed"}
    assert column.decrypt(kept, ONE) == given_
    assert column.decrypt(column.encrypt({}, ONE), ONE) == {}
