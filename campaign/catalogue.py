"""The campaigns there are: publishing one from its definition, and finding those to show."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaign.deadline import moment
from campaign.definition.model import Definition
from campaign.definition.texts import ConsentTexts
from campaign.errors import CampaignError
from campaign.freshness import Freshness
from campaign.petition import (
    CONSENT_EMAIL,
    CONSENT_OTHER,
    CONSENT_SIGN,
    CONSENT_UPDATES,
    PETITION,
    Petition,
)
from storage import campaigns, wordings
from storage.database import Connection, Database


class ChangedMeanwhile(CampaignError):
    """The campaign is no longer of the version that was looked at; nothing has been changed."""


async def publish(
    database: Database, definition: Definition, *, now: datetime, over: int | None = None
) -> Petition:
    """Make the campaign what its definition says, new or changed, in a transaction of its own.

    Args:
        now: UTC.
        over: the version that it replaces, 0 for none; None for whichever there is.

    Raises:
        ChangedMeanwhile: it is of another version.
    """
    async with database.transaction() as db:
        return await upsert(db, definition, now=now, over=over)


async def upsert(
    db: Connection, definition: Definition, *, now: datetime, over: int | None = None
) -> Petition:
    """Make the campaign what its definition says; see `publish`.

    Every text that a person is asked to agree to is kept with version and hash, so that each
    signature can be shown with the exact words it stands under (GDPR Art. 7(1)).
    """
    if over is not None:
        before = await campaigns.locked(db, definition.slug)
        if (before.version if before else 0) != over:
            raise ChangedMeanwhile
    campaign = await campaigns.upsert(
        db,
        slug=definition.slug,
        status=definition.status,
        goal=definition.goal,
        definition=definition.to_dict(),
        closes_at=closes_at_of(definition),
        now=now,
    )
    for language, texts in definition.text.items():
        asked: dict[str, str | None] = {
            PETITION: "\n\n".join((texts.title, texts.target, texts.ask, texts.statement)),
            CONSENT_SIGN: texts.consent.sign,
            CONSENT_UPDATES: texts.consent.updates,
            CONSENT_EMAIL: texts.consent.updates_email,
            CONSENT_OTHER: texts.consent.other_campaigns,
        }
        for kind, text in asked.items():
            if text is not None:
                await wordings.keep(
                    db,
                    campaign_id=campaign.id,
                    kind=kind,
                    language=language,
                    text=text,
                    now=now,
                )
    return await _petition(db, campaign)


def closes_at_of(definition: Definition) -> datetime | None:
    """When signing ends by this definition, UTC."""
    written = definition.closes_at
    return None if written is None else moment(written, ZoneInfo(definition.timezone))


async def current(db: Connection, campaign_id: int) -> Petition | None:
    """A campaign as it is at this moment, whatever other conversations have seen of it."""
    campaign = await campaigns.by_id(db, campaign_id)
    if campaign is None:
        return None
    return replace(await _petition(db, campaign), definition=definition_of(campaign))


def definition_of(campaign: campaigns.Campaign) -> Definition:
    """What a file of the campaign would say now: with the status and goal that it has by now."""
    as_loaded = Definition.from_dict(campaign.definition)
    return as_loaded.model_copy(update={"status": campaign.status, "goal": campaign.goal})


async def every_petition(db: Connection) -> list[Petition]:
    """Every campaign with its wordings, drafts included, oldest first."""
    return [await _petition(db, campaign) for campaign in await campaigns.all(db)]


async def _petition(db: Connection, campaign: campaigns.Campaign) -> Petition:
    definition = Definition.from_dict(campaign.definition)
    latest = await wordings.latest(db, campaign.id)
    current = {
        (kind, language): wording
        for (kind, language), wording in latest.items()
        if language in definition.text and _is_asked(definition.text[language].consent, kind)
    }
    return Petition(campaign, definition, current)


def _is_asked(consent: ConsentTexts, kind: str) -> bool:
    """Not what an earlier definition asked, an optional consent since dropped."""
    if kind == CONSENT_EMAIL:
        return consent.updates_email is not None
    return kind != CONSENT_OTHER or consent.other_campaigns is not None


class Catalogue:
    """The campaigns, read once and again whenever one has changed.

    Other processes may publish: the change is seen within `fresh_for` seconds. One whose end has
    come is given as closed from that moment on.

    Attributes:
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        database: Database,
        *,
        fresh_for: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._freshness = Freshness(fresh_for, monotonic)
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._token: Any = None
        self._petitions: dict[int, Petition] = {}
        self._as_of: dict[int, tuple[Petition, Petition]] = {}
        self._lock = asyncio.Lock()

    async def petitions(self) -> tuple[Petition, ...]:
        """Every published campaign (open or closed, no drafts), oldest first.

        Raises:
            storage.errors.DatabaseUnavailable: try again later.
        """
        return tuple((await self.by_id()).values())

    async def by_id(self) -> Mapping[int, Petition]:
        """The same by their numbers.

        Raises:
            storage.errors.DatabaseUnavailable: try again later.
        """
        if self._freshness.is_over():
            async with self._lock:
                if self._freshness.is_over():
                    await self._refresh()
        now = self.clock()
        return {id_: self._seen_at(now, kept) for id_, kept in self._petitions.items()}

    def _seen_at(self, now: datetime, kept: Petition) -> Petition:
        """The same object as before, while nothing about it is different."""
        seen = kept.as_of(now)
        if seen is kept:
            return kept
        of, before = self._as_of.get(kept.id, (kept, kept))
        if of is kept and (before.today, before.is_open) == (seen.today, seen.is_open):
            return before
        self._as_of[kept.id] = (kept, seen)
        return seen

    def look_again(self) -> None:
        """Read the campaigns again at the next occasion: one has just been changed here."""
        self._freshness.end()

    async def _refresh(self) -> None:
        with self._freshness.reading():
            async with self._database.reading() as db:
                token = await campaigns.changes_token(db)
                if token != self._token:
                    self._petitions = {
                        campaign.id: await _petition(db, campaign)
                        for campaign in await campaigns.all(db)
                        if campaign.status != "draft"
                    }
                    self._token = token
