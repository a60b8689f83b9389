"""Somebody who signs in a browser without scripts, whatever becomes of the site meanwhile."""

import asyncio
from collections.abc import Sequence

import aiohttp
from sqlalchemy import func, select

from storage import tables
from storage.database import Database
from tests.browser.solver import is_work, with_solution
from tests.browser.visitor import Page, Visitor
from tests.e2e.mailbox import Mailbox

PAUSE = 0.1
NO_LIMITS = (
    "[limits]\nupdates = 0\nall_updates = 0\nsignings = 0\nall_signings = 0\nsite_people = 0\n"
)


class Signer:
    """Somebody who tries again whenever the site is away, with the page that they have before
    them: what they did may have been done.

    Attributes:
        slowest: how many seconds the slowest answer took.
        refused: how often the site was away.
    """

    def __init__(self, visitor: Visitor, number: int, mailbox: Mailbox) -> None:
        self.visitor, self.mailbox = visitor, mailbox
        self.email = f"dora{number}@example.org"
        self.name = f"Dora {'abcdefghij'[number % 10]}{'abcdefghij'[number // 10 % 10]}x"
        self.slowest, self.refused = 0.0, 0

    async def signs(self) -> None:
        await self._tries("begins")
        while not self._has_signed():
            newest = self.visitor.page.newest
            if is_work(self.visitor.page):  # so many at once are a burst
                self.visitor.page = await asyncio.to_thread(with_solution, self.visitor.page)
                await self._tries("taps", "Go on")
            elif "What is your name?" in newest:
                await self._tries("says", self.name)
            elif "What is your postcode?" in newest:
                await self._tries("says", "SW1A 1AA")
            elif "What is your email address?" in newest:
                await self._tries("says", self.email)
            elif "✍️ Sign" in self.visitor.page.labels and "Is this right?" in newest:
                await self._tries("taps", "✍️ Sign")
            elif code := self.mailbox.newest_code(self.email):
                await self._tries("says", code)
                if not self._has_signed():
                    await asyncio.sleep(PAUSE)
            else:
                await asyncio.sleep(5 * PAUSE)
                await self._tries("opens", "/chat")

    def _has_signed(self) -> bool:
        return any("Thank you" in words for _, words in self.visitor.page.bubbles)

    async def _tries(self, what: str, *given: str) -> Page:
        before, now = self.visitor.page, asyncio.get_running_loop().time
        while True:
            begun = now()
            try:
                page: Page = await getattr(self.visitor, what)(*given)
            except (aiohttp.ClientError, ConnectionError):
                pass
            else:
                self.slowest = max(self.slowest, now() - begun)
                if self.visitor.answer is not None and self.visitor.answer.status == 200:
                    return page
            self.refused += 1
            self.visitor.page = before
            await asyncio.sleep(PAUSE)


async def everybody_has_signed_once(url: str, emails: Sequence[str]) -> None:
    """Each has one signature that counts, and the total is what there is."""
    database = await Database.open(url)
    signed, totals = tables.signatures, tables.campaign_totals
    try:
        async with database.reading() as db:
            live = select(signed.c.email).where(signed.c.status == "live")
            found = list(await db.scalars(live))
            kept = await db.scalar(select(totals.c.live))
            by_channel = await db.scalar(select(tables.signature_channels.c.count))
            rows = await db.scalar(select(func.count()).select_from(signed))
    finally:
        await database.close()
    assert sorted(found) == sorted(emails)
    assert kept == by_channel == rows == len(emails)
