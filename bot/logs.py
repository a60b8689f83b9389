"""The log: events as JSON or for people to read, on standard error, never a bot token in any.

Everything takes one way out: our own events (structlog), those of libraries (logging), warnings,
crashes and tasks that failed unseen. The token is taken out at its end, from the finished line, so
that no way of getting into an event (a value, an exception's text, the repr of a request) leads
past it. Exceptions are told by `bot.tracebacks`, which quotes nobody.
"""

import logging
import re
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from bot.tracebacks import told

Level = Literal["debug", "info", "warning", "error"]
Style = Literal["console", "json"]

OURS = "clamour"
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
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_common()],
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
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*_common(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=lambda *_: logging.getLogger(OURS),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed


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
    return told(exc_info[1]) if exc_info[1] is not None else ""


def _written(stream: TextIO, exc_info: ExcInfo) -> None:
    stream.write(f"\n{_told(exc_info)}")


def unseen(told: Mapping[str, Any]) -> None:
    """Log what a task or callback failed with that nobody waited for.

    asyncio's own handler would print the exception itself, and whatever it quotes.

    Args:
        told: what an event loop tells its exception handler.
    """
    what = str(told.get("message", ""))
    structlog.get_logger().error("failed unseen", what=what, exc_info=told.get("exception"))


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
        return self._given or sys.stderr

    @stream.setter
    def stream(self, stream: TextIO) -> None:
        """logging.StreamHandler sets what it was given; it is known already."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 logging's own name
        """Say that an event was lost without telling it: logging's own way would print it all."""
        fault = sys.exc_info()[0]
        if fault is None or issubclass(fault, OSError):
            return  # nobody listens at the other end
        try:
            sys.stderr.write(f"an event of {record.name} could not be logged: {fault.__name__}\n")
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
