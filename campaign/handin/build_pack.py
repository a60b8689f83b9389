"""Build a pack: take the snapshot, make the files, record the result."""

import json
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from campaign import worker
from campaign.handin import snapshot
from campaign.handin.snapshot import Wordsmith
from campaign.petition import Petition
from campaign.worker import Limits
from packs.facts import BLOCKS, OUT
from packs.manifest import read as read_manifest
from storage import audit, handin_packs, supporters
from storage.database import Connection, Database
from storage.handin_packs import Block, Pack

Tell = Callable[[str, int, int], Awaitable[None]]
"""How far it is: "rows" or "sheets", how many are done, of how many."""


LIMITS = Limits(seconds=3 * 3600.0, cpu_seconds=2 * 3600, memory=4_000_000_000)
"""Many times what 100,000 signatures take (docs/performance.md). The fonts are mapped into memory
in each process that sets pages, so the memory is that of addresses, not of the machine."""


def folder_of(pack: Pack) -> Path:
    """Where a pack is made: what an earlier try left there is cleared away first."""
    return Path(tempfile.gettempdir()) / f"clamour-pack-{pack.id}-{pack.salt_key.hex()[:12]}"


def clear(pack: Pack) -> None:
    """Leave nothing of a pack on this machine."""
    shutil.rmtree(folder_of(pack), ignore_errors=True)


async def make(
    database: Database,
    petition: Petition,
    pack: Pack,
    words: Wordsmith,
    tell: Tell,
    *,
    clock: Callable[[], datetime],
    handed_in_on: str = "",
    handed_in_at: str = "",
) -> Path:
    """Rebuild a pack; gives the folder with its files, which `clear` takes away.

    Raises:
        CountMismatch, campaign.worker.WorkerDied: there is no pack.
    """
    clear(pack)
    folder_of(pack).mkdir(mode=0o700)
    # A folder for each try: what a killed one has started may not be dead yet.
    job = Path(tempfile.mkdtemp(dir=folder_of(pack)))
    now = clock()
    async with database.reading() as db:
        totals = await snapshot.take(
            db,
            petition,
            pack,
            job,
            words,
            now=now,
            handed_in_on=handed_in_on,
            handed_in_at=handed_in_at,
        )
    await worker.run(make_files, job, limits=LIMITS, on_part=tell)
    manifest, seal = read_manifest(job / OUT)
    async with database.transaction() as db:
        await handin_packs.keep_blocks(db, pack.id, _blocks(job))
        await handin_packs.change(
            db,
            pack.id,
            signatures=totals.live,
            total=totals.total,
            root=manifest["merkle_root"],
            seal=seal,
        )
    return job / OUT


async def done(db: Connection, pack: Pack, *, now: datetime) -> None:
    """The pack has been handed to who asked for it."""
    await handin_packs.change(db, pack.id, status="done", ended_at=now)
    made = await handin_packs.of(db, pack.id)
    seal = {"seal": made.seal, "total": made.total} if made else {}
    await _note(db, pack, "handin.made", now, **seal)


async def failed(db: Connection, pack: Pack, *, now: datetime) -> None:
    """The pack could not be made, and is not tried again."""
    await handin_packs.change(db, pack.id, status="failed", ended_at=now)
    await _note(db, pack, "handin.failed", now)


async def _note(
    db: Connection, pack: Pack, action: str, now: datetime, **more: str | int | None
) -> None:
    asker = await supporters.by_id(db, pack.requested_by) if pack.requested_by else None
    await audit.append(
        db,
        at=now,
        actor=asker.telegram_id if asker else None,
        action=action,
        subject=f"campaign:{pack.campaign_id}",
        details={"pack": pack.id, "profile": pack.profile, **more},
    )


def make_files(job: Path, tell: Callable[[str, int, int], None]) -> None:
    """What the worker does: every file of a pack from a job's folder."""
    from packs.build import make as make_pack  # the bot itself has no use for Typst and PDFs

    make_pack(job, tell)


def _blocks(job: Path) -> list[Block]:
    made = []
    with (job / BLOCKS).open(encoding="ascii") as lines:
        for place, line in enumerate(lines):
            says = json.loads(line)
            parts = (bytes.fromhex(says[name]) for name in ("receipts", "hashes", "root"))
            made.append(Block(place, says["least"], says["most"], *parts))
    return made
