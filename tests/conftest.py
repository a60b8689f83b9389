"""What holds for every test, and how much of each is tried; see tests.amount."""

import gc
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

from tests import amount, migrated, warm_engines

EXAMPLES = {"short": 15, "full": 100}
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - pytest makes a folder of its own in it


# Whichever tests run, and in whatever order: as channels/telegram has it for the bot.
os.environ.setdefault("PTB_TIMEDELTA", "true")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("clamour", "how much is tried")
    group.addoption("--full", action="store_true", help="all cases of every promise")
    group.addoption("--rest", action="store_true", help="of --full, what runs without it left out")


def pytest_configure(config: pytest.Config) -> None:
    amount.choose(_is_full(config))
    warm_engines.use()
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ and _has_room_in_memory():
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)
    _log_briefly()
    # Machines are noisy: how long something takes is measured in bench/, not here.
    for name, examples in EXAMPLES.items():
        hypothesis.settings.register_profile(name, deadline=None, max_examples=examples)
    hypothesis.settings.load_profile("full" if _is_full(config) else "short")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is read before the first test stays to the end: the collector of garbage, which would
    look through it again and again, passes it over. That is a seventh of a run's time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)  # when hypothesis has marked its own
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not _is_full(config):
        for item in items:
            if (kept := item.get_closest_marker("full")) is not None:
                item.add_marker(pytest.mark.skip(reason=f"make test-all runs it: {kept.args[0]}"))
    elif config.getoption("rest"):
        run_already = [item for item in items if not _has_more(item)]
        config.hook.pytest_deselected(items=run_already)
        items[:] = [item for item in items if _has_more(item)]


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say last what was left out and why, a line a reason however many tests it is."""
    left_out = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.getreports("skipped")
    )
    if left_out:
        terminalreporter.section("left out", yellow=True)
    for reason, number in left_out.most_common():
        terminalreporter.write_line(f"{number:>6,}  {reason}", yellow=True)
    if not _is_full(config):
        terminalreporter.write_line(
            f"Numbers of cases were cut down ({EXAMPLES['short']} examples where hypothesis finds "
            "them, fewer people and kills): make test-all tries all."
        )


def pytest_sessionfinish() -> None:
    """Each process of a run takes away its own databases."""
    migrated.take_away()


def _is_full(config: pytest.Config) -> bool:
    return bool(config.getoption("full") or config.getoption("rest"))


def _has_more(item: pytest.Item) -> bool:
    """Whether --full does more with it: it is left out without, or its numbers are cut down."""
    if item.get_closest_marker("full") or item.get_closest_marker("hypothesis"):
        return True
    here = item.getparent(pytest.Class) or item
    return getattr(here, "originalname", here.name) in amount.cut_down(item.path)


def _log_briefly() -> None:
    """Without the values of variables in a traceback, which take structlog seconds to lay out."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


def _has_room_in_memory() -> bool:
    """Whether tmp_path can be where a COMMIT does not wait for a disk; programs are run there."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return False
    can_run = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return can_run and shutil.disk_usage(MEMORY).free > ROOM
