"""Promises of a database that is sealed, on both engines."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from storage import (
    bursts,
    comments,
    copying,
    dialogs,
    invalidations,
    offline,
    offline_imports,
    personal_data,
    resealing,
    sealing_state,
    signatures,
    suspects,
)
from storage.database import Database
from storage.errors import (
    DatabaseInUse,
    HalfSealed,
    KeyMissing,
    NotSealedYet,
    SealedWithOld,
    Unsealable,
)
from storage.migrate import upgrade
from storage.resealing import Damaged, OtherEnd, Resealed, reseal
from storage.sealing import Keyring, key_of
from storage.suspects import Rule
from storage.tables import metadata
from tests import engines
from tests.storage.test_copying import fill
from tests.storage.world import NOW, campaign, person, sign

OLD, NEW = Keyring([b"o" * 32]), Keyring([b"n" * 32])
BOTH = Keyring([b"n" * 32, b"o" * 32])
NAMES = ("Augusta Ada Kíng-Noel", "augusta ada", "countess@lovelace", "Countess@Lovelace")


def silent(*_: object) -> None:
    pass


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "PAGE", 25)
    monkeypatch.setattr(suspects, "NAMES_AT_ONCE", 7)


@pytest.fixture
async def sealed(url: str) -> AsyncIterator[Database]:
    """A database that has been sealed from its beginning."""
    await upgrade(url)
    database = await Database.open(url, keyring=OLD)
    yield database
    await database.close()


async def look_into(database: Database) -> str:
    """All that lies in the tables, as it lies there."""
    raw = await Database.open_raw(url_of(database))
    try:
        async with raw.reading() as db:
            rows = [
                tuple(row)
                for name in metadata.tables
                for row in await db.execute(text(f"SELECT * FROM {name}"))  # noqa: S608 - ours
            ]
    finally:
        await raw.close()
    return repr(rows)


def url_of(database: Database) -> str:
    return database._writers.url.render_as_string(hide_password=False)


async def ada_signs(database: Database) -> int:
    """Ada is in the middle of one form and has signed another, with a comment."""
    async with database.transaction() as db:
        made = await campaign(db)
        signed = await sign(db, made.id, name=NAMES[0], email=NAMES[3], postcode="SW1Y 4JU")
        assert signed is not None
        await comments.put(
            db,
            signature_id=signed.id,
            campaign_id=made.id,
            words="My mother walked there",
            permission="named",
            now=NOW,
        )
        _, dialog = await person(db)
        answers = {str(made.id): {"step": "name", "answers": {"name": NAMES[0]}}}
        await dialogs.save(db, replace(dialog, flow="sign", answers=answers))
    return made.id


async def test_nothing_of_a_person_lies_open_and_all_of_it_is_there(sealed: Database) -> None:
    made = await ada_signs(sealed)
    seen = (await look_into(sealed)).casefold()
    assert not [name for name in (*NAMES, "mother", "'ada'") if name.casefold() in seen]
    async with sealed.transaction() as db:
        supporter, dialog = await person(db)
        assert supporter.first_name == "Ada"
        assert dialog.answers[str(made)]["answers"]["name"] == NAMES[0]
        signed = await signatures.of(db, made, supporter.id)
        assert signed is not None
        assert (signed.full_name, signed.email) == (NAMES[0], NAMES[3])
        assert signed.name_key == NAMES[0].casefold()
        given = await personal_data.export(db, supporter.id, supporter.telegram_id)
        assert given["signatures"][0]["full_name"] == NAMES[0]
        assert given["comments"][0]["words"] == "My mother walked there"
        (said,) = await comments.page(db, made, before=10**9, limit=5)
        assert (said.words, said.full_name) == ("My mother walked there", NAMES[0])
    seen = (await look_into(sealed)).casefold()
    assert not [name for name in NAMES if name.casefold() in seen]


async def test_doubles_are_found_without_opening_anything(sealed: Database) -> None:
    async with sealed.transaction() as db:
        made = await campaign(db)
        ada = await sign(db, made.id, 1, name="Ada", postcode="CF10 1AA", email="ada@example.org")
        twin = await sign(db, made.id, 2, name="Ada", postcode="CF10 1AA")
        mail = await sign(db, made.id, 3, name="Eve", email="Ada@Example.org")
        other = await sign(db, made.id, 4, name="Ada", postcode="CF10 2BB")
        assert ada is not None
        assert twin is not None
        assert mail is not None
        assert other is not None
        assert [one.signature_id for one in await signatures.lookalikes(db, ada)] == [
            twin.id,
            mail.id,
        ]
        assert await signatures.lookalikes(db, other) == []
        by_name, by_email = await offline_imports.signed_already(
            db, made.id, ["ada", "bob"], ["ada@example.org", "bob@example.org"]
        )
        assert by_name == {("ada", "CF10 1AA"), ("ada", "CF10 2BB")}
        assert by_email == {"ada@example.org"}
        for note in ("stall", "stall", "church"):
            await offline.add(
                db, campaign_id=made.id, count=2, note=note, recorded_by=None, now=NOW
            )
        assert await offline.by_source(db, made.id) == [("stall", 4), ("church", 2)]


RULES = (
    Rule(name="ada*"),
    Rule(name="*9"),
    Rule(name="ad? 1?"),
    Rule(name="a%a_1"),
    Rule(name="ada 17"),
    Rule(stem="ada "),
    Rule(stem="eve ", name="*[1*"),
    Rule(name="*a*", postcode="CF10"),
    Rule(name="*", up_to=20),
)


@pytest.mark.parametrize("keyring", [None, OLD], ids=["plain", "sealed"])
async def test_a_rule_finds_the_same_whether_names_are_sealed_or_not(
    url: str, keyring: Keyring | None
) -> None:
    await upgrade(url)
    database = await Database.open(url, keyring=keyring)
    async with database.transaction() as db:
        made = await campaign(db)
        signed: dict[int, tuple[str | None, str | None]] = {}
        for n in range(1, 41):
            name = (f"Ada {n}", f"Eve [{n}", None, f"a%a_{n}")[n % 4]
            where = ("CF10 1AA", "CF11 1AA")[n % 2]
            one = await sign(db, made.id, n, name=name, postcode=where)
            assert one is not None
            signed[one.id] = (one.name_key, where)
        for rule in RULES:
            expected = [
                number
                for number, (name, where) in signed.items()
                if name is not None and _applies(rule, number, name, where or "")
            ]
            assert await suspects.count(db, made.id, rule) == len(expected), rule
            newest = await suspects.sample(db, made.id, rule, 5)
            assert [one.id for one in newest] == expected[::-1][:5], rule
            paged, after = [], 0
            while page := await suspects.page(db, made.id, rule, after=after, limit=3):
                paged += page
                after = page[-1]
            assert paged == expected, rule
    await database.close()


def _applies(rule: Rule, number: int, name: str, where: str) -> bool:
    def fits(pattern: str, word: str) -> bool:
        if not pattern:
            return not word
        if pattern[0] == "*":
            return any(fits(pattern[1:], word[n:]) for n in range(len(word) + 1))
        return bool(word) and pattern[0] in ("?", word[0]) and fits(pattern[1:], word[1:])

    return (
        (rule.name is None or fits(rule.name, name))
        and (rule.stem is None or name.rstrip("0123456789") == rule.stem)
        and (rule.postcode is None or where.startswith(f"{rule.postcode} "))
        and (rule.up_to is None or number <= rule.up_to)
    )


async def test_bursts_under_a_name_are_noticed_and_forgotten_with_the_person(
    sealed: Database,
) -> None:
    async with sealed.transaction() as db:
        made = await campaign(db)
        for n in range(1, 10):
            await sign(db, made.id, n, name=f"Bot {n}" if n < 6 else f"Ada{'x' * n}")
        until = NOW + timedelta(minutes=1)
        assert await bursts.most(db, made.id, "name", NOW, until) == ("bot ", 5)
        values = {"campaign_id": made.id, "since": NOW, "until": until, "count": 5, "usual": 1}
        await bursts.add(db, told=True, kind="name", key="bot ", **values)
        assert await bursts.going_on(db, made.id, "name", "bot ", NOW) is not None
        bot, _ = await person(db, 1)
        await personal_data.erase(db, bot.id, 1, now=NOW)
        assert await bursts.going_on(db, made.id, "name", "bot ", NOW) is None


async def test_what_somebody_has_changed_is_refused_by_name(sealed: Database) -> None:
    made = await ada_signs(sealed)
    for change in ("full_name = email", "full_name = 'Eve'", "full_name = full_name || 'A'"):
        async with sealed.transaction() as db:
            kept = (await db.execute(text("SELECT full_name FROM signatures"))).scalar_one()
            await db.execute(text(f"UPDATE signatures SET {change}"))  # noqa: S608 - ours
        with pytest.raises(Unsealable, match=r"signatures\.full_name"):
            async with sealed.reading() as db:
                await signatures.by_number(db, made, 1)
        async with sealed.transaction() as db:
            await db.execute(text("UPDATE signatures SET full_name = :kept"), {"kept": kept})
    async with sealed.reading() as db:
        assert await signatures.by_number(db, made, 1)


async def test_a_database_opens_with_its_own_keys_and_no_others(sealed: Database) -> None:
    await ada_signs(sealed)
    url = url_of(sealed)
    for keyring, refusal in ((None, KeyMissing), (NEW, KeyMissing), (BOTH, SealedWithOld)):
        with pytest.raises(refusal) as told:
            await Database.open(url, keyring=keyring)
        assert told.value.key_id == OLD.current.id
    again = await Database.open(url, keyring=Keyring([b"o" * 32, b"x" * 32]))
    await again.close()


async def test_a_key_for_a_plain_database_seals_an_empty_one_only(database: Database) -> None:
    url = url_of(database)
    async with database.transaction() as db:
        await campaign(db)
    made = await Database.open(url, keyring=OLD)
    await made.close()
    with pytest.raises(KeyMissing):
        await Database.open(url)


async def test_a_plain_database_is_refused_with_a_key(database: Database) -> None:
    await ada_signs(database)
    with pytest.raises(NotSealedYet):
        await Database.open(url_of(database), keyring=OLD)


async def everything(database: Database) -> list[list[Any]]:
    async with database.reading() as db:
        return [
            [tuple(row) for row in await db.execute(select(one).order_by(*one.primary_key))]
            for one in sealing_state.SEALED_TABLES
        ]


async def test_it_is_sealed_rewritten_and_unsealed_whatever_breaks_off(url: str) -> None:
    """Broken off again and again, and gone on with, up to the end; nothing is lost on the way."""
    await upgrade(url)
    database = await Database.open(url)
    await fill(database)
    before = await everything(database)
    await database.close()
    for keyring, plain in ((OLD, False), (BOTH, False), (BOTH, True)):
        pages = await _to_the_end(url, keyring, plain)
        assert pages > len(sealing_state.SEALED_TABLES)
        opened = await Database.open(url, keyring=None if plain else keyring)
        assert await everything(opened) == before
        seen = await look_into(opened)
        assert ("Ada “Ł” 30" in seen) is plain
        ids = {key_of(word) for word in seen.split("'")} - {None}
        assert ids == (set() if plain else {keyring.current.id})
        await opened.close()
        assert await reseal(url, keyring, plain=plain, tell=silent) == Resealed(rewritten=False)


async def _to_the_end(url: str, keyring: Keyring, plain: bool) -> int:
    """How many pages it took, three at a time."""
    pages = 0

    def breaks_off(*_: object) -> None:
        nonlocal pages
        pages += 1
        if pages % 3 == 0:
            raise asyncio.CancelledError

    while True:
        try:
            await reseal(url, keyring, plain=plain, tell=breaks_off)
            return pages
        except asyncio.CancelledError:
            with pytest.raises(HalfSealed):
                await Database.open(url, keyring=None if plain else keyring)
            if pages == 3:
                with pytest.raises(OtherEnd):
                    await reseal(url, keyring, plain=not plain, tell=silent)


async def test_a_value_that_nobody_can_read_stops_it_or_is_given_up(sealed: Database) -> None:
    await ada_signs(sealed)
    url = url_of(sealed)
    async with sealed.transaction() as db:
        await db.execute(text("UPDATE signatures SET full_name = email, email = 'nonsense'"))
        await db.execute(text("UPDATE dialogs SET answers = '{\"1\": 2}'"))
    await sealed.close()
    with pytest.raises(Damaged, match=r"dialogs\.answers.*row 1"):
        await reseal(url, BOTH, tell=silent)
    assert await reseal(url, BOTH, empty_damaged=True, tell=silent) == Resealed(True, 3)
    opened = await Database.open(url, keyring=NEW)
    async with opened.transaction() as db:
        signed = await signatures.by_number(db, 1, 1)
        assert signed is not None
        assert (signed.full_name, signed.email, signed.name_key) == (
            None,
            None,
            NAMES[0].casefold(),
        )
        assert (await person(db))[1].answers == {}
    await opened.close()


async def test_it_is_refused_while_a_bot_runs(url: str) -> None:
    from storage.occupied import in_use

    await upgrade(url)
    with in_use(url):
        database = await Database.open(url)
        with pytest.raises(DatabaseInUse):
            await reseal(url, OLD, tell=silent)
        await database.close()
    assert await reseal(url, OLD, tell=silent) == Resealed(rewritten=True)


@pytest.fixture
async def target_url(sealed: Database, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of the other engine."""
    folder = tmp_path / "target"
    folder.mkdir()
    (other,) = set(engines.ENGINES) - {sealed.kind}
    await engines.require(other)
    async with engines.fresh_url(other, folder) as url:
        await upgrade(url)
        yield url


async def test_a_copy_is_sealed_with_its_own_key(sealed: Database, target_url: str) -> None:
    await fill(sealed)
    copy = await Database.open(target_url, keyring=NEW)
    copied = await copying.copy(sealed, copy, tell=silent)
    assert sum(one.rows for one in copied) > 60
    assert await everything(copy) == await everything(sealed)
    seen = await look_into(copy)
    assert "Ada “Ł”" not in seen
    assert {key_of(word) for word in seen.split("'")} - {None} == {NEW.current.id}
    await copy.close()


async def test_rules_of_staff_are_sealed_too(sealed: Database) -> None:
    async with sealed.transaction() as db:
        made = await campaign(db)
        rule = {"name": "augusta*", "up_to": 5}
        kept = await invalidations.add(db, campaign_id=made.id, rule=rule, made_by=None, now=NOW)
        assert kept.rule == rule
    assert "augusta" not in await look_into(sealed)
