"""Referral links, a signer's own and named ones of sources, and what has come of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, exists, func, not_, or_, select, text, update

from storage import drift
from storage import email_subscriptions as by_email
from storage.addresses import EMAIL, TELEGRAM
from storage.database import Connection
from storage.tables import email_subscriptions, former_links, signatures, supporters
from storage.tables import referral_links as table
from storage.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Link:
    """One link and what has come of it.

    Attributes:
        kind: "person" or "source".
        supporter_id: whose it is; None for a source, and for a person who has been erased.
        name: of a source.
        opens: people who have opened it, without its owner.
        starts: people who came by it first and began to sign.
        signatures: live signatures of such people.
        shared: how many of these signers have passed the petition on.
        friends: live signatures that these signers have brought.
        shared_at: when its owner first passed it on, UTC.
        shows_name, listed, thanks: what its owner has chosen.
        thanked: of how many friends the owner has heard, the last time at `thanked_at` (UTC).
        step: the highest step the owner has been thanked for.
        share_text: the key of the share text that its owner has been given.
    """

    id: int
    campaign_id: int
    code: str
    kind: str
    supporter_id: int | None
    name: str | None
    opens: int
    starts: int
    signatures: int
    shared: int
    friends: int
    shared_at: datetime | None
    shows_name: bool
    listed: bool
    thanks: bool
    thanked: int
    thanked_at: datetime | None
    step: int
    created_at: datetime
    share_text: str | None


@dataclass(frozen=True, slots=True)
class Leader:
    """A person who agreed to be named, and how many friends have signed because of them."""

    first_name: str
    friends: int


@dataclass(frozen=True, slots=True)
class Due:
    """A link whose owner is to be thanked, and how to reach them."""

    link: Link
    telegram_id: int
    language: str | None
    telegram_language: str | None


_COLUMNS = tuple(table.c[name] for name in Link.__slots__)
_NAMED_SO = table.alias("named_so")
_BY_CODE = select(*_COLUMNS).where(
    table.c.id
    == select(func.coalesce(former_links.c.now_id, _NAMED_SO.c.id))
    .outerjoin(former_links, former_links.c.link_id == _NAMED_SO.c.id)
    .where(_NAMED_SO.c.code == bindparam("wanted"))
    .scalar_subquery()
)
_NOW = select(*_COLUMNS).where(
    table.c.id
    == func.coalesce(
        select(former_links.c.now_id)
        .where(former_links.c.link_id == bindparam("link"))
        .scalar_subquery(),
        bindparam("link"),
    )
)
_OF = select(*_COLUMNS).where(
    table.c.campaign_id == bindparam("campaign"), table.c.supporter_id == bindparam("supporter")
)
_OF_LOCKED = _OF.with_for_update(key_share=True)  # those who open the link go on meanwhile
_LOCK = select(table.c.id).where(table.c.id == bindparam("link")).with_for_update(key_share=True)
_NAMED = select(*_COLUMNS).where(
    table.c.campaign_id == bindparam("campaign"), table.c.name_key == bindparam("key")
)
# Word for word as the partial indexes have it, or SQLite would not see that they can be used.
_LISTED = text("referral_links.listed")
_UNTHANKED = text("referral_links.thanks AND referral_links.signatures > referral_links.thanked")
_OWNER_SIGNED = exists().where(
    signatures.c.campaign_id == table.c.campaign_id,
    signatures.c.supporter_id == table.c.supporter_id,
    signatures.c.status == "live",
)
_REACHED = {
    TELEGRAM: supporters.c.reachable,
    EMAIL: and_(
        not_(supporters.c.reachable),
        exists().where(
            email_subscriptions.c.supporter_id == table.c.supporter_id,
            email_subscriptions.c.campaign_id == table.c.campaign_id,
        ),
        by_email.reaches(table.c.supporter_id),
    ),
}
_NOTHING_YET = dict.fromkeys(
    ("opens", "starts", "signatures", "shared", "friends", "thanked", "step"), 0
)
_FIGURES = ("opens", "starts", "signatures", "shared", "friends")
_SUMS = {name: table.c[name] + bindparam(f"more_{name}") for name in _FIGURES}
_COUNT = (
    update(table)
    .where(table.c.id == bindparam("link"), *(one >= 0 for one in _SUMS.values()))
    .values(_SUMS)
)
_COUNT_TO_NONE = (
    update(table)
    .where(table.c.id == bindparam("link"))
    .values({name: case((one < 0, 0), else_=one) for name, one in _SUMS.items()})
    .returning(table.c.campaign_id)
)
_FEWER_THANKED = (
    update(table)
    .where(table.c.id == bindparam("link"), table.c.thanked > table.c.signatures)
    .values(thanked=table.c.signatures)
)
_ONE_MORE_THANKED = (
    update(table)
    .where(table.c.id == bindparam("link"), table.c.thanked < table.c.signatures)
    .values(thanked=table.c.thanked + 1)
)
_SHARE = (
    update(table)
    .where(table.c.id == bindparam("link"), table.c.shared_at.is_(None))
    .values(shared_at=bindparam("now"))
)


async def by_code(db: Connection, code: str) -> Link | None:
    """The link with this code, whatever has become of its owner; or the one it has become."""
    row = (await db.execute(_BY_CODE, {"wanted": code})).one_or_none()
    return Link(*row) if row else None


async def current(db: Connection, link_id: int) -> Link | None:
    """The link of this number, or the one it has become."""
    row = (await db.execute(_NOW, {"link": link_id})).one_or_none()
    return Link(*row) if row else None


async def lock(db: Connection, link_id: int) -> Link | None:
    """The link of this number, or the one it has become, locked until the transaction ends: before
    it, nothing is written of those who come by it. See storage.locks."""
    while True:
        await db.execute(_LOCK, {"link": link_id})
        found = await current(db, link_id)
        if found is None or found.id == link_id:
            return found
        link_id = found.id


async def by_id(db: Connection, link_id: int) -> Link | None:
    """The link of this number."""
    row = (await db.execute(select(*_COLUMNS).where(table.c.id == link_id))).one_or_none()
    return Link(*row) if row else None


async def of(
    db: Connection, campaign_id: int, supporter_id: int, *, lock: bool = False
) -> Link | None:
    """The person's own link under this petition; locked until the transaction ends, if wanted."""
    given = {"campaign": campaign_id, "supporter": supporter_id}
    row = (await db.execute(_OF_LOCKED if lock else _OF, given)).one_or_none()
    return Link(*row) if row else None


