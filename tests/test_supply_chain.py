"""Promises about what is installed, and about what listens."""

import re
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.e2e.running_bot import simulator

ROOT = Path(__file__).parents[1]
LOCKS = (
    "requirements.lock",
    "deploy/requirements.lock",
    "deploy/tools.lock",
    "bench/peers/requirements.lock",
)


def _locked(lock: str) -> dict[str, str]:
    """The version of each package; fails for one that is not pinned by its hash."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / lock).read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    pinned = re.compile(r"([\w.-]+)==(\S+) .*--hash=sha256:[0-9a-f]{64}")
    found = {}
    for line in lines:
        match = pinned.match(line)
        assert match, line
        found[canonicalize_name(match[1])] = match[2]
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_its_hash(lock: str) -> None:
    assert _locked(lock)


@pytest.mark.parametrize("where", ["Makefile", "deploy/install.sh", "deploy/Containerfile"])
def test_nothing_is_installed_that_is_not_in_the_lock(where: str) -> None:
    """Without --no-deps pip looks for what a package needs with an extra (coverage[toml]) outside
    the lock, and fails as soon as there is a newer one."""
    lines = (ROOT / where).read_text("utf-8").splitlines()
    installs = [line for line in lines if "pip" in line and "install" in line and " -r " in line]
    assert installs
    assert all("--no-deps --require-hashes" in line for line in installs)


@pytest.mark.parametrize(
    ("lock", "extra"), [("requirements.lock", "dev"), ("deploy/requirements.lock", "build")]
)
def test_the_lock_holds_all_that_is_needed(lock: str, extra: str) -> None:
    locked = _locked(lock)
    needed = {str(one): one for one in _needed(Requirement(f"clamour[{extra}]"), set())}
    assert len(needed) > 30
    for one in needed.values():
        assert one.specifier.contains(locked[canonicalize_name(one.name)], prereleases=True), one


def _needed(by: Requirement, seen: set[str]) -> Iterator[Requirement]:
    """All that this needs here, and what that needs."""
    for words in requires(by.name) or ():
        one = Requirement(words)
        wanted = one.marker is None or any(
            one.marker.evaluate({"extra": extra}) for extra in {"", *by.extras}
        )
        if wanted and str(one) not in seen:
            seen.add(str(one))
            yield one
            yield from _needed(one, seen)


async def test_the_simulator_listens_on_this_machine_only() -> None:
    async with simulator() as address:
        assert urlsplit(address).hostname == "127.0.0.1"
