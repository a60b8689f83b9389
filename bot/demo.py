"""The demo: start and stop the bot and the simulated Telegram as two processes."""

import asyncio
import json
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.config.draft import Draft
from bot.config.token_file import write_private
from bot.demo_parts import DemoError, Part, alone_in, asked_for_updates, calls, part, until

HOST = "127.0.0.1"
BOT_USERNAME = "clamour_demo_bot"
EXAMPLE = Path("examples/keep-the-unit/campaign.toml")
GUIDE = "demo.toml"
CLOCK = "clock"
STORY_BEGINS = "2009-10-20T08:00:00+00:00"
FIRST_PORT = 8765
PORTS_TRIED = 20

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


DORA = {"name": "Dora", "about": "has no Telegram"}
SLUG = "keep-the-unit"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demo's parts listen.

    Attributes:
        page: the simulator, with the phones.
        web: the campaign's public pages.
        mail: the mail server of the phone that has a browser.
    """

    page: int
    web: int
    mail: int

    @classmethod
    def chosen(cls, page: int | None) -> "Ports":
        """Free ones, the page's first of all; any, where 0 is asked for.

        Raises:
            DemoError: there are none, or the page's is taken.
        """
        taken = [_free_port(page)]
        for _ in ("web", "mail"):
            taken.append(_free_port(0 if page == 0 else None, but=taken))
        return cls(*taken)

    @property
    def site(self) -> str:
        """The address of the public pages."""
        return f"http://{HOST}:{self.web}"


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
    with alone_in(folder) as lock:
        ports = Ports.chosen(port)
        address = f"http://{HOST}:{ports.page}"
        _furnish(folder, ports, has_site=story is None)
        simulator = ["simulator", "--host", HOST, "--port", str(ports.page)]
        simulator += ["--bot-username", BOT_USERNAME, "--seed-people", str(folder / "people.json")]
        simulator += ["--mail-port", str(ports.mail)]
        bot = ["bot", "run", "--config", str(folder / "config.toml")]
        if story:
            _begin_anew(folder)
            simulator += ["--begin", STORY_BEGINS, "--no-limits"]
            bot += ["--clock", str(folder / CLOCK)]
        else:
            simulator += ["--guide", str(_example().with_name(GUIDE))]
            simulator += ["--browser", json.dumps(DORA | {"address": f"{ports.site}/s/{SLUG}"})]
        async with part(folder, lock, *simulator) as telegram:
            await until(stop, [telegram], lambda: calls(address))
            async with part(folder, lock, *bot) as clamour:
                await until(stop, [telegram, clamour], lambda: asked_for_updates(address))
                if stop.is_set():
                    return
                tell(f"The demo runs at {address}")
                tell(f"Database and logs are in {folder}; Ctrl-C stops the demo.")
                if story:
                    await _replay(folder, lock, address, story, stop, [telegram, clamour], tell)
                await until(stop, [telegram, clamour])


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
    async with part(folder, lock, "replay", *arguments) as replay:
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
            await until(stop, others, _soon)


async def _soon() -> bool:
    await asyncio.sleep(0.2)
    return True


def _furnish(folder: Path, ports: Ports, *, has_site: bool) -> None:
    """Write what the two parts read; the token is made up once and stays."""
    token = folder / "bot-token"
    if not token.exists():
        number = 10**9 + secrets.randbelow(9 * 10**9)
        write_private(token, f"{number}:{secrets.token_urlsafe(26)}\n")
    (folder / "people.json").write_text(json.dumps(PEOPLE, indent=2) + "\n", encoding="utf-8")
    page = f"http://{HOST}:{ports.page}"
    more = f"""
[web]
port = {ports.web}
public_url = "{ports.site}"
framed_by = "{page}"

[email]
host = "{HOST}"
port = {ports.mail}
tls = "none"
sender = "Keep the Unit <petition@example.org>"
"""
    sections = more if has_site else ""  # the story's people share in Telegram alone
    draft = Draft(token.name, (SAM,), page, campaign=str(_example()), more=sections)
    write_private(folder / "config.toml", draft.text)


def _example() -> Path:
    for checkout in (Path(__file__).resolve().parents[1], Path.cwd()):
        if (checkout / EXAMPLE).is_file():
            return checkout / EXAMPLE
    raise DemoError(
        f"There is no {EXAMPLE} here. The demo is for a checkout of Clamour's repository: "
        "clone it, and run make demo in its folder."
    )


def _free_port(wanted: int | None, *, but: Sequence[int] = ()) -> int:
    tried = range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if wanted is None else (wanted,)
    for port in tried:
        if port in but:
            continue
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
