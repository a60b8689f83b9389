"""Strip libraries' log records of their words: keep logger, level, place and error type.

A library's message may hold anything: python-telegram-bot logs an answer it cannot read as a whole.
Records are emptied when they are made, so a handler that a library brings along says no more than
ours. What `logging.makeLogRecord` makes is emptied by our own handler.
"""

import logging
import re
import sys
from typing import Any

from channels.log_exceptions import format_exception

OURS = "clamour"
SAYS = "message of a library"

KNOWN = {
    "Invalid HTTP request received.": "invalid HTTP request",
    "Unsupported upgrade request.": "unsupported HTTP upgrade",
    "Exception in ASGI application\n": "exception in ASGI application",
    'Can not load invalid JSON data: "%s"': "Telegram's answer is no JSON",
    "No error handlers are registered, logging exception.": "no error handler",
    "Executing %s took %.3f seconds": "the event loop was held",
    'Run time of job "%s" was missed by %s': "run time of a job was missed",
    'Job "%s" raised an exception': "a job failed",
}
"""Messages, as they stand in a library's code, and our words for them; arguments are never told."""

_SAFE = frozenset({SAYS, *KNOWN.values()})
_STANDARD = (logging.CRITICAL, logging.ERROR, logging.WARNING, logging.INFO)
_NAME = re.compile(r"\w{1,80}")


def make(*given: Any, **more: Any) -> logging.LogRecord:
    """Make a log record (`logging.setLogRecordFactory`): one that is not ours is emptied."""
    record = logging.LogRecord(*given, **more)
    blank = record.name is None  # of logging.makeLogRecord, which fills it in afterwards
    return record if blank or is_ours(record) else emptied(record)


def is_ours(record: logging.LogRecord) -> bool:
    """Whether structlog has made it for an event of ours."""
    return record.name == OURS and isinstance(record.msg, dict)


def emptied(record: logging.LogRecord) -> logging.LogRecord:
    """Take everything out of a record that a person may have written. Twice is harmless."""
    words = record.msg if isinstance(record.msg, str) else ""
    record.msg = words if words in _SAFE else KNOWN.get(words, SAYS)
    record.args = None
    record.name = origin(record.name)
    record.levelname = _level(record.levelno)
    place = record.module if _NAME.fullmatch(str(record.module)) else "?"
    record.__dict__["place"] = f"{place}:{int(record.lineno)}"
    fault = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if fault is not None or "fault" not in record.__dict__:
        record.__dict__["fault"] = format_exception(fault) if fault is not None else None
    record.exc_info, record.stack_info = None, None
    record.exc_text = record.__dict__["fault"]
    return record


def origin(name: str) -> str:
    """The part of a logger's name that names code: a library may name one after anything."""
    known = ""
    for part in name.split("."):
        longer = f"{known}.{part}" if known else part
        within = getattr(sys.modules.get(known), "__dict__", {})
        if longer not in sys.modules and part not in within:
            break
        known = longer
    return known or "library"


def _level(number: int) -> str:
    standard = next((level for level in _STANDARD if number >= level), logging.DEBUG)
    return {50: "CRITICAL", 40: "ERROR", 30: "WARNING", 20: "INFO", 10: "DEBUG"}[standard]
