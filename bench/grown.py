"""Databases of campaigns that have grown: made by the database itself, on either engine.

Everybody has signed and has a link of their own. Signer n came by the link of signer n/3, the first
two by themselves; every other one hears updates, and has got one.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bench.listeners import EXAMPLE
from campaign.broadcasts import audience
from campaign.broadcasts.content import Content, Version
from campaign.catalogue import publish
from campaign.definition.campaign_file import load_definition
from campaign.petition import Petition
from campaign.referrals.credit import monday_of
from storage import broadcasts, tables
from storage.audiences import Audience
from storage.database import Database
from storage.encryption.columns import attach_keyring
from storage.migrate import upgrade
from storage.types import UtcDateTime, to_json

OPENED = datetime(2009, 9, 7, 9, tzinfo=UTC)
WEEKS = 12
POSTCODES = ("SW1A 1AA", "E17 4PP", "CF10 3NQ", "EH1 1YZ", "LL55 1AA", "N1 9GU", "SE1 7PB")
FIRST_TELEGRAM_ID = 10**9
BRANCHES = 3
COUNTED_BY_ITSELF = ("supporters", "signatures", "consents", "referral_links")


async def grown(url: str, signers: int) -> None:
    """Make an empty database one of a campaign with so many signers."""
    await upgrade(url)
    database = await Database.open(url)
    try:
        definition = load_definition(EXAMPLE)
        petition = await publish(database, definition, now=OPENED)
        async with database.transaction() as db:
            sent = await broadcasts.add(
                db,
                campaign_id=petition.id,
                kind="news",
                author_id=None,
                content=Content({"en": Version("Thank you.")}).to_dict(),
                audience=audience.to_dict(Audience()),
                options={},
                now=OPENED,
            )
    finally:
        await database.close()
    engine = create_async_engine(url, json_serializer=to_json)
    attach_keyring(engine.dialect, None)
    try:
        async with engine.connect() as db:
            if db.dialect.name == "sqlite":
                for pragma in ("synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY"):
                    await db.exec_driver_sql(f"PRAGMA {pragma}")
            await _fill(db, petition, sent.id, signers)
            await db.commit()
        async with engine.connect() as db:
            await db.execution_options(isolation_level="AUTOCOMMIT")
            if db.dialect.name == "sqlite":
                await db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                await db.exec_driver_sql("VACUUM ANALYZE")
    finally:
        await engine.dispose()


async def _fill(db: AsyncConnection, petition: Petition, broadcast_id: int, signers: int) -> None:
    shown, of = petition.shown("en"), petition.id
    n, people = _numbers(1, signers)
    came = select(n).where(n >= BRANCHES)
    parent = cast(_by(n, BRANCHES), Integer)
    week, signed_at = _weeks(petition, n, signers)
    name = literal("Person ") + cast(n, Text)
    postcode = case(dict(enumerate(POSTCODES)), value=n % len(POSTCODES))
    hears = select(n).where(n % 2 == 0)
    children = _children(n, signers)
    rows: list[tuple[Table, dict[str, Any], Select[Any]]] = [
        (
            tables.supporters,
            {
                "id": n,
                "telegram_id": FIRST_TELEGRAM_ID + n,
                "first_name": name,
                "telegram_language": literal("en"),
                "reachable": literal(True),
                "created_at": signed_at,
            },
            people,
        ),
        (
            tables.dialogs,
            {
                "supporter_id": n,
                "campaign_id": literal(of),
                "flow": literal(""),
                "step": literal(""),
                "answers": literal({}, tables.dialogs.c.answers.type),
                "serial": literal(6),
                "recent_updates": literal([1, 2, 3], tables.dialogs.c.recent_updates.type),
                "updated_at": signed_at,
            },
            people,
        ),
        (
            tables.signatures,
            {
                "id": n,
                "campaign_id": literal(of),
                "supporter_id": n,
                "number": n,
                "status": literal("live"),
                "full_name": name,
                "postcode": postcode,
                "name_key": func.lower(name),
                "petition_wording_id": literal(shown.petition),
                "language": literal("en"),
                "signed_at": signed_at,
            },
            people,
        ),
        *(
            (tables.consents, _consent(n, of, purpose, granted, wording, signed_at), people)
            for purpose, granted, wording in (
                ("sign", literal(True), shown.sign),
                ("updates", n % 2 == 0, shown.updates),
                ("other_campaigns", literal(False), shown.other),
            )
        ),
        (
            tables.subscriptions,
            {"campaign_id": literal(of), "supporter_id": n, "since": signed_at},
            hears,
        ),
        (
            tables.deliveries,
            {
                "broadcast_id": literal(broadcast_id),
                "supporter_id": n,
                "status": literal("sent"),
                "message_ids": literal([7], tables.deliveries.c.message_ids.type),
                "tries": literal(1),
                "at": signed_at,
            },
            hears,
        ),
        (
            tables.referral_links,
            {
                "id": n,
                "campaign_id": literal(of),
                "code": literal("r_") + cast(FIRST_TELEGRAM_ID + n, Text),
                "kind": literal("person"),
                "supporter_id": n,
                "created_at": signed_at,
                **dict.fromkeys(("opens", "starts", "signatures", "shared"), children),
                "friends": _grandchildren(n, signers),
                "shared_at": signed_at,
                "shows_name": literal(False),
                "listed": n % 20 == 0,
                "thanks": literal(True),
                "thanked": children,
                "step": literal(0),
            },
            people,
        ),
        (
            tables.referral_opens,
            {"link_id": parent, "supporter_id": n, "opened_at": signed_at},
            came,
        ),
        (
            tables.referrals,
            {
                "campaign_id": literal(of),
                "supporter_id": n,
                "link_id": parent,
                "opened_at": signed_at,
                "started_at": signed_at,
                "credited_at": signed_at,
                "week": week,
            },
            came,
        ),
    ]
    for table, columns, whom in rows:
        await db.execute(
            insert(table).from_select([*columns], whom.with_only_columns(*columns.values()))
        )
    await _keep_figures(db, petition, signers)
    if db.dialect.name == "postgresql":
        for table_name in COUNTED_BY_ITSELF:
            await db.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table_name}', 'id'),"  # noqa: S608
                    f" (SELECT max(id) FROM {table_name}))"
                )
            )


async def _keep_figures(db: AsyncConnection, petition: Petition, signers: int) -> None:
    """What the bot would have kept meanwhile."""
    of, signed, referred = petition.id, tables.signatures, tables.referrals
    await db.execute(
        update(tables.campaign_totals)
        .where(tables.campaign_totals.c.campaign_id == of)
        .values(live=signers, last_number=signers)
    )
    for place, postcode in enumerate(POSTCODES):
        count = sum(1 for _ in range(place or len(POSTCODES), signers + 1, len(POSTCODES)))
        area = "".join(letter for letter in postcode.split()[0] if letter.isalpha())[:2]
        area = area if area in ("CF", "EH", "LL", "SW", "SE") else area[0]
        await db.execute(
            insert(tables.signature_areas), {"campaign_id": of, "area": area, "count": count}
        )
    came = max(0, signers - BRANCHES + 1)
    figures = dict.fromkeys(("opens", "starts", "signatures", "friends"), came)
    await db.execute(tables.campaign_referrals.delete())
    await db.execute(
        insert(tables.campaign_referrals), {"campaign_id": of, "shared": signers, **figures}
    )
    above, generation = BRANCHES, 1
    while above < signers:
        n, _ = _numbers(above, signers)
        link = cast(_by(n, above), Integer)
        whom = select(link, literal(generation), func.count()).where(n >= above).group_by(link)
        columns = ["link_id", "generation", "people"]
        await db.execute(insert(tables.referral_generations).from_select(columns, whom))
        above, generation = above * BRANCHES, generation + 1
    for place in range(WEEKS):
        moment = OPENED + timedelta(weeks=place)
        monday = monday_of(moment, petition.zone)
        theirs = select(func.count()).where(
            signed.c.campaign_id == of, signed.c.signed_at == moment
        )
        brought = select(func.count()).where(
            referred.c.campaign_id == of, referred.c.week == monday
        )
        given = {"signers": await db.scalar(theirs), "friends": await db.scalar(brought)}
        await db.execute(
            insert(tables.referral_weeks), {"campaign_id": of, "week": monday, **given}
        )


def _numbers(first: int, last: int) -> tuple[ColumnElement[int], Select[Any]]:
    """The numbers from first to last, and all of them as a query."""
    numbers: CTE = select(literal(first, Integer).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < last))
    return numbers.c.n, select(numbers.c.n)


def _by(n: ColumnElement[Any], divisor: int) -> ColumnElement[Any]:
    """Whole-number division."""
    return n.op("/")(literal(divisor, Integer))


def _children(n: ColumnElement[Any], signers: int) -> ColumnElement[Any]:
    """How many came by the link of signer n: of 3n, 3n + 1 and 3n + 2 those that are there."""
    first: ColumnElement[Any] = n * BRANCHES
    return case(
        (first > signers, 0),
        (first + BRANCHES - 1 > signers, signers - first + 1),
        else_=BRANCHES,
    )


def _grandchildren(n: ColumnElement[Any], signers: int) -> ColumnElement[Any]:
    first: ColumnElement[Any] = n * BRANCHES * BRANCHES
    whole = BRANCHES * BRANCHES
    return case(
        (first > signers, 0), (first + whole - 1 > signers, signers - first + 1), else_=whole
    )


def _weeks(
    petition: Petition, n: ColumnElement[Any], signers: int
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The Monday of the one who asked signer n, and the moment at which n signed."""
    moments = [OPENED + timedelta(weeks=place) for place in range(WEEKS)]
    mondays = [monday_of(moment, petition.zone) for moment in moments]
    week_of_parent = _by(_by(n, BRANCHES) * WEEKS, signers + 1)
    return (
        _chosen(week_of_parent, [literal(monday) for monday in mondays]),
        _chosen(
            _by(n * WEEKS, signers + 1), [literal(moment, UtcDateTime()) for moment in moments]
        ),
    )


def _chosen(place: ColumnElement[Any], among: Sequence[Any]) -> ColumnElement[Any]:
    return case(dict(enumerate(among)), value=place)


def _consent(
    n: ColumnElement[Any],
    campaign_id: int,
    purpose: str,
    granted: Any,
    wording_id: int | None,
    at: ColumnElement[Any],
) -> dict[str, Any]:
    return {
        "supporter_id": n,
        "campaign_id": literal(campaign_id),
        "purpose": literal(purpose),
        "granted": granted,
        "wording_id": literal(wording_id, Integer),
        "method": literal("button"),
        "at": at,
    }
