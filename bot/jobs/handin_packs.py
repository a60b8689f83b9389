"""Build the hand-in packs that owners ask for, one at a time, and send them."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.jobs.loops import run_on_event
from bot.jobs.set_aside import Queue, notify_set_aside
from campaign.handin import build_pack
from campaign.handin.snapshot import CountMismatch
from campaign.petition import Petition
from campaign.staff import role_in
from campaign.worker import WorkerDied
from channels.telegram.outgoing import edited_message, text_of
from channels.telegram.owed import seconds_to_wait
from channels.telegram.show import deliver, deliver_or_owe, with_retries
from handlers.pack_words import printed_by
from handlers.services import Services
from handlers.staff.handin import progress
from storage import handin_packs, notifications, staff, supporters
from storage.database import Connection
from storage.errors import DatabaseUnavailable
from storage.handin_packs import Pack
from storage.supporters import Supporter

log = structlog.get_logger()

SECONDS_BETWEEN_EDITS = 3.0


class NotAllowed(Exception):
    """Who has asked is no owner any more, or cannot be reached."""


async def run_handin_packs(services: Services, bot: ExtBot[Any]) -> None:
    """Make what has been asked for; what a killed bot had begun is restarted; never returns."""
    queue = Queue("pack", handin_packs.claim, handin_packs.give_back, _put_aside)
    work = partial(queue.work_off, services, partial(_make_or_give_up, services, bot))
    await run_on_event(services.pack_asked, "packs", work)


async def _make_or_give_up(services: Services, bot: ExtBot[Any], pack: Pack) -> None:
    try:
        await _make(services, bot, pack)
    except (WorkerDied, DatabaseUnavailable):
        raise
    except (NotAllowed, CountMismatch, TelegramError, OSError) as why:
        log.error("pack not made", pack_id=pack.id, reason=type(why).__name__)
        await _give_up(services, pack)
    except Exception:
        log.exception("pack not made", pack_id=pack.id)
        await _give_up(services, pack)
    finally:
        build_pack.clear(pack)


async def _make(services: Services, bot: ExtBot[Any], pack: Pack) -> None:
    petitions = await services.catalogue.by_id()
    owner, petition = await _asked_by(services, pack), petitions.get(pack.campaign_id)
    if petition is None:
        raise NotAllowed
    shown = _Shown(services, bot, pack, petition, owner)
    folder = await build_pack.make(
        services.database,
        petition,
        pack,
        printed_by(services.renderer),
        shown.tell,
        clock=services.clock,
    )
    await _asked_by(services, pack)
    files = sorted(folder.iterdir())
    for number, file in enumerate(files):
        await shown.tell("sending", number, len(files))
        await _send(bot, owner.telegram_id, file)
    async with services.database.transaction() as db:
        made = await handin_packs.of(db, pack.id) or pack
        said = {
            "signatures": made.signatures or 0,
            "total": made.total or 0,
            "seal": made.seal or "",
        }
        await _notify(services, db, pack, owner, "handin/done", said)
        await build_pack.done(db, pack, now=services.clock())
    services.notified.set()
    await shown.tell("done", len(files), len(files), at_once=True)


async def _asked_by(services: Services, pack: Pack) -> Supporter:
    """Who gets the files.

    Raises:
        NotAllowed: they own the campaign no longer.
    """
    async with services.database.reading() as db:
        owner = await supporters.by_id(db, pack.requested_by or 0)
        roles = await staff.roles_of(db, owner.telegram_id) if owner else {}
    if owner is None or role_in(roles, pack.campaign_id) != "owner":
        raise NotAllowed
    return owner


async def _send(bot: ExtBot[Any], chat_id: int, file: Path) -> None:
    content = await asyncio.to_thread(file.read_bytes)
    while True:
        try:
            await with_retries(lambda: bot.send_document(chat_id, content, filename=file.name))
        except RetryAfter as held:
            await asyncio.sleep(seconds_to_wait(held))
        else:
            return


async def _put_aside(services: Services, pack: Pack) -> None:
    async with services.database.transaction() as db:
        await build_pack.failed(db, pack, now=services.clock())
        await notify_set_aside(
            db,
            "handin/aside",
            {"profile": pack.profile},
            campaign_id=pack.campaign_id,
            requested_by=pack.requested_by,
            job=f"pack:{pack.id}",
            now=services.clock(),
        )
    services.notified.set()
    build_pack.clear(pack)


async def _notify(
    services: Services,
    db: Connection,
    pack: Pack,
    owner: Supporter,
    template: str,
    variables: Mapping[str, object],
) -> None:
    """Queue a message of its own, which the phone rings for."""
    await notifications.add(
        db,
        [owner.telegram_id],
        template,
        campaign_id=pack.campaign_id,
        variables=variables,
        least_role="owner",
        dedupe_key=f"pack:{pack.id}",
        now=services.clock(),
    )


async def _give_up(services: Services, pack: Pack) -> None:
    async with services.database.transaction() as db:
        owner = await supporters.by_id(db, pack.requested_by or 0)
        if owner is not None:
            said = {"profile": pack.profile, "stage": "failed", "done": 0, "of": 0}
            await _notify(services, db, pack, owner, "handin/progress", said)
        await build_pack.failed(db, pack, now=services.clock())
    services.notified.set()


@dataclass(slots=True)
class _Shown:
    """The message in which somebody sees how far their pack is."""

    services: Services
    bot: ExtBot[Any]
    pack: Pack
    petition: Petition
    owner: Supporter
    last: float = field(default=float("-inf"))

    @property
    def language(self) -> str:
        return self.services.renderer.match(self.owner.language, self.owner.telegram_language)

    async def tell(self, stage: str, done: int, of: int, *, at_once: bool = False) -> None:
        """Change the message, not more often than Telegram likes."""
        now = time.monotonic()
        place = self.pack.progress
        if place is None or (not at_once and now - self.last < SECONDS_BETWEEN_EDITS):
            return
        self.last = now
        screen = progress(self.petition, self.language, self.pack.profile, stage, done, of)
        text = text_of(self.services, screen, self.language)
        change = edited_message(place["message"], text)
        try:
            if at_once:
                await deliver_or_owe(self.services, self.bot, place["chat"], [change])
            else:
                await deliver(self.bot, place["chat"], [change])
        except BadRequest:
            pass
        except TelegramError as error:
            log.warning("progress not shown", reason=type(error).__name__)
