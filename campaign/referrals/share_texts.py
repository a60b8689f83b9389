"""The words that a sharer sends to friends: which, and how well each set of words does.

A text is known by a hash of it in the campaign's first language, so a translation belongs to its
text, an entry may be moved, and one whose words are changed is a new one that has to show again
what it can do. A sharer keeps the text they were given, on each screen and in each language.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Literal

from campaign.errors import CampaignError
from campaign.freshness import Freshness
from campaign.petition import Petition
from campaign.referrals import sampler
from campaign.referrals.sampler import Standing, Tally
from storage import audit, share_texts
from storage.database import Connection, Database
from storage.referral_links import Link
from storage.share_texts import Kept

Decision = Literal["only", "stop", "again", "all"]


class LastText(CampaignError):
    """Somebody who shares has to be given some words."""


class NoSuchText(CampaignError):
    """The campaign does not say that any more."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A text beside the others of its campaign.

    Attributes:
        place: in the campaign file, from 1.
        choice: "only" or "stopped", by staff; None while it is tried.
    """

    key: str
    place: int
    words: str
    choice: str | None
    tally: Tally
    standing: Standing


def texts(petition: Petition, language: str) -> dict[str, str]:
    """The campaign's share texts by key, in the order of the file; the same one twice is one."""
    first = petition.texts(petition.definition.languages[0])
    said = petition.texts(language)
    there: dict[str, str] = {}
    for key, words in zip(
        (first.share_text, *first.share_texts), (said.share_text, *said.share_texts), strict=True
    ):
        there.setdefault(_key(key), words)
    return there


class ShareTexts:
    """Gives each sharer their text, by figures that are read now and then.

    Attributes:
        random: where chance comes from.
    """

    def __init__(
        self,
        *,
        fresh_for: float = 15.0,
        monotonic: Callable[[], float] = time.monotonic,
        random: Random | None = None,
    ) -> None:
        self.random = random or Random()  # noqa: S311
        self._freshness = Freshness(fresh_for, monotonic)
        self._kept: Mapping[tuple[int, str], Kept] = {}

    def look_again(self) -> None:
        """Read the figures the next time that they are wanted."""
        self._freshness.end()

    async def key_for_new(self, db: Connection, petition: Petition) -> str | None:
        """The text for somebody whose link is made now; None where there is only one."""
        there = list(texts(petition, petition.definition.languages[0]))
        return await self._chosen(db, petition, there) if len(there) > 1 else None

    async def words(
        self, db: Connection, petition: Petition, link: Link, language: str, *, now: datetime
    ) -> str:
        """A sharer's text in their language. Given one, they keep it, unless staff have stopped or
        changed it since: then they get another, and are not counted, because friends may have come
        by either."""
        there = texts(petition, language)
        if len(there) == 1:
            return petition.texts(language).share_text
        if link.share_text in there and not await self._is_stopped(db, petition, link.share_text):
            return there[link.share_text]
        key = await self._chosen(db, petition, list(there))
        if key != link.share_text:
            is_new = link.share_text is None and link.signatures == 0
            await share_texts.assign(
                db, link.id, key, had=link.share_text, counted_at=now if is_new else None
            )
        return there[key]

    async def words_on_page(
        self, database: Database, petition: Petition, link: Link, language: str
    ) -> str:
        """A sharer's text where nothing is given out or kept: theirs, or while they have none that
        is still used, the first that is."""
        there = texts(petition, language)
        if len(there) == 1:
            return petition.texts(language).share_text
        async with database.reading() as db:
            figures = await self._figures(db)
        kept = {key: figures.get((petition.id, key)) for key in there}
        theirs = kept.get(link.share_text or "")
        if link.share_text in there and (theirs is None or theirs.choice != "stopped"):
            return there[link.share_text]
        return there[_tried(kept)[0]]

    async def _is_stopped(self, db: Connection, petition: Petition, key: str) -> bool:
        kept = (await self._figures(db)).get((petition.id, key))
        return kept is not None and kept.choice == "stopped"

    async def _chosen(self, db: Connection, petition: Petition, there: list[str]) -> str:
        figures = await self._figures(db)
        kept = {key: figures.get((petition.id, key)) for key in there}
        return sampler.choose({key: _tally(kept[key]) for key in _tried(kept)}, self.random)

    async def _figures(self, db: Connection) -> Mapping[tuple[int, str], Kept]:
        if self._freshness.is_over():
            with self._freshness.reading():
                every = await share_texts.every(db)
                self._kept = {(one.campaign_id, one.key): one for one in every}
        return self._kept


