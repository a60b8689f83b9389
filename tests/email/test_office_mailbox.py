"""Promises of the office's mailbox, at a real IMAP server: what comes back ends an address, once;
nothing else in it is touched."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select

from bot.jobs import office_mailbox
from bot.jobs.office_mailbox import REFUSED_SECONDS, OfficeMailbox
from storage import delivery_stats, staff, tables
from tests import engines
from tests.campaign import petitions
from tests.email.dovecot import Dovecot, dovecot
from tests.email.office_world import BOUNCE, NOW, SENDER, Office, office_on

OWNER = 77
LETTER = b"From: Ann <ann@example.net>\r\nSubject: The march\r\n\r\nWhen does it begin?\r\n"


@pytest.fixture
async def mailbox() -> AsyncIterator[Dovecot]:
    async with dovecot() as mailbox:
        yield mailbox


@pytest.fixture
async def office(mailbox: Dovecot, tmp_path: Path) -> AsyncIterator[Office]:
    async with office_on("sqlite", tmp_path, mailbox) as office:
        yield office


async def unreachable(office: Office) -> int:
    async with office.database.reading() as db:
        counts = await delivery_stats.count_by_email(db, office.broadcast_id)
    return counts.get("unreachable", 0)


async def test_what_comes_back_ends_the_address_and_is_marked_and_all_else_stays_unread(
    office: Office, mailbox: Dovecot
) -> None:
    mailbox.receives(LETTER)
    mailbox.receives(await office.bounce())
    mailbox.receives(BOUNCE)  # of an email that somebody else has sent
    await office.job.read()
    assert not (await office.address()).reachable
    assert (await office.address(1)).reachable
    assert mailbox.look() == [
        ("The march", ""),
        ("Undelivered Mail Returned to Sender", r"\Seen $Clamour"),
        ("Undelivered Mail Returned to Sender", ""),
    ]


async def test_a_complaint_ends_the_address(office: Office) -> None:
    complaint = (Path(__file__).parent / "bounces" / "complaint.eml").read_bytes()
    ours = (await office.letter_id()).encode()
    await office.reads(complaint.replace(b"<12.345.0123456789abcdef0123@example.org>", ours))
    assert not (await office.address()).reachable


@pytest.mark.crash
@pytest.mark.parametrize(
    ("engine", "point"),
    engines.crossed("before the effect", "before the mark", "before the place"),
)
async def test_killed_on_the_way_each_mail_has_its_effect_once(
    engine: str, point: str, mailbox: Dovecot, tmp_path: Path
) -> None:
    async with office_on(engine, tmp_path, mailbox) as office:
        mailbox.receives(await office.bounce())
        mailbox.receives(LETTER)
        await office.dies(point)
        for _ in range(2):
            await office.job.read()
        assert await unreachable(office) == 1
        assert [flags for _, flags in mailbox.look()] == [r"\Seen $Clamour", ""]


async def test_a_mailbox_whose_numbers_are_new_is_read_again_and_changes_nothing(
    office: Office, mailbox: Dovecot
) -> None:
    await office.reads(await office.bounce())
    mailbox.moves_house()
    await office.reads(await office.bounce(1))
    assert await unreachable(office) == 2


async def test_each_mail_is_looked_at_once(
    office: Office, mailbox: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bytes] = []

    def came_back(raw: bytes) -> None:
        looked.append(raw)

    monkeypatch.setattr(office_mailbox, "came_back", came_back)
    for number in range(45):
        mailbox.receives(LETTER + b"%d\r\n" % number)
    for _ in range(2):
        await office.job.read()
    assert len(looked) == len(set(looked)) == 45


async def test_a_mail_that_cannot_be_read_stays_and_the_log_says_so_once_without_its_words(
    office: Office, mailbox: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = office_mailbox.came_back

    def came_back(raw: bytes) -> str | None:
        if b"march" in raw:
            raise ValueError(raw.decode())
        return was(raw)

    monkeypatch.setattr(office_mailbox, "came_back", came_back)
    mailbox.receives(LETTER)
    mailbox.receives(await office.bounce())
    with structlog.testing.capture_logs() as log:
        for _ in range(2):
            await office.job.read()
    assert [line["event"] for line in log].count("email not read: it stays in the mailbox") == 1
    assert "ann@example.net" not in str([line for line in log if line.pop("exc_info", 1)])
    assert [flags for _, flags in mailbox.look()] == ["", r"\Seen $Clamour"]


async def test_a_huge_mail_is_read_as_far_as_its_first_megabyte(
    office: Office, mailbox: Dovecot
) -> None:
    mailbox.receives(b"Subject: huge\r\n\r\n" + b"x" * 70 + b"\r\n" * 4_000_000)
    await office.reads((await office.bounce()) + b"\r\n" * 2_000_000)
    assert not (await office.address()).reachable


WRONG: dict[str, dict[str, Any]] = {
    "login": {"password": "x"},
    "folder": {"folder": "No such"},
    "away": {"port": 1},
}


@pytest.mark.parametrize("why", WRONG)
async def test_a_mailbox_that_cannot_be_read_is_told_once_and_read_again_later(
    office: Office, mailbox: Dovecot, why: str
) -> None:
    now = 1000.0
    office.services.monotonic = lambda: now
    job = OfficeMailbox(office.services, replace(mailbox.server, **WRONG[why]), own=SENDER)
    with structlog.testing.capture_logs() as log:
        for _ in range(2):
            await job.read()
            now += REFUSED_SECONDS
    assert [(line["event"], line["reason"]) for line in log] == [("mailbox not read", why)]
    job._server = mailbox.server
    with structlog.testing.capture_logs() as log:
        await job.read()
    assert [line["event"] for line in log] == ["mailbox read again"]


async def told_of(office: Office) -> int:
    """How often owners have been told that it cannot be read."""
    table = tables.notifications
    of = select(func.count()).where(table.c.template == "staff/alert_mailbox")
    async with office.database.reading() as db:
        return await db.scalar(of) or 0


async def has_an_owner(office: Office) -> None:
    async with office.database.transaction() as db:
        await petitions.person(db, OWNER, NOW)
        await staff.upsert(db, OWNER, "owner", NOW)


@pytest.mark.parametrize("why", WRONG)
async def test_owners_hear_once_a_day_of_a_mailbox_that_cannot_be_read(
    office: Office, mailbox: Dovecot, why: str
) -> None:
    await has_an_owner(office)
    passed = timedelta()
    office.services.monotonic = lambda: passed.total_seconds()
    office.services.clock = lambda: NOW + passed
    job = OfficeMailbox(office.services, replace(mailbox.server, **WRONG[why]), own=SENDER)
    await job.read()
    assert await told_of(office) == (why == "login"), "what is away may come back by itself"
    for _ in range(3):
        passed += timedelta(seconds=REFUSED_SECONDS)
        await job.read()
    assert await told_of(office) == 1
    passed += timedelta(days=1)
    await job.read()
    assert await told_of(office) == 2


async def test_owners_hear_again_of_a_mailbox_that_was_read_in_between_once_an_hour(
    office: Office, mailbox: Dovecot
) -> None:
    await has_an_owner(office)
    passed = timedelta()
    office.services.monotonic = lambda: passed.total_seconds()
    office.services.clock = lambda: NOW + passed
    wrong = replace(mailbox.server, password="wrong")
    job = OfficeMailbox(office.services, wrong, own=SENDER)
    await job.read()
    for minutes, told in ((20, 1), (60, 2)):
        passed = timedelta(minutes=minutes - 1)
        job._server = mailbox.server
        await job.read()
        passed = timedelta(minutes=minutes)
        job._server = wrong
        await job.read()
        assert await told_of(office) == told
    passed += timedelta(hours=5)
    await job.read()
    assert await told_of(office) == 2, "not read since"


async def test_a_refused_login_is_not_tried_again_at_once(office: Office, mailbox: Dovecot) -> None:
    now = 1000.0
    office.services.monotonic = lambda: now
    job = OfficeMailbox(office.services, replace(mailbox.server, password="x"), own=SENDER)
    await job.read()
    job._server = mailbox.server
    mailbox.receives(await office.bounce())
    await job.read()
    assert (await office.address()).reachable
    now += REFUSED_SECONDS
    await job.read()
    assert not (await office.address()).reachable
