"""The demo: start and stop the bot and the simulated Telegram as two processes."""

import asyncio
import fcntl
import json
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.config.draft import Draft
from bot.config.token_file import write_private
from campaign.delivery.wait import pause

HOST = "127.0.0.1"
BOT_USERNAME = "clamour_demo_bot"
EXAMPLE = Path("examples/keep-the-unit/campaign.toml")
GUIDE = "demo.toml"
CLOCK = "clock"
STORY_BEGINS = "2009-10-20T08:00:00+00:00"
FIRST_PORT = 8765
PORTS_TRIED = 20
READY_WITHIN = 60.0
STOPPED_WITHIN = 10.0
LAST_LINES = 8

# The simulator forgets people when it stops, the database does not: the ids stay the same.
SAM = 7_000_000_003
PEOPLE = (
    {"id": 7_000_000_001, "first_name": "Ada", "username": "ada_demo", "about": "supporter"},
    {"id": 7_000_000_002, "first_name": "Ben", "username": "ben_demo", "about": "Ada’s friend"},
    {"id": SAM, "first_name": "Sam", "username": "sam_demo", "about": "runs the campaign"},
    {
        "id": 7_000_000_004,
        "first_name": "Carys",
        "username": "carys_demo",
        "about": "reads Welsh",
        "language_code": "cy",
    },
)


