"""Find the signatures that match a rule, page by page."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Text,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from storage.database import Connection
from storage.encryption.columns import keyring_of, or_empty
from storage.referrals import LONGEST_CHAIN
from storage.tables import (
    referral_links,
    referrals,
    signature_flags,
    signatures,
    supporters,
)

DIGITS = "0123456789"
NAMES_AT_ONCE = 1_000
MOST_COUNTED = 100_000
"""A dry run counts no further: whatever is more is "at least"."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Which signatures: those to which everything that is given applies.

    Attributes:
        since, until: signed from then on, and before then, UTC.
        by: came by this link.
        below: came by this link, or by that of somebody who did, and so on.
        postcode: "SW1A 1AA"; the part before the space; or the letters before the first figure.
        name: the folded name, with * for any letters and ? for one.
        stem: the folded name without the figures at its end.
        lookalike: looks like another's, and nobody has decided about it.
        seen_since, seen_until: the person first wrote to the bot from then on, and before then.
        number: the receipt number.
        up_to: no signature that was recorded after the one of this id.
    """

    since: datetime | None = None
    until: datetime | None = None
    by: int | None = None
    below: int | None = None
    postcode: str | None = None
    name: str | None = None
    stem: str | None = None
    lookalike: bool = False
    seen_since: datetime | None = None
    seen_until: datetime | None = None
    number: int | None = None
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One signature as staff see it in a dry run. `signed_at` is UTC."""

    id: int
    number: int
    full_name: str | None
    postcode: str | None
    signed_at: datetime


async def count(db: Connection, campaign_id: int, rule: Rule) -> int:
    """How many live signatures there are of that kind; MOST_COUNTED + 1 for more than that."""
    if _reads_names(db, rule):
        return len(await _some(db, campaign_id, rule, MOST_COUNTED + 1))
    found = _of(campaign_id, rule).limit(MOST_COUNTED + 1).subquery()
    return await db.scalar(select(func.count()).select_from(found)) or 0


async def page(
    db: Connection, campaign_id: int, rule: Rule, *, after: int, limit: int
) -> Sequence[int]:
    """The next live ones, by their ids, after this one."""
    if _reads_names(db, rule):
        return await _some(db, campaign_id, rule, limit, after=after)
    rows = await db.scalars(
        _of(campaign_id, rule).where(signatures.c.id > after).order_by(signatures.c.id).limit(limit)
    )
    return rows.all()


async def sample(db: Connection, campaign_id: int, rule: Rule, limit: int) -> list[Match]:
    """The newest of them."""
    columns = [
        or_empty(signatures.c[name]) if name == "full_name" else signatures.c[name]
        for name in Match.__slots__
    ]
    wanted = _of(campaign_id, rule)
    if _reads_names(db, rule):
        found = await _some(db, campaign_id, rule, limit, newest_first=True)
        wanted = select(signatures.c.id).where(signatures.c.id.in_(found))
    rows = await db.execute(
        wanted.with_only_columns(*columns).order_by(signatures.c.id.desc()).limit(limit)
    )
    return [Match(*row) for row in rows]


async def newest_id(db: Connection, campaign_id: int) -> int:
    """The id of the signature that was recorded last; 0 if there is none."""
    return (
        await db.scalar(
            select(signatures.c.id)
            .where(signatures.c.campaign_id == campaign_id)
            .order_by(signatures.c.number.desc())
            .limit(1)
        )
        or 0
    )


def _of(campaign_id: int, rule: Rule) -> Select[int]:
    conditions = (
        signatures.c.signed_at >= rule.since if rule.since else None,
        signatures.c.signed_at < rule.until if rule.until else None,
        _in_where(rule.postcode) if rule.postcode else None,
        _called(rule.name) if rule.name else None,
        func.rtrim(signatures.c.name_key, DIGITS, type_=Text) == rule.stem if rule.stem else None,
        signatures.c.number == rule.number if rule.number is not None else None,
        signatures.c.id <= rule.up_to if rule.up_to is not None else None,
        _is_flagged() if rule.lookalike else None,
        _came_by(campaign_id, rule.by) if rule.by is not None else None,
        _came_below(campaign_id, rule.below) if rule.below is not None else None,
        _first_seen(rule) if rule.seen_since or rule.seen_until else None,
    )
    return select(signatures.c.id).where(
        signatures.c.campaign_id == campaign_id,
        signatures.c.status == "live",
        *(condition for condition in conditions if condition is not None),
    )


def _in_where(postcode: str) -> ColumnElement[bool]:
    """SW1A is all of SW1A and not SW1; E is E1 and E17, and neither EC1 nor EH1."""
    if postcode.isalpha():
        after = func.substr(signatures.c.postcode, len(postcode) + 1, 1)
        return and_(_begins(postcode), or_(after == " ", after.between("0", "9")))
    return or_(signatures.c.postcode == postcode, _begins(f"{postcode} "))