async def of_many(
    db: Connection, campaign_id: int, supporter_ids: Sequence[int]
) -> dict[int, tuple[str, int]]:
    """Code and number of friends of each of these people who has a link."""
    rows = await db.execute(
        select(table.c.supporter_id, table.c.code, table.c.signatures).where(
            table.c.campaign_id == campaign_id, table.c.supporter_id.in_(supporter_ids)
        )
    )
    return {row.supporter_id: (row.code, row.signatures) for row in rows}


async def named(db: Connection, campaign_id: int, name_key: str) -> Link | None:
    """The source link of this folded name."""
    row = (await db.execute(_NAMED, {"campaign": campaign_id, "key": name_key})).one_or_none()
    return Link(*row) if row else None


async def add(
    db: Connection,
    *,
    campaign_id: int,
    code: str,
    kind: str,
    now: datetime,
    supporter_id: int | None = None,
    name: str | None = None,
    name_key: str | None = None,
    created_by: int | None = None,
    share_text: str | None = None,
) -> Link | None:
    """Make a link; None if there is one of this code, person or name already."""
    made = await db.execute(
        insert_if_absent(db, table, *_COLUMNS),
        {
            "campaign_id": campaign_id,
            "code": code,
            "kind": kind,
            "supporter_id": supporter_id,
            "name": name,
            "name_key": name_key,
            "created_by": created_by,
            "created_at": now,
            "shows_name": False,
            "listed": False,
            "thanks": kind == "person",
            "share_text": share_text,
            "share_text_at": now if share_text else None,
            **_NOTHING_YET,
        },
    )
    row = made.one_or_none()
    return Link(*row) if row else None


