"""The real Caddy with deploy/Caddyfile, before web workers."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests import engines

CADDYFILE = Path(__file__).resolve().parents[2] / "deploy" / "Caddyfile"


@asynccontextmanager
async def caddy(folder: Path, port: int, workers: list[int]) -> AsyncIterator[None]:
    """Caddy with our file, before these ports."""
    program = shutil.which("caddy")
    if program is None:
        if engines.must_not_skip():
            pytest.fail("no Caddy: install it (apt-get install caddy)")
        pytest.skip("no Caddy: install it (apt-get install caddy)")
    process = await asyncio.create_subprocess_exec(
        *(program, "run", "--adapter", "caddyfile", "--config", str(CADDYFILE)),
        env={
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "PATH": os.environ["PATH"],
            "SITE": f"http://127.0.0.1:{port}",
            "WORKERS": " ".join(f"127.0.0.1:{worker}" for worker in workers),
        },
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(120):
            while not await _listens(port):
                assert process.returncode is None
                await asyncio.sleep(0.05)
        yield
    finally:
        process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