def _begins(text: str) -> ColumnElement[bool]:
    return func.substr(signatures.c.postcode, 1, len(text)) == text


def _called(pattern: str) -> ColumnElement[bool]:
    """Our own wildcards as those of LIKE, whose own are taken as letters."""
    if not _has_wildcards(pattern):
        return signatures.c.name_key == pattern
    escaped = "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in pattern)
    words = type_coerce(signatures.c.name_key, Text)
    return words.like(escaped.replace("*", "%").replace("?", "_"), escape="\\")


def _has_wildcards(pattern: str | None) -> bool:
    return pattern is not None and ("*" in pattern or "?" in pattern)


def _reads_names(db: Connection, rule: Rule) -> bool:
    """Whether the database cannot tell itself, because names are sealed in it."""
    by_part = rule.stem is not None or _has_wildcards(rule.name)
    return by_part and keyring_of(db.dialect) is not None


async def _some(
    db: Connection,
    campaign_id: int,
    rule: Rule,
    limit: int,
    *,
    after: int = 0,
    newest_first: bool = False,
) -> list[int]:
    """The same as SQL would find, by unsealing one name after the other. Walks by the receipt
    number: it goes up with the id, and its index spares sorting for each page."""
    number, found = signatures.c.number, list[int]()
    fits = _fitting(rule)
    others = (
        _of(campaign_id, replace(rule, stem=None, name=None))
        .with_only_columns(signatures.c.id, number, or_empty(signatures.c.name_key))
        .order_by(number.desc() if newest_first else number)
        .limit(NAMES_AT_ONCE)
    )
    last: int = 0
    if after:
        last = await db.scalar(select(number).where(signatures.c.id == after)) or 0
    while len(found) < limit:
        beyond = number < last if newest_first else number > last
        page = others.where(beyond) if last else others
        rows: Sequence[Any] = (await db.execute(page)).all()
        found += [one for one, _, name_key in rows if name_key is not None and fits(name_key)]
        if len(rows) < NAMES_AT_ONCE:
            break
        last = rows[-1][1]
    return found[:limit]


def _fitting(rule: Rule) -> Callable[[str], bool]:
    """What stands between two * is found once, where it comes first, and not looked for again: a
    name of one letter a hundred times would otherwise be tried in every division."""
    head, *between = (_escaped(part) for part in (rule.name or "*").split("*"))
    if between:
        *middle, tail = between
        head += "".join(f"(?>.*?{part})" for part in middle) + f".*{tail}"
    pattern = re.compile(head, re.DOTALL)
    return lambda name_key: (
        pattern.fullmatch(name_key) is not None
        and (rule.stem is None or name_key.rstrip(DIGITS) == rule.stem)
    )


def _escaped(part: str) -> str:
    return ".".join(re.escape(letters) for letters in part.split("?"))


def _is_flagged() -> ColumnElement[bool]:
    return exists().where(
        signature_flags.c.signature_id == signatures.c.id, signature_flags.c.decided_at.is_(None)
    )


def _first_seen(rule: Rule) -> ColumnElement[bool]:
    bounds = [supporters.c.id == signatures.c.supporter_id]
    if rule.seen_since:
        bounds.append(supporters.c.created_at >= rule.seen_since)
    if rule.seen_until:
        bounds.append(supporters.c.created_at < rule.seen_until)
    return exists().where(*bounds)


def _came_by(campaign_id: int, link_id: int) -> ColumnElement[bool]:
    return signatures.c.supporter_id.in_(
        select(referrals.c.supporter_id).where(
            referrals.c.campaign_id == campaign_id, referrals.c.link_id == link_id
        )
    )


def _came_below(campaign_id: int, link_id: int) -> ColumnElement[bool]:
    return signatures.c.supporter_id.in_(select(_below(campaign_id, link_id).c.supporter_id))


def _below(campaign_id: int, link_id: int) -> CTE:
    """Everybody who came by the link, by the links of those, and so on. First links of a person
    lead to no circle; should they ever, the chain ends at LONGEST_CHAIN."""
    people = (
        select(referrals.c.supporter_id, literal(1).label("generation"))
        .where(referrals.c.campaign_id == campaign_id, referrals.c.link_id == link_id)
        .cte("below", recursive=True)
    )
    theirs = referral_links.alias("theirs")
    came = referrals.alias("came")
    return people.union_all(
        select(came.c.supporter_id, people.c.generation + 1)
        .join(
            theirs,
            and_(
                theirs.c.campaign_id == campaign_id,
                theirs.c.supporter_id == people.c.supporter_id,
            ),
        )
        .join(came, and_(came.c.campaign_id == campaign_id, came.c.link_id == theirs.c.id))
        .where(people.c.generation < LONGEST_CHAIN)
    )
