"""Promise: a whole life of a bot with all that can go wrong in it, as a process at debug level,
leaves no word of a person and no secret in what the process says."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import asyncpg
import pytest

from tests import engines, migrated
from tests.bot.commandline import bare_environment
from tests.e2e import clumsy_bot
from tests.e2e.clumsy_bot import WAYS, WORD
from tests.e2e.killable import own_hook
from tests.e2e.mailbox import Mailbox
from tests.e2e.people import Person
from tests.e2e.running_bot import simulator_within, until_polled
from tests.stage.bot import OWNER, ROOT, TOKEN, sleepless

HOOK_SECRET = "hooksecret_0123456789abcdef"
DATABASE_PASSWORD, MAIL_PASSWORD = "dbpass-Quux", "mailpass-Quux"
PHONE = "7700900123"
FIELDS = """fields = [
    { kind = "name", required = true },
    { kind = "postcode", required = true },
    { kind = "phone", required = true },
    { kind = "comment", required = true },
]"""
EVENTS_OF_WAYS = 13
"""How many of the ways of stumbling are told of at the least: one only makes the loop slow."""


@dataclass
class Running:
    """A bot in a process of its own, and all that must not be found in what it says."""

    process: asyncio.subprocess.Process
    session: aiohttp.ClientSession
    address: str
    mailbox: Mailbox
    hook: str
    words: dict[str, str] = field(default_factory=dict)

    async def arrives(self, first_name: str, **traits: object) -> Person:
        person = await Person.arrive(self.session, self.address, first_name, **traits)
        self.never(first_name)
        return person

    def never(self, *words: str) -> None:
        """These are never to be found, whatever their capitals and their way of escaping."""
        self.words |= {word.lower(): word for word in words if word}


@asynccontextmanager
async def running(
    folder: Path, url: str, style: str, mode: str, log: Path
) -> AsyncIterator[Running]:
    """Run it until the block ends; then it must have ended well."""
    hook = own_hook(mode)
    campaign = sleepless(folder)
    text = re.sub(r"(?s)fields = \[.*?\n\]", FIELDS, campaign.read_text("utf-8"))
    campaign.write_text(f'identity = "email"\n{text}', "utf-8")
    async with (
        Mailbox.open() as mailbox,
        simulator_within() as address,
        aiohttp.ClientSession() as session,
    ):
        config = folder / "config.toml"
        webhook = f'url = "{hook["hook"]}"\nport = {hook["port"]}\n' if hook else ""
        config.write_text(
            f'[telegram]\napi_url = "{address}"\nmode = "{mode}"\n'
            f'[webhook]\n{webhook}[campaigns]\nfiles = ["{campaign}"]\n'
            f"[staff]\nowners = [{OWNER}]\n[limits]\nupdates = 0\n"
            f'[email]\nhost = "127.0.0.1"\nport = {mailbox.port}\ntls = "none"\n'
            f'[log]\nlevel = "debug"\nformat = "{style}"\n',
            encoding="utf-8",
        )
        secrets = {
            "CLAMOUR_TELEGRAM_TOKEN": TOKEN,
            "CLAMOUR_WEBHOOK_SECRET": HOOK_SECRET,
            "CLAMOUR_EMAIL_PASSWORD": MAIL_PASSWORD,
            "CLAMOUR_STORAGE__URL": url,
            "PYTHONASYNCIODEBUG": "1" if mode == "polling" else "",
        }
        with log.open("wb") as told:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.e2e.clumsy_bot", "run", "--config", str(config)),
                cwd=folder,
                env=bare_environment(**secrets, PYTHONPATH=str(ROOT)),
                stdout=told,
                stderr=told,
            )
        bot = Running(process, session, address, mailbox, hook.get("hook", ""))
        bot.never(TOKEN, TOKEN.partition(":")[2], HOOK_SECRET, DATABASE_PASSWORD, MAIL_PASSWORD)
        ending = asyncio.create_task(process.wait())
        try:
            while "getMe" not in await calls(bot):
                await asyncio.sleep(0.1)  # debug mode is slow to start
            await until_polled(address, ending)
            yield bot
            assert process.returncode is None, "it has ended by itself"
        finally:
            if process.returncode is None:
                process.terminate()
            await asyncio.wait_for(ending, 120)
    assert process.returncode == 0


async def calls(bot: Running) -> dict[str, int]:
    """Which methods of Telegram's have been called."""
    async with bot.session.get(f"{bot.address}/control/stats") as answer:
        made: dict[str, int] = (await answer.json())["calls"]
    return made


def with_password(url: str) -> str:
    """The same address; a server that trusts takes any password."""
    parts = urlsplit(url)
    if not parts.hostname:
        return url
    user, _, host = parts.netloc.partition("@")
    return parts._replace(netloc=f"{user}:{DATABASE_PASSWORD}@{host}").geturl()


