"""The log: events as JSON or for people to read, on standard error, never a bot token in any.

Everything takes one way out: our own events (structlog), those of libraries (logging), warnings,
crashes and tasks that failed unseen. The token is taken out at its end, from the finished line, so
that no way of getting into an event (a value, an exception's text, the repr of a request) leads
past it. Exceptions are told by `channels.log_exceptions`, which quotes nobody; libraries are heard
without their words (`bot.foreign_records`).
"""

import io
import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from bot import foreign_records
from bot.foreign_records import OURS, is_ours
from channels.log_exceptions import format_exception

Level = Literal["debug", "info", "warning", "error"]
Style = Literal["console", "json"]

TOKEN = re.compile(r"(?<!\d)\d{6,}(:|%3[Aa])[A-Za-z0-9_-]{30,}")
INSTEAD = "[token]"


def redact(text: str) -> str:
    """The text without anything that looks like a bot token, as in an address or a path."""
    return TOKEN.sub(INSTEAD, text)


def configure(
    level: Level = "info", style: Style = "console", stream: TextIO | None = None
) -> None:
    """Send every event of this process to one stream, from now on.

    Args:
        level: of our own events. Libraries speak from `warning` on: below, they tell addresses
            and contents of requests.
        stream: standard error if None.
    """
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_common(), _place_and_fault],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(style, colors=handler.stream.isatty()),
            ],
        )
    )
    lowest = logging.getLevelNamesMapping()[level.upper()]
    root = logging.getLogger()
    for former in [kept for kept in root.handlers if isinstance(kept, _Handler)]:
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(max(lowest, logging.WARNING))
    logging.getLogger(OURS).setLevel(lowest)
    logging.setLogRecordFactory(foreign_records.make)
    structlog.configure(
        processors=[*_common(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=lambda *_: logging.getLogger(OURS),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _crashed
    sys.unraisablehook = _failed_in_passing
    threading.excepthook = _thread_crashed
    warnings.showwarning = _warned


@contextmanager
def standard_streams_closed() -> Iterator[None]:
    """While the block runs, what a library prints is told as having been printed, and not read.

    Only what goes through Python: nothing stops C code that writes to the file descriptor.
    """
    with redirect_stdout(_Unread("standard output")), redirect_stderr(_Unread("standard error")):
        yield


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _rendering(style: Style, *, colors: bool) -> list[Processor]:
    if style == "json":
        return [
            structlog.processors.ExceptionRenderer(_told),
            _Redacted(structlog.processors.JSONRenderer(ensure_ascii=False)),
        ]
    return [_Redacted(structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=_written))]


def _told(exc_info: ExcInfo) -> str:
    return format_exception(exc_info[1]) if exc_info[1] is not None else ""


def _written(stream: TextIO, exc_info: ExcInfo) -> None:
    stream.write(f"\n{_told(exc_info)}")


_OF_ASYNCIO = re.compile(
    r"Exception in callback|(?:Task|Future) exception was never retrieved|Unclosed client session"
    r"|Task was destroyed but it is pending!|Unclosed connection|Fatal (?:read |write )?error"
    r"|unhandled exception during \w+|an error occurred during closing of asynchronous"
)


def unseen(told: Mapping[str, Any]) -> None:
    """Log what a task or callback failed with that nobody waited for.

    asyncio's own handler would print the exception itself, and whatever it quotes; its message may
    hold the arguments of a callback.

    Args:
        told: what an event loop tells its exception handler.
    """
    what = _OF_ASYNCIO.match(str(told.get("message", "")))
    structlog.get_logger().error(
        "failed unseen", what=what[0] if what else "", exc_info=told.get("exception")
    )


def _place_and_fault(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    emptied = event["_record"].__dict__
    event["place"] = emptied["place"]
    if emptied["fault"] is not None:
        event["exception"] = emptied["fault"]
    return event


class _Unread(io.TextIOBase):
    """A standard stream whose text nobody sees; that there was some is an event."""

    def __init__(self, name: str) -> None:
        self._name = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text.strip():
            structlog.get_logger().warning("a library has printed", to=self._name)
        return len(text)


class _Redacted:
    """A renderer whose line is freed of tokens."""

    def __init__(self, renderer: Processor) -> None:
        self._renderer = renderer

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> str:
        return redact(str(self._renderer(logger, method, event)))


class _Handler(logging.StreamHandler[TextIO]):
    def __init__(self, stream: TextIO | None) -> None:
        self._given = stream
        super().__init__(stream)

    @property
    def stream(self) -> TextIO:
        """The one given, or standard error as it is now: it can have been replaced."""
        return self._given or _standard_error()

    @stream.setter
    def stream(self, stream: TextIO) -> None:
        """logging.StreamHandler sets what it was given; it is known already."""

    def format(self, record: logging.LogRecord) -> str:
        """A line for the record, without the words of libraries however it was made."""
        if not (is_ours(record) and "_logger" in record.__dict__):
            record = foreign_records.emptied(record)
            for name in ("_logger", "_name"):  # what structlog marks its events with
                record.__dict__.pop(name, None)
        return super().format(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 logging's own name
        """Say that an event was lost without telling it: logging's own way would print it all."""
        fault = sys.exc_info()[0]
        if fault is None or issubclass(fault, OSError):
            return  # nobody listens at the other end
        try:
            self.stream.write(f"an event of {record.name} could not be logged: {fault.__name__}\n")
        except OSError:
            return


def _crashed(
    kind: type[BaseException], fault: BaseException, traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger().error("crashed", exc_info=(kind, fault, traceback))


def _thread_crashed(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and told.exc_type is not SystemExit:
        _crashed(told.exc_type, told.exc_value, told.exc_traceback)


def _failed_in_passing(told: "sys.UnraisableHookArgs") -> None:
    structlog.get_logger().error("failed unseen", what="", exc_info=told.exc_value)


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Log a warning of Python's by its kind and place (`warnings.showwarning`)."""
    place = f"{Path(filename).name}:{lineno}"
    structlog.get_logger().warning("warning", kind=category.__qualname__, place=place)


def _standard_error() -> TextIO:
    """Standard error, or what it was before libraries were kept from it."""
    stream: TextIO | None = sys.__stderr__ if isinstance(sys.stderr, _Unread) else sys.stderr
    return stream if stream is not None else io.StringIO()
