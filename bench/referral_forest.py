"""A database with very many signers who have asked each other, made in one go.

Three of five came by a link: one in twenty of these by a leaflet, others by somebody who had signed
before, early ones more often. There is a chain of thousands, and one link that very many came by.
One in fifty has blocked the bot since, with a friend they have not heard of.
"""

import random
import sqlite3
import string
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

SOURCES = 200
REFERRED, BY_SOURCE, LISTED, PASSED_ON, BLOCKED = 0.6, 0.05, 0.05, 0.4, 0.02
LONGEST_CHAIN = 64
DUE = 0.001
FIRST_MONDAY = date(2009, 9, 7)
WEEKS = 12
POPULAR = 7
"""The signer whose link very many came by."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Signers by number from 1, which is their supporter's and their link's id too; sources follow.

    Attributes:
        parents: by which link each signer came; 0 for none.
        chain: the first and the last signer of the long chain.
    """

    signers: int
    parents: list[int]
    chain: tuple[int, int]

    def week(self, signer: int) -> date:
        return FIRST_MONDAY + timedelta(weeks=signer * WEEKS // (self.signers + 1))

    def above(self, link: int) -> Iterator[int]:
        """Personal links from this one up, as far as a chain is followed."""
        for _ in range(LONGEST_CHAIN):
            if not 0 < link <= self.signers:
                return
            yield link
            link = self.parents[link]


def grown(signers: int, seed: int = 1) -> Forest:
    chance = random.Random(seed)
    parents = [0] * (signers + 1)
    chain = (signers // 10, signers // 10 + signers // 200)
    for signer in range(POPULAR + 1, signers + 1):
        if chain[0] < signer <= chain[1]:
            parents[signer] = signer - 1
        elif chance.random() >= REFERRED:
            continue
        elif chance.random() < BY_SOURCE:
            parents[signer] = signers + 1 + int(SOURCES * chance.random() ** 2)
        elif chance.random() < BY_SOURCE:
            parents[signer] = POPULAR
        else:
            parents[signer] = 1 + int((signer - 1) * chance.random() ** 2)
    return Forest(signers, parents, chain)


def planted(file: str, campaign_id: int, wording_id: int, forest: Forest, now: datetime) -> None:
    """Write it into a migrated database with one published campaign."""
    db = sqlite3.connect(file, isolation_level=None)
    for pragma in ("synchronous=OFF", "cache_size=-500000", "foreign_keys=OFF"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("BEGIN")
    people = range(1, forest.signers + 1)
    chance = random.Random(2)
    blocked = {n for n in people if chance.random() < BLOCKED}
    _put(
        db,
        "supporters (id, telegram_id, first_name, telegram_language, reachable, created_at)",
        ((n, 10**9 + n, f"P{n}", "en", int(n not in blocked), _text(now)) for n in people),
    )
    _put(
        db,
        "signatures (id, campaign_id, supporter_id, number, status, full_name, postcode, name_key,"
        " petition_wording_id, language, signed_at)",
        (
            (n, campaign_id, n, n, "live", f"P {n}", "E1 6AN", f"p{n}", wording_id, "en", when)
            for n in people
            for when in [f"{forest.week(n)} 12:00:00.000000"]
        ),
    )
    _put_links(db, campaign_id, forest, blocked, now)
    db.execute(
        "UPDATE campaign_totals SET live = ?, last_number = ? WHERE campaign_id = ?",
        (forest.signers, forest.signers, campaign_id),
    )
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def _put_links(
    db: sqlite3.Connection, campaign_id: int, forest: Forest, blocked: set[int], now: datetime
) -> None:
    parents, signers = forest.parents, forest.signers
    came = [n for n in range(1, signers + 1) if parents[n]]
    by_person = [n for n in came if parents[n] <= signers]
    signatures = Counter(parents[n] for n in came)
    friends = Counter[int]()
    for n in came:
        friends[parents[n]] += signatures[n]
    chance = random.Random(3)
    passed_on = {n for n in range(1, signers + 1) if signatures[n] or chance.random() < PASSED_ON}
    shared = Counter(parents[n] for n in came if n in passed_on)
    letters = string.ascii_letters + string.digits

    def code(prefix: str, length: int) -> str:
        return prefix + "".join(chance.choices(letters, k=length))

    _put(
        db,
        "referral_links (id, campaign_id, code, kind, supporter_id, name, name_key, created_at,"
        " opens, starts, signatures, shared, friends, shared_at, shows_name, listed, thanks,"
        " thanked, thanked_at, step)",
        (
            (
                n,
                campaign_id,
                code("r_", 10) if n <= signers else code("s_", 8),
                "person" if n <= signers else "source",
                n if n <= signers else None,
                *([None] * 2 if n <= signers else [f"Leaflet {n}", f"leaflet {n}"]),
                _text(now),
                signatures[n],
                signatures[n],
                signatures[n],
                shared[n],
                friends[n],
                _text(now) if n in passed_on else None,
                0,
                int(n <= signers and chance.random() < LISTED),
                int(n <= signers),
                signatures[n] - int(signatures[n] > 0 and (n in blocked or chance.random() < DUE)),
                _text(now - timedelta(days=1)) if signatures[n] else None,
                0,
            )
            for n in range(1, signers + SOURCES + 1)
        ),
    )
    _put(
        db,
        "referral_opens (link_id, supporter_id, opened_at)",
        ((parents[n], n, _text(now)) for n in came),
    )
    _put(
        db,
        "referrals (campaign_id, supporter_id, link_id, opened_at, started_at, credited_at, week)",
        (
            (
                campaign_id,
                n,
                parents[n],
                *[_text(now)] * 3,
                str(forest.week(parents[n])) if parents[n] <= signers else None,
            )
            for n in came
        ),
    )
    generations = Counter(
        (link, generation)
        for n in by_person
        for generation, link in enumerate(forest.above(parents[n]), 1)
    )
    _put(
        db,
        "referral_generations (link_id, generation, people)",
        ((*key, people) for key, people in sorted(generations.items())),
    )
    weeks = Counter(forest.week(n) for n in range(1, signers + 1))
    brought = Counter(forest.week(parents[n]) for n in by_person)
    _put(
        db,
        "referral_weeks (campaign_id, week, signers, friends)",
        ((campaign_id, str(week), weeks[week], brought[week]) for week in weeks),
    )
    db.execute("DELETE FROM campaign_referrals WHERE campaign_id = ?", (campaign_id,))
    _put(
        db,
        "campaign_referrals (campaign_id, opens, starts, signatures, shared, friends)",
        [(campaign_id, len(came), len(came), len(came), len(passed_on), len(by_person))],
    )


def _put(db: sqlite3.Connection, into: str, rows: Iterable[tuple[Any, ...]]) -> None:
    rows = iter(rows)
    first = next(rows)
    marks = ", ".join("?" * len(first))
    statement = f"INSERT INTO {into} VALUES ({marks})"  # noqa: S608 - nothing from outside
    db.execute(statement, first)
    db.executemany(statement, rows)


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
