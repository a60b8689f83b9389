"""`clamour person`: what somebody asks the office for is done for them alone, noted, and told."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from campaign import subscriptions
from campaign.catalogue import Catalogue
from campaign.signing import sign
from campaign.signing.choices import Choices
from storage import audit, consents, notifications, signatures, staff, supporters
from storage.database import Connection, Database
from tests.bot.commandline import clamour, write_campaign, write_config
from tests.campaign import petitions
from tests.folded import for_each

ADA, BOB = 501, 502
TODAY = f"{datetime.now(UTC):%Y-%m}"
Found = TypeVar("Found")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ada and Bob have signed and hear updates; Bob gave an email address."""
    write_config(tmp_path)
    write_campaign(tmp_path)
    assert clamour("campaign", "load", "campaign.toml", "--yes", folder=tmp_path).returncode == 0
    asyncio.run(_signed(tmp_path))
    return tmp_path


async def _signed(folder: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'clamour.db'}")
    (petition,) = await Catalogue(database).petitions()
    now = datetime.now(UTC)
    for who, email in ((ADA, None), (BOB, "bob@example.org")):
        async with database.transaction() as db:
            person = await petitions.person(db, who, now)
            await supporters.choose_language(db, person.id, "cy")
            await sign.sign(
                db,
                petition,
                person,
                {"name": f"P{who}", "email": email},
                choices=Choices(),
                shown=petition.shown("en"),
                language="en",
                now=now,
            )
            await subscriptions.choose(db, petition, person, hears=True, language="cy", now=now)
    await database.close()


def look(folder: Path, read: Callable[[Connection], Coroutine[Any, Any, Found]]) -> Found:
    async def open_and_read() -> Found:
        database = await Database.open(f"sqlite+aiosqlite:///{folder / 'clamour.db'}")
        try:
            async with database.transaction() as db:
                return await read(db)
        finally:
            await database.close()

    return asyncio.run(open_and_read())


def status(folder: Path, number: int) -> str:
    async def read(db: Connection) -> str:
        found = await signatures.by_number(db, 1, number)
        return found.status if found else ""

    return look(folder, read)


def ledger(folder: Path, who: int) -> dict[str, tuple[bool, str]]:
    async def read(db: Connection) -> dict[str, tuple[bool, str]]:
        person = await supporters.by_telegram_id(db, who)
        assert person is not None
        current = await consents.current(db, person.id, 1)
        return {name: (one.granted, one.method) for name, one in current.items()}

    return look(folder, read)


def told(folder: Path, who: int) -> list[tuple[str, str]]:
    """What lies in the outbox for somebody: the template and the language."""

    async def read(db: Connection) -> list[tuple[str, str]]:
        now = datetime.now(UTC)
        claimed = await notifications.claim(db, now=now, lost_before=now, limit=50)
        found = [await notifications.of(db, one) for one in claimed.get(who, [])]
        return [(one.template, one.language or one.variables["language"]) for one in found if one]

    return look(folder, read)


def acts(folder: Path) -> list[tuple[str, str]]:
    async def read(db: Connection) -> list[tuple[str, str]]:
        found = await audit.page(db, 20)
        assert "example.org" not in str(found)
        return [(o.action, o.details["why"]) for o in found if o.action.startswith("person.")]

    return look(folder, read)


def say(folder: Path, *arguments: str, code: int = 0, typed: str = "") -> str:
    done = clamour("person", *arguments, folder=folder, typed=typed)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_messages_end_and_the_signature_stays(folder: Path) -> None:
    asked = say(folder, "stop", "unit", "1", typed="y\n")
    assert "no. 1, signed on" in asked
    assert "tells them" in asked
    assert status(folder, 1) == "live"
    granted, method = ledger(folder, ADA)["updates"]
    assert not granted
    assert method.startswith(f"asked by email on {TODAY}")
    assert ledger(folder, BOB)["updates"][0], "nobody else's messages end"
    assert [action for action, _ in acts(folder)] == ["person.stopped"]
    assert told(folder, ADA) == [("person/stopped", "cy")]
    assert told(folder, BOB) == []
    assert "already" in say(folder, "stop", "unit", "1", "--yes")


def test_a_name_is_taken_off_for_whoever_has_that_email_address(folder: Path) -> None:
    say(folder, "withdraw", "unit", "bob@example.org", "--by", "letter", "--yes")
    assert (status(folder, 1), status(folder, 2)) == ("live", "withdrawn")
    granted, method = ledger(folder, BOB)["sign"]
    assert not granted
    assert method.startswith(f"asked by letter on {TODAY}")
    ((action, why),) = acts(folder)
    assert (action, why[:15]) == ("person.withdrawn", "asked by letter")
    assert told(folder, BOB) == [("person/withdrawn", "cy")]
    assert "already" in say(folder, "withdraw", "unit", "2", "--yes")


def test_a_person_is_erased_and_gets_one_last_message(folder: Path) -> None:
    say(folder, "erase", "unit", "2", "--yes")

    async def person(db: Connection) -> object:
        return await supporters.by_telegram_id(db, BOB)

    assert look(folder, person) is None
    assert status(folder, 1) == "live"
    assert [action for action, _ in acts(folder)] == ["person.erased"]
    assert told(folder, BOB) == [("person/erased", "cy")]
    say(folder, "erase", "unit", "bob@example.org", "--yes", code=2)


def test_nothing_is_done_without_a_yes_or_for_staff(folder: Path) -> None:
    assert "Nothing has been changed" in say(folder, "withdraw", "unit", "1", typed="n\n")
    assert status(folder, 1) == "live"

    async def appoint(db: Connection) -> None:
        await staff.upsert(db, ADA, "editor", datetime.now(UTC))

    look(folder, appoint)
    assert "work on a campaign" in say(folder, "erase", "unit", "1", "--yes", code=1)
    assert (status(folder, 1), acts(folder)) == ("live", [])


@for_each(
    "who, number",
    [
        *(("1", 1), ("#1", 1), ("No. 1", 1), ("no 1", 1), ("number 1", 1), (" 1 ", 1), ("1.", 1)),
        *(("bob@example.org", 2), ("BOB@Example.ORG", 2), ("Bob <bob@example.org>", 2)),
        *(("mailto:bob@example.org", 2), ("bob@example.org.", 2), ("<bob@example.org>;", 2)),
        *(("3", 0), ("1 2", 0), ("P501", 0), ("@example.org", 0), ("*@example.org", 0), ("", 0)),
        *(("-1", 0), ("1e0", 0), ("9" * 30, 0), ("bob@example", 0), ("%", 0)),
    ],
)
def test_only_an_exact_number_or_address_finds_anybody_however_it_is_written(
    folder: Path, who: str, number: int
) -> None:
    answer = say(folder, "stop", "unit", "--", who, typed="n\n", code=0 if number else 2)
    assert (f"no. {number}, signed" in answer) == bool(number)