class DemoError(Exception):
    """The demo cannot start or go on; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the demo's processes.

    Attributes:
        log: where all it writes goes.
    """

    name: str
    process: asyncio.subprocess.Process
    log: Path

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a story goes, in seconds.

    Attributes:
        pause: between two people who come to sign.
        rest: between two chapters, to look around.
    """

    pause: float = 0.4
    rest: float = 6.0


async def run(
    folder: Path,
    port: int | None,
    stop: asyncio.Event,
    tell: Callable[[str], None],
    *,
    story: Pace | None = None,
) -> None:
    """Run both until `stop` is set.

    Args:
        folder: for the database and the logs, absolute; made if it is not there.
        port: of the page; None for the first free one from 8765 on.
        tell: is told the address once everything answers, and how far a story has come.
        story: how fast the example campaign's story is played, from its beginning; None for not.

    Raises:
        DemoError: a part did not start or has died, the port is taken, there is no example.
    """
    with _alone_in(folder) as lock:
        port = _free_port(port)
        address = f"http://{HOST}:{port}"
        _furnish(folder, address)
        simulator = ["simulator", "--host", HOST, "--port", str(port)]
        simulator += ["--bot-username", BOT_USERNAME, "--seed-people", str(folder / "people.json")]
        bot = ["bot", "run", "--config", str(folder / "config.toml")]
        if story:
            _begin_anew(folder)
            simulator += ["--begin", STORY_BEGINS, "--no-limits"]
            bot += ["--clock", str(folder / CLOCK)]
        else:
            simulator += ["--guide", str(_example().with_name(GUIDE))]
        async with _part(folder, lock, *simulator) as telegram:
            await _until(stop, [telegram], lambda: _calls(address))
            async with _part(folder, lock, *bot) as clamour:
                await _until(stop, [telegram, clamour], lambda: _asked_for_updates(address))
                if stop.is_set():
                    return
                tell(f"The demo runs at {address}")
                tell(f"Database and logs are in {folder}; Ctrl-C stops the demo.")
                if story:
                    await _replay(folder, lock, address, story, stop, [telegram, clamour], tell)
                await _until(stop, [telegram, clamour])


def _begin_anew(folder: Path) -> None:
    """A story has no past: another one in the same folder is forgotten."""
    for file in folder.glob("clamour.db*"):
        file.unlink()
    (folder / CLOCK).write_text(STORY_BEGINS, encoding="utf-8")


async def _replay(
    folder: Path,
    lock: int,
    address: str,
    pace: Pace,
    stop: asyncio.Event,
    others: list[Part],
    tell: Callable[[str], None],
) -> None:
    """Play the story, telling where it is, until it ends or `stop` is set."""
    told = 0
    arguments = ["--address", address, "--clock", str(folder / CLOCK)]
    arguments += ["--pause", str(pace.pause), "--rest", str(pace.rest)]
    async with _part(folder, lock, "replay", *arguments) as replay:
        while not stop.is_set():
            ended = replay.process.returncode
            lines = replay.log.read_text(encoding="utf-8", errors="replace").splitlines()
            if ended:
                raise DemoError(
                    f"The story broke off. The end of {replay.log}:\n\n{replay.last_words()}"
                )
            for line in lines[told:]:
                tell(line)
            told = len(lines)
            if ended == 0:
                tell("The story is told. Look around for as long as you like.")
                return
            await _until(stop, others, _soon)


async def _soon() -> bool:
    await asyncio.sleep(0.2)
    return True


def _furnish(folder: Path, address: str) -> None:
    """Write what the two parts read; the token is made up once and stays."""
    token = folder / "bot-token"
    if not token.exists():
        number = 10**9 + secrets.randbelow(9 * 10**9)
        write_private(token, f"{number}:{secrets.token_urlsafe(26)}\n")
    (folder / "people.json").write_text(json.dumps(PEOPLE, indent=2) + "\n", encoding="utf-8")
    draft = Draft(token.name, owners=(SAM,), api_url=address, campaign=str(_example()))
    write_private(folder / "config.toml", draft.text)


def _example() -> Path:
    for checkout in (Path(__file__).resolve().parents[1], Path.cwd()):
        if (checkout / EXAMPLE).is_file():
            return checkout / EXAMPLE
    raise DemoError(
        f"There is no {EXAMPLE} here. The demo is for a checkout of Clamour's repository: "
        "clone it, and run make demo in its folder."
    )


def _free_port(wanted: int | None) -> int:
    tried = range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if wanted is None else (wanted,)
    for port in tried:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((HOST, port))
            except OSError:
                continue
            return int(trial.getsockname()[1])
    if wanted is not None:
        raise DemoError(f"Port {wanted} is taken, or not allowed. Choose another with --port.")
    raise DemoError(f"Ports {tried[0]} to {tried[-1]} are taken. Choose another with --port.")


@contextmanager
def _alone_in(folder: Path) -> Iterator[int]:
    """Keep a second demo out of the folder.

    The lock is the parts' too: should this process be killed, it holds for as long as they live.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".running").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            numbers = " ".join(file.read().split())
            raise DemoError(
                f"A demo runs in {folder} already, or parts of one. Stop it with Ctrl-C where it "
                f"was started, or: kill {numbers}"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield file.fileno()


@asynccontextmanager
async def _part(folder: Path, lock: int, module: str, *arguments: str) -> AsyncIterator[Part]:
    """A process for as long as the context lasts; stopped by SIGTERM, later by force."""
    log = folder / f"{module}.log"
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=asyncio.subprocess.STDOUT,
            # A Ctrl-C at the terminal is for us alone: the bot goes before its Telegram does.
            start_new_session=True,
            pass_fds=(lock,),
            # Settings of a real bot must not reach this one, its token least of all.
            env={k: v for k, v in os.environ.items() if not k.upper().startswith("CLAMOUR_")},
        )
    os.write(lock, f"{process.pid}\n".encode())
    try:
        yield Part(module, process, log)
    finally:
        await asyncio.shield(_ended(process))


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOPPED_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _until(
    stop: asyncio.Event,
    parts: list[Part],
    ready: Callable[[], Any] | None = None,
) -> None:
    """Wait for `stop`, or until a part answers.

    Raises:
        DemoError: a part has died, or is not ready in time.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + READY_WITHIN
    while not stop.is_set():
        for part in parts:
            if part.process.returncode is not None:
                raise DemoError(
                    f"The {part.name} has stopped by itself (code {part.process.returncode}). "
                    f"The end of {part.log}:\n\n{part.last_words()}"
                )
        if ready is not None:
            if await ready():
                return
            if loop.time() > deadline:
                waited = parts[-1]
                raise DemoError(
                    f"The {waited.name} does not answer after {READY_WITHIN:.0f} seconds. "
                    f"The end of {waited.log}:\n\n{waited.last_words()}"
                )
        await pause(0.1, sooner=stop)


async def _calls(address: str) -> Any:
    """What the simulator counts, or None while it does not answer."""
    patience = aiohttp.ClientTimeout(total=2)
    try:
        async with (
            aiohttp.ClientSession(timeout=patience) as session,
            session.get(f"{address}/control/stats") as answer,
        ):
            return await answer.json() if answer.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None


async def _asked_for_updates(address: str) -> bool:
    return _counted(await _calls(address), "getUpdates")


def _counted(stats: Any, method: str) -> bool:
    if not isinstance(stats, dict):
        return False
    return bool(stats.get(method)) or any(_counted(value, method) for value in stats.values())
