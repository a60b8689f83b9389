"""Promises of the right to be forgotten, on both engines."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.jobs.tombstones import sync
from campaign import erasure, fields, joining, my_data, subscriptions
from campaign.catalogue import publish
from campaign.definition.campaign_file import load_definition
from campaign.petition import Petition
from campaign.signing import sign
from campaign.signing.choices import Choices
from storage import (
    addresses,
    audit,
    campaigns,
    consents,
    personal_data,
    referral_links,
    signatures,
    staff,
    supporters,
    web_chats,
)
from storage import subscriptions as kept
from storage.database import Connection, Database
from storage.supporters import Supporter
from storage.tables import metadata
from tests import migrated
from tests.campaign import petitions
from tests.folded import for_each

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
FULL = Path(__file__).with_name("full_profile.toml")
ADA = 7_123_456_789
ANSWERS = {
    "name": "Augusta Ada Kíng-Noel",
    "postcode": "SW1Y 4JU",
    "email": "Countess@lovelace.example",
    "phone": "+447700900123",
    "country": "GB",
    "comment": "My mother walked there with Mr Babbage",
}
TRACES = [
    *(str(value) for key, value in ANSWERS.items() if key != "country"),
    *(fields.name_key(ANSWERS["name"]), "countess@lovelace", "Adagio", str(ADA)),
]
"""What must be nowhere afterwards; keys that are folded, and a first name, among it."""


async def petition_of(database: Database, *, keeps: bool = False) -> Petition:
    definition = load_definition(FULL).model_copy(update={"keep_count_after_erasure": keeps})
    return await publish(database, definition, now=NOW)


async def ada_signs(
    db: Connection, petition: Petition, now: datetime = NOW, telegram_id: int = ADA
) -> Supporter:
    ada = await petitions.person(db, telegram_id, now)
    await db.exec_driver_sql(
        f"UPDATE supporters SET first_name = 'Adagio' WHERE id = {int(ada.id)}"  # noqa: S608
    )
    await sign.sign(
        db,
        petition,
        ada,
        ANSWERS,
        choices=Choices(updates=True, other=True),
        shown=petition.shown("en"),
        language="en",
        now=now,
    )
    return replace(ada, first_name="Adagio")


async def erase(database: Database, ada: Supporter, now: datetime = NOW) -> None:
    async with database.transaction() as db:
        await erasure.erase(db, ada, now=now)


@pytest.mark.parametrize(("keeps", "live"), [(False, 0), (True, 1)])
async def test_the_person_goes_and_the_count_stays_only_if_the_campaign_says_so(
    database: Database, keeps: bool, live: int
) -> None:
    petition = await petition_of(database, keeps=keeps)
    async with database.transaction() as db:
        ada = await ada_signs(db, petition)
    await erase(database, ada)
    async with database.reading() as db:
        assert (await campaigns.totals(db, petition.id)).live == live
        assert (await campaigns.recount(db, petition.id)).live == live
        left = await signatures.of(db, petition.id, ada.id)
        assert left is not None
        assert (left.full_name, left.postcode, left.email, left.comment) == (None,) * 4
        assert await supporters.by_telegram_id(db, ADA) is None
        assert await kept.all_of(db, petition.id) == await kept.recount(db, petition.id) == set()
        ledger = await consents.current(db, ada.id, petition.id)
        assert ledger["sign"].granted is keeps
        assert ledger["sign"].wording_id is None or keeps


async def test_who_comes_back_is_new(database: Database) -> None:
    petition = await petition_of(database)
    async with database.transaction() as db:
        ada = await ada_signs(db, petition)
    await erase(database, ada)
    async with database.transaction() as db:
        again = await ada_signs(db, petition, NOW + timedelta(minutes=1))
        assert again.id != ada.id
        recorded = await signatures.of(db, petition.id, again.id)
        assert recorded is not None
        assert recorded.number == 2
        assert await subscriptions.hears_updates(db, petition, again)
        assert (await campaigns.totals(db, petition.id)).live == 1


async def test_the_credit_of_whoever_asked_is_taken_back(database: Database) -> None:
    petition = await petitions.published(database, "friends", NOW)
    async with database.transaction() as db:
        asker = await petitions.person(db, 1, NOW)
        link = await petitions.signs(db, petition, asker, NOW)
        friend = await petitions.person(db, 2, NOW)
        await petitions.opens(db, petition, link.code, friend, NOW)
        await petitions.signs(db, petition, friend, NOW)
    await erase(database, friend)
    async with database.transaction() as db:
        own = await referral_links.of(db, petition.id, asker.id)
        assert own is not None
        assert own.signatures == 0


async def test_staff_stay_until_they_are_staff_no_longer(database: Database) -> None:
    petition = await petition_of(database)
    async with database.transaction() as db:
        ada = await ada_signs(db, petition)
        await staff.upsert(db, ADA, "editor", NOW)
    with pytest.raises(erasure.StillStaff):
        await erase(database, ada)
    async with database.reading() as db:
        assert await supporters.by_telegram_id(db, ADA) is not None


async def without_tombstones(db: Connection) -> None:
    """As an older backup has it; deleting them is refused."""
    if db.dialect.name == "sqlite":
        await db.exec_driver_sql("DROP TRIGGER IF EXISTS tombstones_no_delete")
    else:
        await db.exec_driver_sql("ALTER TABLE tombstones DISABLE TRIGGER USER")
    await db.exec_driver_sql("DELETE FROM tombstones")


async def test_a_backup_restored_later_erases_again_but_not_who_came_back(
    database: Database, tmp_path: Path
) -> None:
    """The database is as it was before: only the tombstones' file knows."""
    file = tmp_path / "clamour.tombstones"
    petition = await petition_of(database)
    assert await sync(database, file, now=NOW) == 0
    async with database.transaction() as db:
        ada = await ada_signs(db, petition)
        bob = await petitions.person(db, 8, NOW)
    left = NOW + timedelta(hours=1)
    await erase(database, ada, left)
    await sync(database, file, now=left)
    assert str(ADA) not in file.read_text()
    assert [path.stat().st_mode & 0o077 for path in (file, Path(f"{file}.key"))] == [0, 0]
    async with database.transaction() as db:  # as a backup from before would have it
        await without_tombstones(db)
        await db.exec_driver_sql("DELETE FROM settings")
        await db.exec_driver_sql(
            f"UPDATE supporters SET telegram_id = {ADA}, first_name = 'Adagio' WHERE id = {ada.id}"  # noqa: S608
        )
    assert await sync(database, file, now=left + timedelta(days=1)) == 1
    async with database.reading() as db:
        assert await supporters.by_telegram_id(db, ADA) is None
        assert await supporters.by_telegram_id(db, bob.telegram_id) is not None
    async with database.transaction() as db:
        await petitions.person(db, ADA, left + timedelta(days=2))
        await without_tombstones(db)
    assert await sync(database, file, now=left + timedelta(days=3)) == 0


