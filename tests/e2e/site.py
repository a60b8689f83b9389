"""A campaign's own site with the whole bot behind it, and a real mail server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.visitor import Visitor
from tests.e2e.killable import free_port
from tests.e2e.mailbox import Mailbox
from tests.e2e.running_bot import RunningBot, simulator_within


@dataclass
class Site:
    stage: RunningBot
    mailbox: Mailbox

    @property
    def address(self) -> str:
        return str(self.stage.settings.web.public_url)

    def visitor(self) -> Visitor:
        return Visitor.to(self.address)

    async def signs(self, visitor: Visitor, code: str = "keep-the-unit", number: int = 1) -> None:
        """From the link to the receipt; `number` is that of the letter with the code."""
        await visitor.begins(code)
        for words in ("Dora Maar", "SW1A 1AA", f"dora{number}@example.org"):
            await visitor.says(words)
        await visitor.taps("✍️ Sign")
        await visitor.says(await self.mailbox.code(number))


@asynccontextmanager
async def opened(folder: Path, **more: Any) -> AsyncIterator[Site]:
    """The site, once it is there.

    Args:
        more: sections of the settings.
    """
    port = free_port()
    pages = {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    async with Mailbox.open() as mailbox, simulator_within() as address:
        mail = {"host": "127.0.0.1", "port": mailbox.port, "tls": "none"}
        async with RunningBot.open(address, folder, web=pages, email=mail, **more) as stage:
            yield Site(stage, mailbox)
