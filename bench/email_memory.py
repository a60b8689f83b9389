"""What the bot holds in memory while it sends one update by email to 100,000 people, beside smaller
broadcasts, each by a bot of its own (`make bench-emails`; ten minutes, 200 MB of disk).

What must hold: a hundred times as many people take less than 20 MB more.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.bot_process import start_bot, write_config
from bench.broadcast import server
from bench.browser_visits import answers, free_port
from bench.email_broadcast import TEXT, hear_by_email
from bench.listeners import prepared
from bench.recorded import recorded_run, resident_mb
from campaign.broadcasts import states
from campaign.broadcasts.content import Content, Version
from storage import broadcasts
from storage.broadcasts import Broadcast
from storage.database import Database

RECORD = Path(__file__).with_name("email_memory.json")
AT_REST_SECONDS, LOOK_SECONDS = 10.0, 0.5
PER_MINUTE = 60_000
"""As fast as it goes."""


async def measure(people: int) -> dict[str, dict[str, float]]:
    """Figures by how many people: megabytes, letters a second."""
    return {
        f"{number:,} people": await _broadcast(number)
        for number in (people // 100, people // 10, people)
    }


async def _broadcast(people: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clamour.db"
        database, draft_id = await prepared(file, people)
        hear_by_email(file)
        async with _bot(Path(folder)) as pid:
            await asyncio.sleep(AT_REST_SECONDS)
            before = most = resident_mb(pid)
            await _start(database, draft_id)
            began = time.monotonic()
            while (now := await _told(database, draft_id)).status != "done":
                await asyncio.sleep(LOOK_SECONDS)
                most = max(most, resident_mb(pid))
            seconds = time.monotonic() - began
            after = resident_mb(pid)
        await database.close()
    assert now.sent == people, "somebody was skipped"
    return {
        "at_rest_mb": round(before),
        "most_mb": round(most),
        "afterwards_mb": round(after),
        "letters_per_second": round(people / seconds),
    }


@asynccontextmanager
async def _bot(folder: Path) -> AsyncIterator[int]:
    """The whole bot with public pages, a mail server and Telegram; gives its process's number."""
    port = free_port()
    async with (
        server("simulator", "--port", "0") as telegram,
        server("bench.instant_mail_server") as mail,
    ):
        sections = (
            f'[storage]\nurl = "sqlite+aiosqlite:///{folder / "clamour.db"}"\n'
            f'[web]\nport = {port}\npublic_url = "http://127.0.0.1:{port}"\n'
            f'[email]\nhost = "127.0.0.1"\nport = {int(mail)}\ntls = "none"\n'
            f"per_minute = {PER_MINUTE}\n"
        )
        bot = await start_bot(write_config(folder, telegram.split()[-1], sections))
        try:
            await answers(f"http://127.0.0.1:{port}/healthz")
            yield bot.pid
        finally:
            bot.terminate()
            await bot.wait()


async def _start(database: Database, draft_id: int) -> None:
    now = datetime.now(UTC)
    async with database.transaction() as db:
        draft = await broadcasts.of(db, draft_id)
        assert draft is not None
        await states.change(db, draft, now=now, content=Content({"en": Version(TEXT)}).to_dict())
        await states.start(db, draft_id, now=now)


async def _told(database: Database, broadcast_id: int) -> Broadcast:
    async with database.reading() as db:
        found = await broadcasts.of(db, broadcast_id)
    assert found is not None
    return found


if __name__ == "__main__":
    recorded_run(measure, __doc__, people=100_000, into=RECORD)