async def count(db: Connection, link_id: int, **more: int) -> None:
    """Add to a link's figures, and lock it until the transaction ends. One that is too low to take
    that much away is wrong: it stays at none, and is noted."""
    given = {f"more_{name}": more.get(name, 0) for name in _FIGURES}
    done = await db.execute(_COUNT, {"link": link_id, **given})
    if not done.rowcount:
        wrong = await db.execute(_COUNT_TO_NONE, {"link": link_id, **given})
        await drift.note(db, wrong.scalar_one())
    if more.get("signatures", 0) < 0:
        await db.execute(_FEWER_THANKED, {"link": link_id})


async def heard_of_one(db: Connection, link_id: int) -> None:
    """The owner has heard of one of those who signed before: no thank-you is due for it."""
    await db.execute(_ONE_MORE_THANKED, {"link": link_id})


async def share(db: Connection, link_id: int, now: datetime) -> bool:
    """Note the first time a link was passed on; False if it was before."""
    done = await db.execute(_SHARE, {"link": link_id, "now": now})
    return bool(done.rowcount)


async def choose(db: Connection, link_id: int, **choice: bool) -> None:
    """Keep what the owner has chosen: shows_name, listed or thanks.

    Friends who signed while thanks were off are not told of afterwards.
    """
    values: dict[str, object] = dict(choice)
    if choice.get("thanks"):
        values["thanked"] = table.c.signatures
    await db.execute(update(table).where(table.c.id == link_id).values(values))


async def thank_nobody(db: Connection, supporter_id: int) -> None:
    """No more thank-yous to this person, of any campaign."""
    await db.execute(update(table).where(table.c.supporter_id == supporter_id).values(thanks=False))


async def sources(db: Connection, campaign_id: int, limit: int) -> list[Link]:
    """The campaign's source links, those that brought most first."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.campaign_id == campaign_id, table.c.kind == "source")
        .order_by(table.c.signatures.desc(), table.c.id)
        .limit(limit)
    )
    return [Link(*row) for row in rows]


async def leaders(db: Connection, campaign_id: int, limit: int) -> list[Leader]:
    """Signers who agreed to be named, those who brought most first."""
    rows = await db.execute(
        select(supporters.c.first_name, table.c.signatures)
        .join(supporters, supporters.c.id == table.c.supporter_id)
        .where(table.c.campaign_id == campaign_id, _LISTED, table.c.signatures > 0, _OWNER_SIGNED)
        .order_by(table.c.signatures.desc(), table.c.id)
        .limit(limit)
    )
    return [Leader(*row) for row in rows]


async def due_for_thanks(
    db: Connection, thanked_before: datetime, now: datetime, limit: int, *, channel: str = TELEGRAM
) -> Sequence[Due]:
    """Links with friends their owners have not heard of, locked; longest waiting first.

    Args:
        thanked_before: UTC; who has been thanked between then and now has to wait.
        channel: by which their owners are reached.
    """
    rows = await db.execute(
        select(
            *_COLUMNS,
            supporters.c.telegram_id,
            supporters.c.language,
            supporters.c.telegram_language,
        )
        .join(supporters, supporters.c.id == table.c.supporter_id)
        .where(
            _UNTHANKED,
            or_(
                table.c.thanked_at.is_(None),
                table.c.thanked_at <= thanked_before,
                table.c.thanked_at > now,  # before the clock was set back
            ),
            _REACHED[channel],
            _OWNER_SIGNED,
        )
        .order_by(table.c.thanked_at.asc().nulls_first(), table.c.id)
        .limit(limit)
        .with_for_update(of=table, skip_locked=True, key_share=True)
    )
    width = len(_COLUMNS)
    return [Due(Link(*row[:width]), *row[width:]) for row in rows]


async def thanked(
    db: Connection, link_id: int, *, friends: int, at: datetime | None, step: int
) -> None:
    """Keep of how many friends the owner has heard, when (UTC), and up to which step."""
    await db.execute(
        update(table).where(table.c.id == link_id).values(thanked=friends, thanked_at=at, step=step)
    )