async def test_a_line_cut_off_by_a_crash_costs_no_other(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "clamour.tombstones"
    petition = await petition_of(database)
    await sync(database, file, now=NOW)
    for place in (1, 2):
        async with database.transaction() as db:
            one = await ada_signs(db, petition, NOW, ADA + place)
        await erase(database, one, NOW + timedelta(seconds=place))
        await sync(database, file, now=NOW)
        file.write_bytes(file.read_bytes() + b"4f2a 2009-1")
    async with database.transaction() as db:
        await without_tombstones(db)
    await sync(database, file, now=NOW)
    async with database.reading() as db:
        assert (await db.exec_driver_sql("SELECT count(*) FROM tombstones")).scalar() == 2


@pytest.fixture
async def on_file(tmp_path: Path) -> AsyncIterator[Database]:
    url = await migrated.copied_to(tmp_path / "clamour.db")
    database = await Database.open(url)
    yield database
    await database.close()


@pytest.mark.parametrize("keeps", [False, True])
async def test_no_byte_of_the_person_is_left_in_the_files(
    on_file: Database, tmp_path: Path, keeps: bool
) -> None:
    database = on_file
    file = tmp_path / "clamour.db.tombstones"
    await sync(database, file, now=NOW)
    petition = await petition_of(database, keeps=keeps)
    async with database.transaction() as db:
        ada = await ada_signs(db, petition)
        await db.exec_driver_sql(
            'UPDATE dialogs SET answers = \'{"1":{"name":"Augusta Ada Kíng-Noel"}}\' '  # noqa: S608
            f"WHERE supporter_id = {ada.id}"
        )
    for place in range(200):  # pages are split and joined around her
        async with database.transaction() as db:
            other = await petitions.person(db, place + 1, NOW)
            await sign.sign(
                db,
                petition,
                other,
                {**ANSWERS, "name": f"Bob {place}", "email": None, "phone": None, "comment": None}
                | {"postcode": "CF10 3NQ"},
                choices=Choices(),
                shown=petition.shown("en"),
                language="en",
                now=NOW,
            )
    found = {name for _, name in traces(tmp_path)}
    assert {"the number", *TRACES[:-1]} <= found, "before, there is something to be found"
    await erase(database, ada)
    await sync(database, file, now=NOW)
    await database.rewrite_file()
    assert await database.scrub()
    assert traces(tmp_path) == []
    async with database.transaction() as db:
        held = await my_data.collect(db, ada, now=NOW)
    exported = my_data.as_json(held).decode()
    assert [trace for trace in TRACES[:-1] if trace in exported] == []


async def test_no_byte_of_who_came_by_browser_is_left_in_the_files(
    on_file: Database, tmp_path: Path
) -> None:
    database, session, said = on_file, "5f2e9c" * 10, "Augusta Ada signs here"
    await sync(database, tmp_path / "clamour.db.tombstones", now=NOW)
    async with database.transaction() as db:
        ada = await addresses.add(db, "web", session, now=NOW)
        (place,) = await addresses.of_supporter(db, ada.id)
        await web_chats.append(db, place.id, [{"words": said}], last_number=1, now=NOW)
        await joining.offer(db, ada, "wish:augusta", NOW)
        held = my_data.as_json(await my_data.collect(db, ada, now=NOW)).decode()
    wanted = [session, said, "wish:augusta"]
    assert all(one in held for one in wanted)
    assert found_in(tmp_path, *wanted, number=ada.telegram_id) == {*wanted, "the number"}
    await erase(database, ada)
    await sync(database, tmp_path / "clamour.db.tombstones", now=NOW)
    await database.rewrite_file()
    assert await database.scrub()
    assert found_in(tmp_path, *wanted, number=ada.telegram_id) == set()


async def test_no_byte_is_left_of_who_was_one_in_two_places(
    on_file: Database, tmp_path: Path
) -> None:
    """Of the account that is given up none is left by the joining, of the rest by the erasure."""
    database, session, file = on_file, "5f2e9c" * 10, tmp_path / "clamour.db.tombstones"
    await sync(database, file, now=NOW)
    petition = await petition_of(database)
    async with database.transaction() as db:
        mia = await addresses.add(db, "web", session, now=NOW)
        (place,) = await addresses.of_supporter(db, mia.id)
        await web_chats.append(db, place.id, [{"words": "Mia says"}], last_number=1, now=NOW)
        await sign.sign(
            db,
            petition,
            mia,
            {**ANSWERS, "name": "Mia Farren"},
            choices=Choices(updates=True),
            shown=petition.shown("en"),
            language="en",
            now=NOW,
            channel="web",
        )
        wanted = [session, "Mia says", "Mia Farren"]
    assert found_in(tmp_path, *wanted, number=mia.telegram_id) == {*wanted, "the number"}
    later = NOW + timedelta(hours=1)
    async with database.transaction() as db:
        ada = await ada_signs(db, petition, later)
        token = await joining.offer(db, mia, "", later)
        one = (await joining.join(db, token, ada, later)).person
    await database.rewrite_file()
    assert await database.scrub()
    assert found_in(tmp_path, *wanted, number=mia.telegram_id) == set(wanted)
    assert TRACES[0] not in {name for _, name in traces(tmp_path)}, "the younger's answers go"
    async with database.transaction() as db:
        held = my_data.as_json(await my_data.collect(db, one, now=later)).decode()
    assert all(one in held for one in (*wanted, str(ADA), '"telegram"', '"web"'))
    await erase(database, one, later)
    await sync(database, file, now=later)
    await database.rewrite_file()
    assert await database.scrub()
    assert found_in(tmp_path, *wanted, number=mia.telegram_id) == set()
    assert traces(tmp_path) == []
    async with database.reading() as db:
        assert (await campaigns.totals(db, petition.id)).live == 0


def found_in(folder: Path, *words: str, number: int) -> set[str]:
    """Which of the words, and whether the number as SQLite keeps it, stands in any file."""
    wanted = {one: one.encode() for one in words} | {"the number": number.to_bytes(8, "big")}
    files = [path.read_bytes() for path in folder.iterdir()]
    return {name for name, value in wanted.items() if any(value in one for one in files)}


def traces(folder: Path) -> list[tuple[str, str]]:
    """Which of TRACES stands in which file, in UTF-8, or as the number that SQLite keeps."""
    wanted = {trace: trace.encode() for trace in TRACES} | {"the number": ADA.to_bytes(6, "big")}
    return [
        (path.name, name)
        for path in folder.iterdir()
        for name, value in wanted.items()
        if value in path.read_bytes()
    ]


async def test_all_that_is_held_is_given_out_twice_a_day(database: Database) -> None:
    petition = await petition_of(database)
    async with database.transaction() as db:
        ada = await ada_signs(db, petition)
        await petitions.person(db, 8, NOW)
        await audit.append(db, at=NOW, actor=ADA, action="a", subject="s", details={})
        held = await my_data.collect(db, ada, now=NOW)
        assert held["signatures"][0]["full_name"] == ANSWERS["name"]
        assert "Open Rivers may write" in str(held["wordings"])
        assert {"supporters", "consents", "subscriptions", "dialogs", "audit_log"} <= set(held)
        written = my_data.as_json(held).decode()
        assert ANSWERS["name"] in written
        assert [row["telegram_id"] for row in held["supporters"]] == [ADA]
        await my_data.collect(db, ada, now=NOW + timedelta(hours=23))
        with pytest.raises(my_data.TooOften):
            await my_data.collect(db, ada, now=NOW + timedelta(hours=23, minutes=59))
        await my_data.collect(db, ada, now=NOW + timedelta(hours=24, minutes=1))


LIKE_A_PERSON = ("supporter", "telegram", "actor", "_by", "author", "user_id", "chat_id")


def test_every_table_that_refers_to_people_is_given_out_and_erased() -> None:
    missing = []
    for table in metadata.sorted_tables:
        held = personal_data.HELD.get(table.name)
        covered = {*held.by, *held.by_address, *held.by_telegram} if held else set()
        for column in table.c:
            refers = any(
                key.column.table.name in ("supporters", "addresses") for key in column.foreign_keys
            )
            named = any(part in column.name for part in LIKE_A_PERSON)
            own = table.name == "supporters" and column.name == "telegram_language"
            if (refers or named) and column.name not in covered and not own:
                missing.append(f"{table.name}.{column.name}")
    assert missing == [], "say in storage/personal_data.py what is held, and what becomes of it"


@for_each("name", sorted(personal_data.HELD))
def test_what_is_not_deleted_has_its_reason(name: str) -> None:
    held = personal_data.HELD[name]
    assert held.goes or held.stays
    columns = {*held.by, *held.by_address, *held.by_telegram, *held.hidden, *held.emptied}
    assert columns <= set(metadata.tables[name].c.keys())
