"""Telling owners what has been done on the server, past the chat: a new owner, everybody's names
in a hand-in pack, a backup put in place. Whoever did it has the machine; the owners shall know.
"""

from typing import Any

import structlog
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.jobs.loops import run_every, shielded
from bot.jobs.notifications import send
from campaign.staff import working
from handlers.screens import Screen, Text
from handlers.services import Services
from handlers.staff.audit import campaign_of, in_words
from storage import audit, staff
from storage.audit_chain import Entry
from storage.staff import Member

log = structlog.get_logger()

SECONDS = 30.0
"""Between two looks."""

TOLD_OF = (
    "staff.added",
    "staff.removed",
    "handin.asked",
    "campaign.loaded",
    "broadcast.paused",
    "broadcast.all_paused",
    "backup.restored",
    "database.encrypted",
    "database.decrypted",
    "figures.recounted",
)
"""What of the command line's acts; of signatures held back, bot/jobs/invalidations.py tells."""


async def run_audit_notices(services: Services, bot: ExtBot[Any]) -> None:
    """Tell owners of what has been done; never returns."""
    overseer = AuditNotifier(services, bot)
    every = min(SECONDS, services.looks_every)
    await run_every("acts on the server", overseer.tell_owners, every=every)


class AuditNotifier:
    """Tells every owner of every act once; twice, if it is not known whether they have heard."""

    def __init__(self, services: Services, bot: ExtBot[Any]) -> None:
        self._services, self._bot = services, bot
        self._heard: set[int] = set()
        """Who has heard of the act of which not all have."""

    async def tell_owners(self) -> None:
        """Tell of each act that not all have been told of.

        Raises:
            DatabaseUnavailable: those of which they have not been told are still to be told.
        """
        async with self._services.database.reading() as db:
            acts = await audit.untold(db, TOLD_OF)
        for act in acts:
            if not await shielded(self._tell(act)):
                return

    async def _tell(self, act: Entry) -> bool:
        """Whether all have been told who can be."""
        async with self._services.database.reading() as db:
            owners = await working(db, campaign_of(act), "owner")
            names = {one.telegram_id: one.first_name for one in await staff.all(db)}
        petitions = await self._services.catalogue.petitions()
        others = [one for one in owners if act.subject != f"staff:{one.telegram_id}"]
        for one in others:
            language = self._services.renderer.match(one.language, one.telegram_language)
            said = in_words(act, names, petitions, language)
            if not await self._has_heard(one, Screen(Text("audit/told", {"act": said})), language):
                return False
        async with self._services.database.transaction() as db:
            await audit.told(db, act.id)
        self._heard.clear()
        return True

    async def _has_heard(self, owner: Member, screen: Screen, language: str) -> bool:
        """False if they are to be told again."""
        whom = owner.telegram_id
        if whom in self._heard:
            return True
        try:
            await send(self._services, self._bot, whom, screen, language, rate_limit_args="bulk")
        except (Forbidden, BadRequest) as never:
            log.warning("owner not told of an act", reason=type(never).__name__)
        except TelegramError as failed:
            log.warning("owner to be told of an act later", reason=type(failed).__name__)
            return False
        self._heard.add(whom)
        return True
