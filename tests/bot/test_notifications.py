"""Promises of the outbox: what staff are to be told arrives, whatever dies in between; twice at
most if the bot is killed, and never again once it is known to have arrived."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.jobs.notifications import KEPT_FOR, LEASE, MOST_ATTEMPTS, TOGETHER, Outbox
from bot.jobs.set_aside import notify_set_aside
from campaign.broadcasts import drafts, states
from campaign.broadcasts.content import Content, Version
from handlers.notifications import from_data, to_data
from handlers.screens import Button
from handlers.staff.broadcasts.controls import Steer
from storage import broadcasts, notifications, personal_data, staff, supporters
from storage.tables import notifications as table
from tests import engines
from tests.bot.outbox_world import EDITOR, NOW, OWNER, WELSH, Office, office_on
from tests.bot.servers import refused

LATER = LEASE + timedelta(seconds=1)


@pytest.fixture(params=engines.params())
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    async with office_on(request.param, tmp_path) as office:
        yield office


async def rows(office: Office) -> list[Any]:
    async with office.services.database.reading() as db:
        return list(await db.execute(select(table).order_by(table.c.id)))


async def open_ones(office: Office) -> int:
    return sum(row.done_at is None for row in await rows(office))


@pytest.mark.crash
@pytest.mark.parametrize(
    ("point", "times"), [("before sending", 1), ("before it is noted as sent", 2)]
)
async def test_a_kill_between_claiming_and_sending_loses_nothing_and_repeats_at_most_once(
    office: Office, point: str, times: int
) -> None:
    await office.notify(dedupe_key="alert:1", but={WELSH})
    await office.dies(point)
    assert await office.after(minutes=0) == [], "its lease has not run out"
    await office.after(seconds=LATER.total_seconds())
    assert [chat for chat, _ in office.told] == [OWNER] * times
    await office.notify(dedupe_key="alert:1", but={WELSH})
    assert await office.after(days=1) == [], "it is known to have arrived"


async def test_a_key_lets_nobody_hear_twice_however_often_and_late_it_comes(
    office: Office,
) -> None:
    await asyncio.gather(*(office.notify(dedupe_key="burst:1") for _ in range(4)))
    assert sorted(await office.after(minutes=0)) == [OWNER, WELSH]
    await office.notify(dedupe_key="burst:1", least="editor")
    assert await office.after(minutes=0) == [EDITOR], "who has not heard yet"
    await office.after(seconds=KEPT_FOR.total_seconds() + 1)
    await office.notify(but={OWNER, WELSH, EDITOR})
    await office.notify(dedupe_key="burst:1", least="editor")
    assert await office.after(minutes=0) == []


@pytest.mark.parametrize(
    ("asker", "told"), [(OWNER, [OWNER, WELSH]), (EDITOR, [OWNER, WELSH, EDITOR])]
)
async def test_a_job_put_aside_is_told_once_to_owners_and_to_who_asked(
    office: Office, asker: int, told: list[int]
) -> None:
    async with office.services.database.transaction() as db:
        person = await supporters.by_telegram_id(db, asker)
        assert person is not None
        await notify_set_aside(
            db,
            "paper/table_aside",
            {"name": "list.csv"},
            campaign_id=office.petition.id,
            requested_by=person.id,
            job="table:1",
            now=NOW,
        )
    assert sorted(await office.after(minutes=0)) == told
    assert all("list" in text for _, text in office.told)


def test_a_button_means_the_same_when_it_leaves_the_outbox() -> None:
    rows = [[Button("update_pause", Steer(7, "pause"), variables={"count": 2})]]
    ((button,),) = from_data(to_data(rows))
    assert button == Button("update_pause", "steer:7:pause", variables={"count": 2})


async def test_two_processes_never_send_the_same_row(office: Office) -> None:
    for number in range(TOGETHER):
        await office.notify(least="editor", variables={"count": number})
    other = Outbox(office.services, office.bot)
    while any(await asyncio.gather(office.outbox.send_due(), other.send_due())):
        pass
    assert len(office.told) == len(set(office.told)) == 3 * TOGETHER
    for person in (OWNER, WELSH, EDITOR):
        texts = [text for chat, text in office.told if chat == person]
        assert len(texts) == TOGETHER


async def test_one_persons_messages_keep_their_order_also_where_one_has_to_wait(
    office: Office,
) -> None:
    for number in range(12, 15):
        await office.notify(but={WELSH}, variables={"count": number})
    office.faults[OWNER] = lambda: refused(429, "Too Many Requests", retry_after=30)
    assert await office.after(minutes=0) == []
    del office.faults[OWNER]
    assert await office.after(seconds=29) == []
    assert await office.after(seconds=1) == [OWNER] * 3
    said = [text for _, text in office.told]
    assert [str(number) in text for number, text in zip(range(12, 15), said, strict=True)]
    assert "12" in said[0]
    assert "14" in said[2]


@pytest.mark.parametrize("status", [500, 502])
async def test_what_may_have_failed_is_tried_again_a_little_later_each_time(
    office: Office, status: int
) -> None:
    await office.notify(but={WELSH})
    office.faults[OWNER] = lambda: refused(status, "Bad Gateway")
    await office.after(minutes=0)
    for _ in range(3):
        assert await office.after(minutes=1) == []
    assert await open_ones(office) == 1
    del office.faults[OWNER]
    assert await office.after(minutes=5) == [OWNER]
    assert await open_ones(office) == 0


async def test_what_fails_for_good_is_given_up(office: Office) -> None:
    await office.notify(but={WELSH})
    office.faults[OWNER] = lambda: refused(502, "Bad Gateway")
    for _ in range(MOST_ATTEMPTS):
        assert await open_ones(office) == 1
        await office.after(hours=2)
    (row,) = await rows(office)
    assert row.failed_reason == "unknown"


@pytest.mark.parametrize(
    ("status", "why", "reason"),
    [
        (403, "Forbidden: bot was blocked by the user", "blocked"),
        (400, "Bad Request: chat not found", "refused"),
    ],
)
async def test_one_who_cannot_be_told_ends_theirs_and_holds_up_nobody(
    office: Office, status: int, why: str, reason: str
) -> None:
    await office.notify()
    office.faults[OWNER] = lambda: refused(status, why)
    assert await office.after(minutes=0) == [WELSH]
    assert [row.failed_reason for row in await rows(office)] == [reason, None]
    async with office.services.database.reading() as db:
        owner = await supporters.by_telegram_id(db, OWNER)
    assert owner is not None
    assert owner.reachable is (reason != "blocked")
    del office.faults[OWNER]
    assert await office.after(days=1) == []


async def test_it_is_in_the_language_that_the_person_has_when_it_is_sent(office: Office) -> None:
    await office.notify(
        "retention/soon",
        variables={"on": date(2009, 12, 24)},
        buttons=[[{"label": "keep_longer", "data": "keep:1"}]],
    )
    async with office.services.database.transaction() as db:
        welsh = await supporters.by_telegram_id(db, WELSH)
        assert welsh is not None
        await supporters.choose_language(db, welsh.id, "cy")
    await office.after(minutes=0)
    told = dict(office.told)
    assert "24 December 2009" in told[OWNER]
    assert "24 Rhagfyr 2009" in told[WELSH]


async def test_one_who_was_erased_meanwhile_is_told_nothing(office: Office) -> None:
    await office.notify()
    async with office.services.database.transaction() as db:
        claimed = await notifications.claim(db, now=NOW, lost_before=NOW - LEASE, limit=TOGETHER)
    async with office.services.database.transaction() as db:
        owner = await supporters.by_telegram_id(db, OWNER)
        assert owner is not None
        await personal_data.erase(db, owner.id, OWNER, now=NOW)
    for ids in claimed.values():
        await office.outbox._send_in_order(ids, await office.services.catalogue.by_id())
    assert [chat for chat, _ in office.told] == [WELSH]
    assert [row.telegram_id for row in await rows(office)] == [WELSH]


async def test_one_who_left_the_staff_meanwhile_is_told_nothing(office: Office) -> None:
    await office.notify()
    async with office.services.database.transaction() as db:
        for member in await staff.all(db):
            if member.telegram_id == WELSH:
                await staff.upsert(db, WELSH, "editor", NOW)
    assert await office.after(minutes=0) == [OWNER]
    assert [row.failed_reason for row in await rows(office)] == [None, "moot"]


async def test_what_is_no_longer_true_when_it_is_sent_is_not_sent(office: Office) -> None:
    async with office.services.database.transaction() as db:
        written = Content(versions={"en": Version("News for all")})
        draft = await drafts.make(db, office.petition, "news", written, author_id=None, now=NOW)
        await states.ask_approval(db, draft.id, now=NOW)
        waiting = await broadcasts.of(db, draft.id)
    assert waiting is not None
    asked = {"name": "Olive", "count": 900, "version": waiting.version}
    about = {"least": "editor", "subject_id": draft.id, "variables": asked}
    await office.notify("broadcasts/approve", but={WELSH, EDITOR}, **about)
    assert await office.after(minutes=0) == [OWNER, OWNER], "the update, and the question"
    assert "News for all" in office.told[0][1]
    assert "needs somebody else to agree" in office.told[1][1]
    await office.notify("broadcasts/approve", but={OWNER}, **about)
    async with office.services.database.transaction() as db:
        await states.take_back(db, draft.id, now=NOW)
    assert await office.after(minutes=0) == []
    assert await open_ones(office) == 0


async def test_one_that_cannot_be_made_is_tried_again_and_holds_up_nobody(
    office: Office,
) -> None:
    await office.notify("staff/alert_failures", variables={}, but={WELSH})
    await office.notify("staff/burst", least="editor", subject_id=77, but={OWNER})
    await office.notify(but={OWNER})
    assert await office.after(minutes=0) == [WELSH]
    assert [row.failed_reason for row in await rows(office)] == [None, "moot", "moot", None]
    assert await open_ones(office) == 1


async def test_what_was_said_is_not_kept_and_the_row_goes_after_a_while(office: Office) -> None:
    await office.notify(variables={"count": 11, "name": "Ada"})
    await office.notify(dedupe_key="kept", but={WELSH})
    await office.after(minutes=0)
    assert [(row.variables, row.buttons) for row in await rows(office)] == [({}, [])] * 3
    office.now += KEPT_FOR + timedelta(seconds=1)
    await office.notify(but={WELSH})
    await office.after(minutes=0)
    assert [row.dedupe_key for row in await rows(office)] == ["kept", None]


async def test_what_is_not_due_yet_waits_and_moments_come_back_as_they_were(
    office: Office,
) -> None:
    at = datetime(2009, 12, 1, 8, 15, 30, 250_000, tzinfo=UTC)
    given = {"at": at, "on": date(2009, 12, 1), "names": ["Ada"], "count": 3, "none": None}
    async with office.services.database.transaction() as db:
        await notifications.add(
            db, [OWNER], "backup/failed", variables=given, not_before=at, now=NOW
        )
        made = (await db.scalars(select(func.max(table.c.id)))).one()
        kept = await notifications.of(db, made)
    assert kept is not None
    assert kept.variables == given
    assert await office.after(days=4) == []
    assert await office.after(days=1) == [OWNER]
