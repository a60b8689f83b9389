"""The log: one way out for everything, and no bot token in it, however it gets in."""

import io
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from tests.bot.commandline import TOKEN, WITHIN_SECONDS, as_before, bare_environment

ADDRESS = f"https://api.telegram.org/bot{TOKEN}/getMe"


class Secretive:
    """Shows a token when it is printed, as a library's request does its address."""

    def __repr__(self) -> str:
        return f"<Request {ADDRESS}>"


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    with as_before():
        yield


def logged(style: logs.Style, *, level: logs.Level = "info") -> tuple[Any, io.StringIO]:
    stream = io.StringIO()
    logs.configure(level, style, stream)
    return structlog.get_logger(), stream


def stderr_of(program: str) -> str:
    """What a process with a JSON log, that knows TOKEN, writes to standard error."""
    start = "import os\nfrom bot import logs\nlogs.configure('info', 'json')\n"
    ended = subprocess.run(
        [sys.executable, "-c", f"{start}TOKEN = os.environ['T']\n{program}"],
        env=bare_environment(T=TOKEN),
        capture_output=True,
        text=True,
        timeout=WITHIN_SECONDS,
        check=False,
    )
    return ended.stderr


@pytest.fixture(params=["console", "json"])
def log(request: pytest.FixtureRequest) -> tuple[Any, io.StringIO]:
    return logged(request.param)


@pytest.mark.parametrize(
    "value",
    [
        TOKEN,
        ADDRESS,
        f"/var/lib/clamour/{TOKEN}/config.toml",
        ADDRESS.replace(":", "%3A"),
        TOKEN.encode(),
        {"deep": [{"deeper": (TOKEN,)}]},
        {TOKEN: 1},
        Secretive(),
        [Secretive()],
        ValueError(ADDRESS),
        Path("/srv") / TOKEN,
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_value_carries_a_token_into_the_log(log: tuple[Any, io.StringIO], value: object) -> None:
    logger, stream = log

    logger.info("asked", value=value)
    event = "asked " + repr(value)
    logger.warning(event)
    logger.bind(bound=value).error("asked")

    assert "asked" in stream.getvalue()
    assert TOKEN.partition(":")[2] not in stream.getvalue()
    assert logs.INSTEAD in stream.getvalue()


def test_no_exception_carries_a_token_into_the_log(log: tuple[Any, io.StringIO]) -> None:
    logger, stream = log
    try:
        try:
            raise ConnectionError(ADDRESS)
        except ConnectionError as fault:
            raise RuntimeError(f"while asking {ADDRESS}") from fault
    except RuntimeError:
        logger.exception("not reached")

    assert "RuntimeError: [its words" in stream.getvalue()
    assert "ConnectionError: [its words" in stream.getvalue()
    assert TOKEN not in stream.getvalue()


@pytest.mark.parametrize("name", ["httpx", "telegram.ext.Application", "aiohttp.client", "asyncio"])
def test_libraries_log_through_the_same_way_out_from_warning_on(
    log: tuple[Any, io.StringIO], name: str
) -> None:
    _, stream = log
    library = logging.getLogger(name)

    library.info("HTTP Request: POST %s", ADDRESS)
    assert stream.getvalue() == ""

    library.warning("slow: %s", ADDRESS)
    library.error("failed: %s", Secretive(), exc_info=ValueError(ADDRESS))

    assert "slow" not in stream.getvalue()
    assert "message of a library" in stream.getvalue()
    assert name in stream.getvalue()
    assert "test_logs:" in stream.getvalue()
    assert "ValueError" in stream.getvalue()
    assert TOKEN not in stream.getvalue()


def test_debug_is_for_our_own_events_alone() -> None:
    logger, stream = logged("json", level="debug")

    logger.debug("ours")
    logging.getLogger("httpx").debug("theirs %s", ADDRESS)

    assert json.loads(stream.getvalue())["event"] == "ours"


def test_level_error_silences_warnings_of_all() -> None:
    logger, stream = logged("json", level="error")

    logger.warning("ours")
    logging.getLogger("httpx").warning("theirs")

    assert stream.getvalue() == ""


def test_a_json_event_is_one_line_with_time_in_utc_level_and_values() -> None:
    logger, stream = logged("json")

    logger.info("signature recorded", supporter_id=7, note="two\nlines ✊")

    (line,) = stream.getvalue().splitlines()
    event = json.loads(line)
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "signature recorded",
        "level": "info",
        "supporter_id": 7,
        "note": "two\nlines ✊",
    }


def test_a_console_event_cannot_be_broken_into_two_by_its_values() -> None:
    logger, stream = logged("console")

    logger.info("asked", text="one\n2026-01-01T00:00:00Z [error] forged")

    assert len(stream.getvalue().splitlines()) == 1


def test_a_warning_of_python_is_an_event(log: tuple[Any, io.StringIO]) -> None:
    _, stream = log

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(ADDRESS, ResourceWarning, stacklevel=1)

    assert "ResourceWarning" in stream.getvalue()
    assert TOKEN not in stream.getvalue()


def test_an_event_that_cannot_be_written_is_told_without_its_content() -> None:
    told = stderr_of(
        "import structlog\n"
        "class Odd:\n"
        "    def __repr__(self): raise TypeError(TOKEN)\n"
        "structlog.get_logger().warning('x', value=Odd())"
    )

    assert told == "an event of clamour could not be logged: TypeError\n"


def test_a_closed_pipe_at_the_other_end_disturbs_nobody() -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    logs.configure("info", "console", Gone())

    structlog.get_logger().info("nobody listens")


def test_configuring_again_does_not_say_everything_twice() -> None:
    logged("json")
    logger, stream = logged("json")

    logger.info("once")

    assert len(stream.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    "crash",
    [
        "raise RuntimeError(TOKEN)",
        "import threading\n"
        "def fail(): raise RuntimeError(TOKEN)\n"
        "t = threading.Thread(target=fail); t.start(); t.join()",
    ],
)
def test_a_crash_is_an_event_without_the_token(crash: str) -> None:
    told = stderr_of(crash)

    event = json.loads(told)
    assert event["event"] == "crashed"
    assert "RuntimeError: [its words are left out" in event["exception"]
    assert TOKEN not in told


@given(
    before=st.text(),
    number=st.integers(100_000, 10**12),
    secret=st.text("ABCxyz019_-", min_size=30, max_size=60),
    after=st.text(),
)
def test_whatever_stands_around_it_a_token_is_taken_out(
    before: str, number: int, secret: str, after: str
) -> None:
    assert f"{number}:{secret}" not in logs.redact(f"{before}{number}:{secret}{after}")


@pytest.mark.parametrize(
    "harmless", ["2026-11-23T22:47:39.548825Z", "postgresql://127.0.0.1:5432", "123456:short", ""]
)
def test_what_is_no_token_stays(harmless: str) -> None:
    assert logs.redact(harmless) == harmless
