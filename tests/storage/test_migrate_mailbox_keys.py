"""Promise of the migration to mailbox keys: the version before goes on beside it."""

from sqlalchemy import text

from storage import missing_mailbox_keys
from storage.database import Database
from storage.migrate import upgrade
from tests.storage.earlier import upgrade_to

AT = "'2026-01-01 00:00:00'"
BEGINNING = (
    "INSERT INTO campaigns (id, slug, status, goal, definition, version, revision, created_at)"  # noqa: S608
    f" VALUES (1, 'c', 'open', 1, '{{}}', 1, 1, {AT})",
    "INSERT INTO wordings (id, campaign_id, kind, language, version, sha256, text, created_at)"  # noqa: S608
    f" VALUES (1, 1, 'petition', 'en', 1, '', 'Keep it.', {AT})",
)


def signs(person: int) -> tuple[str, str]:
    """As the version before writes it."""
    return (
        "INSERT INTO supporters (id, telegram_id, first_name, reachable, created_at) "  # noqa: S608
        f"VALUES ({person}, {person}, '', true, {AT})",
        "INSERT INTO signatures (id, campaign_id, supporter_id, number, status, email, email_key, "  # noqa: S608
        "petition_wording_id, language, signed_at) VALUES "
        f"({person}, 1, {person}, {person}, 'live', 'a+{person}@x.org', 'a+{person}@x.org', 1, "
        f"'en', {AT})",
    )


async def test_the_version_before_signs_and_erases_beside_the_new_one(empty_url: str) -> None:
    await upgrade_to(empty_url, "0048")
    await _does(empty_url, *BEGINNING, *signs(1), *signs(2))
    await upgrade(empty_url)
    await _does(empty_url, *signs(3))
    assert await _filled(empty_url) == {1: "a@x.org", 2: "a@x.org", 3: "a@x.org"}
    await _does(empty_url, "UPDATE signatures SET email = NULL, email_key = NULL WHERE id = 2")
    assert await _filled(empty_url) == {1: "a@x.org", 2: None, 3: "a@x.org"}


async def _does(url: str, *statements: str) -> None:
    raw = await Database.open_raw(url)
    async with raw.transaction() as db:
        for statement in statements:
            await db.execute(text(statement))
    await raw.close()


async def _filled(url: str) -> dict[int, str | None]:
    database = await Database.open(url)
    async with database.transaction() as db:
        await missing_mailbox_keys.fill(db, 0)
        rows = await db.execute(text("SELECT id, mailbox_key FROM signatures"))
        found: dict[int, str | None] = {row.id: row.mailbox_key for row in rows}
    await database.close()
    return found
