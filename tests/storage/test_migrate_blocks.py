"""Promise of the migration to blocks of one campaign: each holds where its author may decide."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.migrate import upgrade
from tests.storage.earlier import upgrade_to

OF_ONE, OVER_ALL, OF_ONE_AND_ALL, EDITOR, GONE = range(101, 106)
AT = "'2026-01-01 00:00:00'"
STAFF = [
    (OF_ONE, "owner", 1),
    (OF_ONE, "owner", 2),
    (OVER_ALL, "owner", "NULL"),
    (OF_ONE_AND_ALL, "owner", 1),
    (OF_ONE_AND_ALL, "owner", "NULL"),
    (EDITOR, "editor", 1),
]
BLOCKS = {1: OF_ONE, 2: OVER_ALL, 3: OF_ONE_AND_ALL, 4: EDITOR, 5: GONE, 6: "NULL"}


async def test_a_block_holds_where_its_author_owns_and_else_everywhere_as_before(
    empty_url: str,
) -> None:
    await upgrade_to(empty_url, "0023")
    engine = create_async_engine(empty_url)
    async with engine.begin() as db:
        for campaign in (1, 2, 3):
            await db.execute(
                text(
                    "INSERT INTO campaigns (id, slug, status, goal, definition, version, revision, "  # noqa: S608
                    f"created_at) VALUES ({campaign}, 'c{campaign}', 'open', 1, '{{}}', 1, 1, {AT})"
                )
            )
        for person, author in BLOCKS.items():
            await db.execute(
                text(
                    "INSERT INTO supporters (id, telegram_id, first_name, reachable, created_at) "  # noqa: S608
                    f"VALUES ({person}, {person}, '', true, {AT})"
                )
            )
            await db.execute(
                text(f"INSERT INTO blocked_accounts VALUES ({person}, {author}, {AT})")  # noqa: S608
            )
        for who, role, campaign in STAFF:
            await db.execute(
                text(
                    "INSERT INTO staff (telegram_id, role, campaign_id, added_at) "  # noqa: S608
                    f"VALUES ({who}, '{role}', {campaign}, {AT})"
                )
            )
    await upgrade(empty_url)
    async with engine.connect() as db:
        rows = await db.execute(
            text("SELECT supporter_id, campaign_id, blocked_by FROM blocks ORDER BY 1, 2")
        )
        found = [tuple(row) for row in rows]
    await engine.dispose()
    assert found == [
        (1, 1, OF_ONE),
        (1, 2, OF_ONE),
        (2, None, OVER_ALL),
        (3, None, OF_ONE_AND_ALL),
        (4, None, EDITOR),
        (5, None, GONE),
        (6, None, None),
    ]
