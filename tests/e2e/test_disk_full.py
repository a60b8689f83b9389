"""Promises for a disk that is full."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.people import Person
from tests.e2e.stage import Stage
from tests.e2e.test_signing import signs


@contextmanager
def no_more_than(size: int) -> Iterator[None]:
    """No file of this process becomes larger (https://man7.org/linux/man-pages/man2/setrlimit.2.html):
    the same to SQLite as a disk without room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_costs_nothing_that_was_acknowledged_and_goes_by(
    stage: Stage, ada: Person, tmp_path: Path
) -> None:
    await signs(ada)
    assert (await stage.totals()).total == 1
    with no_more_than((tmp_path / "clamour.db-wal").stat().st_size):
        told = await ada.says("/language")
        for _ in range(20):
            if "nothing is lost" in told.text.lower():
                break
            told = await ada.taps("Cymraeg")
            told = await ada.says("/language")
        assert "nothing is lost" in told.text.lower()
    assert "English" in (await ada.reads(within=40)).buttons
    assert (await stage.totals()).total == 1
    assert (signature := await stage.signature(ada.id)) is not None
    assert signature.status == "live"
