"""Promise: no library's words reach the log, whichever library, level and way it takes."""

import asyncio
import contextlib
import gc
import importlib
import io
import json
import logging
import logging.config
import pkgutil
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from telegram.error import BadRequest, NetworkError

from bot import logs
from bot.foreign_records import KNOWN, origin
from channels.log_exceptions import LEFT_OUT, format_exception
from tests.bot.commandline import as_before

WORDS = ("Ada Lovelace", "ada@quux.example", "SW1A 1AA")
QUOTE = f'{{"first_name": "{WORDS[0]}", "email": "{WORDS[1]}", "postcode": "{WORDS[2]}"}}'
DEPENDENCIES = (
    *("aiohttp", "aiosmtplib", "aiosqlite", "alembic.runtime.migration", "apscheduler"),
    *("apscheduler.executors.base", "apscheduler.schedulers.asyncio", "asyncpg", "httpx"),
    *("jinja2", "sqlalchemy.engine", "sqlalchemy.pool", "starlette.applications", "telegram.ext"),
    *("uvicorn.logging", "uvicorn.protocols.http.httptools_impl", "httpcore", "PIL.Image"),
    *("openpyxl", "typer", "pydantic_settings", "uvloop", "asyncio", "concurrent.futures"),
)
OURS = ("bot", "handlers", "campaign", "messages", "packs", "storage")


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    with as_before():
        logs.configure("debug", "json", stream)
        yield stream


def every_logger() -> list[str]:
    """The name of each logger there is when everything has been imported."""
    for name in DEPENDENCIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for package in OURS:
        module = importlib.import_module(package)
        for found in pkgutil.walk_packages(module.__path__, f"{package}."):
            if not found.name.endswith("__main__") and ".migrations." not in found.name:
                importlib.import_module(found.name)
    named = {*logging.root.manager.loggerDict, "root", "uvicorn.error", "uvicorn.access"}
    return sorted({*named, "apscheduler.executors.default", "py.warnings", f"user.{WORDS[0]}"})


def quoting() -> BaseException:
    try:
        try:
            json.loads(QUOTE + QUOTE)
        except ValueError as fault:
            raise ConnectionError(QUOTE) from fault
    except ConnectionError as fault:
        return fault


def quotes_nobody(text: str) -> None:
    for word in WORDS:
        assert word not in text
        assert word.lower() not in text.lower()


def test_every_logger_of_every_dependency_is_heard_without_its_words(said: io.StringIO) -> None:
    names = every_logger()
    assert len(names) > 50
    for name in names:
        library = logging.getLogger(None if name == "root" else name)
        before = library.level, library.disabled
        library.setLevel(logging.DEBUG)
        library.disabled = False
        try:
            for level in (logging.DEBUG, logging.WARNING, logging.CRITICAL, 35):
                library.log(level, "%s", QUOTE, exc_info=quoting(), stack_info=True)
                library.log(level, QUOTE, extra={"person": QUOTE, WORDS[0]: 1})
                library.log(level, {"event": QUOTE})
            library.handle(
                logging.makeLogRecord(
                    {"name": name, "msg": QUOTE, "args": (), "levelno": 30, "exc_text": QUOTE}
                )
            )
        finally:
            library.level, library.disabled = before
    quotes_nobody(said.getvalue())
    assert said.getvalue().count("message of a library") >= len(names) * 10
    assert "JSONDecodeError" in said.getvalue()
    assert "could not be logged" not in said.getvalue()


def test_a_handler_that_a_library_brings_says_no_more(said: io.StringIO) -> None:
    theirs = io.StringIO()
    library = logging.getLogger("sqlalchemy.engine.Engine")
    handler = logging.StreamHandler(theirs)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(args)s"))
    library.addHandler(handler)
    try:
        library.warning("INSERT %r", QUOTE, exc_info=quoting(), stack_info=True)
    finally:
        library.removeHandler(handler)
    quotes_nobody(theirs.getvalue())
    assert "sqlalchemy.engine.Engine WARNING message of a library" in theirs.getvalue()


def test_a_level_with_a_name_of_its_own_tells_the_standard_one(said: io.StringIO) -> None:
    logging.addLevelName(45, WORDS[0])
    try:
        logging.getLogger("telegram").log(45, "x")
    finally:
        logging._levelToName.pop(45)
        logging._nameToLevel.pop(WORDS[0])
    quotes_nobody(said.getvalue())
    assert json.loads(said.getvalue())["level"] == "error"


@pytest.mark.parametrize("words", KNOWN)
def test_a_known_message_is_told_in_our_words_and_without_its_arguments(
    words: str, said: io.StringIO
) -> None:
    arguments = [QUOTE] * words.count("%")
    logging.getLogger("telegram").error(words, *arguments)
    quotes_nobody(said.getvalue())
    assert json.loads(said.getvalue())["event"] == KNOWN[words]