async def count(database: Database, petition: Petition, *, now: datetime) -> None:
    """Count what has come of each text of a campaign from the links, and keep it. A friend who is
    withdrawn, held back or erased is not among a link's signatures, and so does not count here.

    Args:
        now: UTC.
    """
    async with database.reading() as db:
        counted = await share_texts.tallies(db, petition.id, now - sampler.SETTLES_AFTER)
        before = await _kept(db, petition)
    changed = {
        key: tally
        for key, *figures in counted
        if (tally := Tally(*figures)) != _tally(before.get(key))
    }
    if changed:
        async with database.transaction() as db:
            for key, tally in changed.items():
                await share_texts.keep(
                    db, petition.id, key, tally.sharers, tally.settled, tally.brought
                )


async def side_by_side(db: Connection, petition: Petition, language: str) -> list[Beside]:
    """How the campaign's texts do, in the order of the file. Those that are still given to people
    are compared with each other."""
    there = texts(petition, language)
    found = await _kept(db, petition)
    kept = {key: found.get(key) for key in there}
    compared = [key for key, one in kept.items() if one is None or one.choice != "stopped"]
    standings = dict(
        zip(compared, sampler.standings([_tally(kept[key]) for key in compared]), strict=True)
    )
    return [
        Beside(
            key=key,
            place=place,
            words=words,
            choice=one.choice if (one := kept[key]) else None,
            tally=_tally(kept[key]),
            standing=standings.get(key) or sampler.standings([_tally(kept[key])])[0],
        )
        for place, (key, words) in enumerate(there.items(), 1)
    ]


async def decide(
    db: Connection, petition: Petition, decision: Decision, key: str, *, actor: int, now: datetime
) -> None:
    """Give every new sharer only this text, stop it, try it again, or try all of them again.

    Args:
        key: of the text; "" for all.
        actor: Telegram id.

    Raises:
        LastText: no other text is left.
        NoSuchText: the campaign has changed it or taken it out.
    """
    there = list(texts(petition, petition.definition.languages[0]))
    if decision == "all":
        await share_texts.try_all(db, petition.id)
    elif key not in there:
        raise NoSuchText
    else:
        if decision == "stop":
            kept = await _kept(db, petition)
            stopped = {one.key for one in kept.values() if one.choice == "stopped"}
            if not set(there) - stopped - {key}:
                raise LastText
        choice = {"only": "only", "stop": "stopped"}.get(decision)
        await share_texts.choose(db, petition.id, key, choice)
    await audit.append(
        db,
        at=now,
        actor=actor,
        action=f"share_text.{decision}",
        subject=f"campaign:{petition.id}",
        details={"text": there.index(key) + 1, "key": key} if key in there else {},
    )


async def _kept(db: Connection, petition: Petition) -> dict[str, Kept]:
    return {one.key: one for one in await share_texts.every(db) if one.campaign_id == petition.id}


def _tried(kept: Mapping[str, Kept | None]) -> list[str]:
    """Those that a new sharer may be given."""
    only = [key for key, one in kept.items() if one is not None and one.choice == "only"]
    going = [key for key, one in kept.items() if one is None or one.choice != "stopped"]
    return only or going or list(kept)


def _tally(kept: Kept | None) -> Tally:
    return Tally(kept.sharers, kept.settled, kept.brought) if kept else Tally()


def _key(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]
