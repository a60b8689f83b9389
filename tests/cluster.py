"""A PostgreSQL server of a test's own, which can be stopped and started again."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.killable import free_port
from tests.engines import must_not_skip


@dataclass
class Cluster:
    """One server; its folder belongs to the user that PostgreSQL runs as: it refuses root."""

    binaries: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/postgres"

    async def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        log = self.folder / "log"
        await self._run("pg_ctl", "-w", "-D", self.data, "-l", log, "-o", options, "start")

    async def crash(self) -> None:
        """Stop it without a word to anybody, as a power cut would."""
        await self._run("pg_ctl", "-w", "-D", self.data, "-m", "immediate", "stop")

    async def make(self) -> None:
        await self._run("initdb", "-A", "trust", "-U", "postgres", "-N", "-D", self.data)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    async def _run(self, program: str, *arguments: str | Path) -> None:
        as_whom = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        process = await asyncio.create_subprocess_exec(
            *(*as_whom, self.binaries / program, *arguments),
            cwd=self.folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert await process.wait() == 0, program


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@asynccontextmanager
async def cluster() -> AsyncIterator[Cluster]:
    """Run a server until the block ends; skip, or fail in CI, where its programs are missing."""
    binaries = _binaries()
    if binaries is None:
        reason = "no initdb: install PostgreSQL's server"
        if must_not_skip():
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="clamour-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = Cluster(binaries, folder, free_port())
    try:
        await server.make()
        await server.start()
        try:
            yield server
        finally:
            await server.crash()
    finally:
        shutil.rmtree(folder)
