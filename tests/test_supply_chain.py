"""Promises about what is installed, and about what listens."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.stage import simulator

ROOT = Path(__file__).parents[1]
LOCKS = (ROOT / "requirements.lock", ROOT / "bench" / "peers" / "requirements.lock")


def test_every_package_is_pinned_by_its_hash() -> None:
    for lock in LOCKS:
        text = re.sub(r"\\\n\s*", " ", lock.read_text("utf-8"))
        lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        assert lines
        for line in lines:
            assert re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line


def test_nothing_is_installed_that_has_another_hash() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    installs = [line for line in makefile.splitlines() if "pip install" in line and " -r " in line]
    assert installs
    assert all("--require-hashes" in line for line in installs)


async def test_the_simulator_listens_on_this_machine_only() -> None:
    async with simulator() as address:
        assert urlsplit(address).hostname == "127.0.0.1"