def test_an_answer_that_is_cut_off_is_not_quoted(said: io.StringIO) -> None:
    """As python-telegram-bot does it: the record, and a refusal with the bytes in it."""
    from telegram.request import BaseRequest

    with pytest.raises(Exception, match="Invalid server response"):
        BaseRequest.parse_json_payload(QUOTE[:-1].encode())
    for kind in (BadRequest, NetworkError):
        refused = kind(f"Bad Gateway (502). Parsing the server response {QUOTE.encode()!r} failed")
        structlog.get_logger().error("update failed", exc_info=refused)
        unquoted = kind(f"Parsing the server response b{WORDS[0]} failed")
        structlog.get_logger().error("update failed", exc_info=unquoted)
    quotes_nobody(said.getvalue())
    assert "Telegram's answer is no JSON" in said.getvalue()
    assert "JSONDecodeError" in said.getvalue()


def by_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(QUOTE, UserWarning, stacklevel=1)


def by_a_thread() -> None:
    def fail() -> None:
        raise ValueError(QUOTE)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def by_a_finaliser() -> None:
    class Odd:
        def __repr__(self) -> str:
            return QUOTE

        def __del__(self) -> None:
            raise ValueError(QUOTE)

    Odd()
    gc.collect()


def by_the_loop() -> None:
    def fail(words: str) -> None:
        raise ValueError(words)

    async def main(handler: bool) -> None:
        loop = asyncio.get_running_loop()
        if handler:
            loop.set_exception_handler(lambda _, about: logs.unseen(about))
        loop.set_debug(True)
        loop.call_soon(fail, QUOTE)
        loop.call_exception_handler({"message": QUOTE, "task": QUOTE, "exception": quoting()})
        await asyncio.sleep(0.01)

    asyncio.run(main(True))
    asyncio.run(main(False))


def by_printing() -> None:
    with logs.standard_streams_closed():
        print(QUOTE)  # noqa: T201 - that is what is tried
        print(QUOTE, file=sys.stderr)  # noqa: T201
        traceback.print_exception(quoting())
        logging.getLogger("x").error("still heard")


def by_a_crash() -> None:
    sys.excepthook(ValueError, ValueError(QUOTE), None)


@pytest.mark.parametrize(
    "way",
    [by_warning, by_a_thread, by_a_finaliser, by_the_loop, by_printing, by_a_crash],
    ids=lambda way: way.__name__,
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_whatever_way_a_library_takes_it_is_an_event_that_quotes_nobody(
    way: Callable[[], None], said: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    way()
    assert said.getvalue(), "it is heard of"
    printed = capfd.readouterr()
    quotes_nobody(said.getvalue() + printed.out + printed.err)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (OSError(28, "No space left", f"/{WORDS[0]}.csv"), "[Errno 28] No space left on device"),
        (OSError(QUOTE), LEFT_OUT),
        (type("ClientError", (ConnectionError,), {})(QUOTE), LEFT_OUT),
        (ImportError(QUOTE, name=WORDS[0]), LEFT_OUT),
        (MemoryError(QUOTE), LEFT_OUT),
        (RecursionError(QUOTE), LEFT_OUT),
        (NameError(QUOTE, name=WORDS[0]), LEFT_OUT),
        (BadRequest(f"chat not found {WORDS[0]}"), "chat not found"),
        (BadRequest(WORDS[0]), LEFT_OUT),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_exception_says_what_programmers_wrote(fault: BaseException, says: str) -> None:
    assert says in format_exception(fault)
    quotes_nobody(format_exception(fault))


def test_an_attribute_is_named_if_it_stands_in_the_code_and_not_if_somebody_gave_it() -> None:
    def wrong(find: Callable[[Any], Any]) -> str:
        try:
            find(object())
        except AttributeError as fault:
            return format_exception(fault)
        raise AssertionError

    assert "AttributeError: missing " in wrong(lambda one: one.missing)
    quotes_nobody(wrong(lambda one: getattr(one, WORDS[0])))


@pytest.mark.parametrize(
    ("name", "told_as"),
    [
        ("telegram.ext.Application", "telegram.ext.Application"),
        ("asyncio", "asyncio"),
        ("uvicorn.error", "uvicorn"),
        (f"asyncio.{WORDS[0]}", "asyncio"),
        (WORDS[0], "library"),
        ("", "library"),
    ],
)
def test_of_a_loggers_name_what_names_code_is_told(name: str, told_as: str) -> None:
    assert origin(name) == told_as
