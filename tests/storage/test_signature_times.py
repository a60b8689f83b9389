"""Promises of the figures by time, and of those that an older database gets with them."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage import broadcast_taps, broadcasts, signature_times
from storage.database import Database
from storage.migrate import upgrade
from tests.storage.earlier import upgrade_to
from tests.storage.world import NOW, campaign, person, sign

MORNING = datetime(2009, 11, 26, 9, 44, 59, tzinfo=UTC)


async def test_an_older_database_gets_the_figures_it_would_have_kept(empty_url: str) -> None:
    await upgrade_to(empty_url, "0017")
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        for statement in EARLIER:
            await connection.execute(text(statement))
    await engine.dispose()
    await upgrade(empty_url)
    database = await Database.open(empty_url)
    try:
        async with database.reading() as db:
            kept = await signature_times.kept(db, 1)
            quarter = signature_times.quarter_of(MORNING)
            assert kept == {(quarter, "cy"): 1, (quarter, "en"): 1, (quarter + 1, "en"): 1}
            assert kept == await signature_times.recount(db, 1)
            assert await broadcast_taps.count_by_button(db, 1) == {"sign": 2, "stop": 1}
            assert await broadcast_taps.recount(db, 1) == {"sign": 2, "stop": 1}
    finally:
        await database.close()


async def test_a_second_tap_on_the_same_button_is_not_counted(database: Database) -> None:
    async with database.transaction() as db:
        made = await campaign(db)
        await sign(db, made.id)
        supporter, _ = await person(db)
        nothing: dict[str, object] = {}
        sent = await broadcasts.add(
            db,
            campaign_id=made.id,
            kind="news",
            author_id=None,
            content=nothing,
            audience=nothing,
            options=nothing,
            now=NOW,
        )
        for button in ("sign", "share", "sign"):
            await broadcast_taps.note(db, sent.id, supporter.id, button, NOW)
        assert await broadcast_taps.count_by_button(db, sent.id) == {"sign": 1, "share": 1}
        assert await broadcast_taps.recount(db, sent.id) == {"sign": 1, "share": 1}


_SIGNED = (
    "INSERT INTO signatures (id, campaign_id, supporter_id, number, status, "
    "petition_wording_id, language, signed_at) VALUES "
)
_PERSON = (
    "INSERT INTO supporters (id, telegram_id, first_name, reachable, created_at) "
    "VALUES (?, ?, 'Ada', true, '2009-11-01 00:00:00')"
)
_TAPPED = "INSERT INTO broadcast_taps (broadcast_id, supporter_id, button, at) VALUES "
EARLIER = (
    "INSERT INTO campaigns (id, slug, status, goal, definition, version, revision, created_at) "
    "VALUES (1, 'unit', 'open', 10, '{}', 1, 1, '2009-11-01 00:00:00')",
    "INSERT INTO wordings (id, campaign_id, kind, language, version, sha256, text, created_at) "
    "VALUES (1, 1, 'petition', 'en', 1, 'x', 'Keep it.', '2009-11-01 00:00:00')",
    *(_PERSON.replace("?", str(who)) for who in range(1, 5)),
    _SIGNED + "(1, 1, 1, 1, 'live', 1, 'en', '2009-11-26 09:30:00')",
    _SIGNED + "(2, 1, 2, 2, 'live', 1, 'cy', '2009-11-26 09:44:59.999999')",
    _SIGNED + "(3, 1, 3, 3, 'live', 1, 'en', '2009-11-26 09:45:00')",
    _SIGNED + "(4, 1, 4, 4, 'withdrawn', 1, 'en', '2009-11-26 09:45:00')",
    "INSERT INTO broadcasts (id, campaign_id, kind, status, version, content, audience, options, "
    "created_at, updated_at, cursor, walked, total, sent, unreachable, failed, unknown, left_out) "
    "VALUES (1, 1, 'news', 'done', 1, '{}', '{}', '{}', '2009-11-26 10:00:00', "
    "'2009-11-26 10:00:00', 0, true, 3, 3, 0, 0, 0, 0)",
    _TAPPED + "(1, 1, 'sign', '2009-11-26 11:00:00')",
    _TAPPED + "(1, 2, 'sign', '2009-11-26 11:00:00')",
    _TAPPED + "(1, 2, 'stop', '2009-11-26 11:00:00')",
)
