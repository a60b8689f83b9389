"""The command line as an operator meets it: a process, files, an environment."""

import atexit
import logging
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps
from pathlib import Path
from threading import Thread

import structlog

from tests.amount import cases
from tests.e2e import forkserver

TOKEN = "123456789:" + "Aa0_-" * 7
WITHIN_SECONDS = 300
UNKNOWN_TOKEN = "987654321:" + "Zz9_-" * 7


def bare_environment(**more: str) -> dict[str, str]:
    """This process's environment without any setting of Clamour's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAMOUR_")}
    return {**kept, "COLUMNS": "200", "NO_COLOR": "1", **more}


def clamour(
    *arguments: str | Path, folder: Path, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `clamour …` in a folder until it ends.

    `make test` forks it from a process that has read the program, which saves a second each;
    `make test-all` starts Python, and so does a run that measures coverage.
    """
    if cases(short=True, full=False):
        return forkserver.ran(
            *map(str, arguments),
            cwd=folder,
            environment=bare_environment(**environment),
            typed=typed,
            within=WITHIN_SECONDS,
        )
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", *map(str, arguments)],
        cwd=folder,
        env=bare_environment(**environment),
        input=typed,
        capture_output=True,
        text=True,
        timeout=WITHIN_SECONDS,
        check=False,
    )


# The process takes the terminal for its own, as a login shell does: getpass asks for /dev/tty.
_AT_TERMINAL = """
import fcntl, runpy, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
runpy.run_module("bot", run_name="__main__")
"""


def at_a_terminal(
    *arguments: str, folder: Path, answers: Sequence[tuple[str, str]]
) -> tuple[int, str]:
    """Run `clamour …` for a person who types each answer when its question is shown.

    Returns:
        Exit code, and all that stood on the screen.
    """
    screen, keyboard = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _AT_TERMINAL, *arguments],
        cwd=folder,
        env=bare_environment(),
        stdin=keyboard,
        stdout=keyboard,
        stderr=keyboard,
        start_new_session=True,
    )
    os.close(keyboard)
    shown = read = ""
    waiting = list(answers)
    try:
        while (part := _seen(screen)) is not None:
            shown, read = shown + part, read + part
            if waiting and waiting[0][0] in read and read.endswith(": "):
                os.write(screen, f"{waiting.pop(0)[1]}\n".encode())
                read = ""
        return process.wait(WITHIN_SECONDS), shown
    finally:
        process.kill()
        process.wait()
        os.close(screen)


def _seen(screen: int) -> str | None:
    if not select.select([screen], [], [], WITHIN_SECONDS)[0]:
        raise AssertionError("nothing happens on the screen")
    try:
        return os.read(screen, 4096).decode() or None
    except OSError:  # Linux's way to say that the other side has gone
        return None


@contextmanager
def as_before() -> Iterator[None]:
    """Undo what a command run in this process, or the log, does to all of the process."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, threading.excepthook)
    factory, others = logging.getLogRecordFactory(), (sys.unraisablehook, warnings.showwarning)
    structured = structlog.get_config()
    mask = os.umask(0)
    os.umask(mask)
    try:
        yield
    finally:
        os.umask(mask)
        root.handlers[:], root.level = handlers, level
        sys.excepthook, threading.excepthook = hooks
        sys.unraisablehook, warnings.showwarning = others
        logging.setLogRecordFactory(factory)
        structlog.configure(**structured)


class _Answering(BaseHTTPRequestHandler):
    """Knows one bot, to which nobody ever writes."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        account, _, method = self.path.lstrip("/").partition("/")
        if account != f"bot{TOKEN}":
            refusal = {"ok": False, "error_code": 401, "description": "Unauthorized"}
            self._answer(401, refusal)
            return
        if method == "getUpdates":
            time.sleep(0.05)
        me = {"id": 123456789, "is_bot": True, "first_name": "Petition", "username": "unit_bot"}
        result = {"getMe": me, "getUpdates": []}.get(method, True)
        self._answer(200, {"ok": True, "result": result})

    def _answer(self, status: int, answer: object) -> None:
        body = dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError):  # who asked may have been killed
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def bot_api() -> Iterator[str]:
    """The address of a Bot API server that knows TOKEN."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answering)
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def write_config(folder: Path, text: str = "", *, token: str = TOKEN) -> Path:
    """A configuration with a token in its file, and more sections."""
    secret = folder / "bot-token"
    secret.write_text(token)
    secret.chmod(0o600)
    file = folder / "config.toml"
    file.write_text(text or '[telegram]\ntoken_file = "bot-token"\n')
    return file


CAMPAIGN = """\
slug = "unit"
status = "open"
goal = 2000
languages = ["en"]
organiser = "Keep the Unit"
controllers = ["Keep the Unit campaign office"]
contact = "privacy@example.org"

[text.en]
title = "Keep the unit"
ask = "Keep the unit open."
target = "The Commissioner"
summary = "It finds people whom nobody else finds."
statement = "We ask the Commissioner to keep the unit open."
privacy_notice = "We keep your name."
share_text = "I have signed."

[text.en.consent]
sign = "You may keep my name and hand it to the Commissioner."
updates = "You may tell me how it goes."
"""


def write_campaign(folder: Path) -> Path:
    """A small campaign named unit, which asks for name and postcode."""
    file = folder / "campaign.toml"
    file.write_text(CAMPAIGN, encoding="utf-8")
    return file


def load_campaign(folder: Path) -> None:
    """Put the campaign's file there, and the database that `clamour campaign load` makes of it.

    The command runs once in a process of the tests; later databases are copies.
    """
    write_campaign(folder)
    if not _loaded:
        made = Path(tempfile.mkdtemp(prefix="clamour-loaded-"))
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        write_config(made)
        told = clamour("campaign", "load", write_campaign(made), "--yes", folder=made)
        assert told.returncode == 0, told.stderr
        _loaded.append(made / "clamour.db")
    shutil.copy(_loaded[0], folder / "clamour.db")


_loaded: list[Path] = []