async def signs(bot: Running, person: Person, name: str, postcode: str) -> None:
    """With wrong inputs on the way, each of them somebody's, too."""
    email, comment = (
        f"{name.split()[0].lower()}@quux.example",
        f"Because my sister {name} lives there",
    )
    bot.never(name, postcode, email, comment, PHONE, "not-a-postcode-Quux", "nomail-Quux")
    await person.says("/sign")
    await person.says(name)
    await person.says("not-a-postcode-Quux")
    await person.says(postcode)
    await person.says("0" + PHONE)
    await person.sends(contact="own")
    await person.says(comment)
    await person.says("nomail-Quux")
    await person.says(email)
    await person.taps("Sign and keep me posted")
    code = await bot.mailbox.code(len(bot.mailbox.letters) or 1)
    bot.never(code)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    await person.says(wrong)
    assert "You have signed" in (await person.says(code)).text


async def life(bot: Running) -> None:
    """Everything that people and staff do."""
    ada = await bot.arrives("Adaquux", last_name="Lovequux", language_code="en")
    await signs(bot, ada, "Adaquux Lovequux", "SW1A 1AA")
    link = re.search(r"https://\S+\?start=(\S+)", (await ada.says("/share")).text)
    assert link
    bot.never(link[1])
    ben = await bot.arrives("Benquux")
    await ben.opens(link[0])
    await ben.says("No thanks, says Benquux to Adaquux")
    await ben.says("/cancel")
    await ben.says("/start not-a-payload-Quux")
    owner = await bot.arrives("Olivequux", id=OWNER)
    await owner.says("/staff")
    await owner.taps("Invite somebody")
    made = await owner.taps("Editor")
    invitation = re.search(r"https://t\.me/\S+start=(staff_\S+)", made.text)
    assert invitation
    bot.never(invitation[1], invitation[1].removeprefix("staff_"))
    await ben.opens(invitation[0])
    await ben.taps("Join")
    await owner.reads()
    bot.never("Words of the update-Quux")
    await owner.says("/update")
    await owner.taps("News")
    await owner.says("Words of the update-Quux for {{ first_name }}")
    await owner.taps("Send it now")
    await owner.taps("Yes, send it to")
    await ada.sees("Words of the update-Quux")
    await owner.says("/handin")
    await owner.taps("Names and postcodes")
    await owner.taps("Yes, make the pack")
    await owner.sees("is complete")
    await owner.says("/quarantine postcode SW1A")
    await owner.says("/comments")
    await ada.says("/mydata")
    await ada.says("/forget")
    while "Yes, erase everything" not in ada.last.buttons:
        await ada.reads()
    await ada.taps("Yes, erase everything")


async def things_go_wrong(bot: Running, url: str) -> None:
    """Faults of ours, of Telegram's, of the database's, and of somebody who only knocks."""
    eve = await bot.arrives("Evequux")
    for number in range(len(WAYS)):
        bot.never(f"the words of {eve.first_name}-{number}")
        await eve.says(f"{WORD} {number} – the words of {eve.first_name}-{number}")
    for kind in ("400", "429", "500", "cut_after", "cut_before", "cut_short"):
        order = {"method": "sendMessage", "kind": kind, "times": 1}
        async with bot.session.post(f"{bot.address}/control/faults", json=order):
            await eve.writes(f"Lost words of Evequux {kind}")
            await asyncio.sleep(0.1)
    if bot.hook:
        await knock(bot.hook)
    if url.startswith("postgresql"):
        server = await asyncpg.connect(url.replace("+asyncpg", ""))
        for _ in range(5):
            await server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await eve.writes("Evequux says something meanwhile")
        await server.close()
    await asyncio.sleep(0.5)


async def knock(hook: str) -> None:
    """What Telegram would not send. Each on a connection of its own: one that a refusal has closed
    would else be used again by the next."""
    bodies = (b"{", b'{"update_id": 1, "message": {"text": "Evequux"}}', b"[" * 99_999)
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector) as stranger:
        for body, secret in product(bodies, ("", HOOK_SECRET + "x", HOOK_SECRET)):
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            headers["Content-Type"] = "application/json"
            with suppress(aiohttp.ClientConnectionError):  # a refusal does not wait for the body
                async with stranger.post(hook, data=body, headers=headers) as answer:
                    assert answer.status in (200, 400, 403)


def found(log: str, words: dict[str, str]) -> Iterator[str]:
    """The lines that say one of the words."""
    for line in log.lower().splitlines():
        for word, as_given in words.items():
            if word in line or word.encode("unicode_escape").decode() in line:
                yield f"{as_given!r} in: {line[:400]}"


@pytest.mark.parametrize(
    ("engine", "style", "mode"),
    [
        pytest.param("sqlite", "console", "polling"),
        pytest.param("postgresql", "json", "webhook", marks=pytest.mark.postgres),
    ],
)
async def test_a_whole_life_at_debug_level_leaves_no_word_of_anybody_in_the_log(
    tmp_path: Path, engine: str, style: str, mode: str
) -> None:
    await engines.require(engine)
    log = tmp_path / "out" / "log"
    log.parent.mkdir()
    async with (
        migrated.migrated_url(engine, tmp_path) as url,
        running(tmp_path, with_password(url), style, mode, log) as bot,
    ):
        await life(bot)
        await things_go_wrong(bot, url)
    told = log.read_text("utf-8")
    assert len(re.findall("update failed|failed unseen|crashed", told)) >= EVENTS_OF_WAYS
    assert "Traceback" in told
    assert clumsy_bot.__file__.rpartition(os.sep)[2] in told, "where it was stays to be read"
    assert list(found(told, bot.words)) == []
