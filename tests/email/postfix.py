"""Debian's Postfix with OpenDKIM before it, as an office would have them, on high ports and in a
folder of their own. What it passes on goes to one server."""

import asyncio
import os
import shutil
import socket
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests import engines

MASTER_CF = Path("/usr/share/postfix/master.cf.dist")
SELECTOR, DOMAIN = "clamour", "example.org"
SIGNED_TOO = "list-unsubscribe-post"
"""OpenDKIM signs List-Unsubscribe by itself, but not its companion."""

_MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_dns_support_level = disabled
relayhost = [127.0.0.1]:{sink}
smtpd_milters = inet:127.0.0.1:{milter}
milter_default_action = tempfail
"""
_OPENDKIM_CONF = """\
Mode s
Domain {domain}
Selector {selector}
KeyFile {folder}/key.pem
Socket inet:{milter}@127.0.0.1
Canonicalization relaxed/relaxed
SignHeaders *,+{also}
OversignHeaders From
InternalHosts 127.0.0.1
RequireSafeKeys no
Syslog no
"""


@dataclass(frozen=True)
class Postfix:
    """The server, and what the domain's DNS says of its key."""

    port: int
    dns_record: bytes


@asynccontextmanager
async def postfix(sink: int) -> AsyncIterator[Postfix]:
    """Run both; skip, or fail where nothing may be left out, where they are not installed."""
    _require()
    folder = Path(tempfile.mkdtemp(prefix="clamour-postfix-", dir="/tmp"))
    folder.chmod(0o755)
    port, milter = _free_port(), _free_port()
    try:
        record = _configure(folder, port, milter, sink)
        async with _running("opendkim", "-f", "-x", str(folder / "opendkim.conf"), port=milter):
            conf = str(folder / "conf")
            await _run("postfix", "-c", conf, "check")
            async with _running("postfix", "-c", conf, "start-fg", port=port):
                try:
                    yield Postfix(port, record)
                finally:  # its master is in a session of its own
                    await _run("postfix", "-c", conf, "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _require() -> None:
    missing = [name for name in ("postfix", "opendkim") if shutil.which(name, path=_path()) is None]
    if missing:
        why = f"no {' and no '.join(missing)}: install them (apt-get install postfix opendkim)"
        if engines.must_not_skip():
            pytest.fail(why)
        pytest.skip(why)
    if os.geteuid() != 0:
        pytest.skip("Postfix can be started by root alone")


def _path() -> str:
    return f"{os.environ['PATH']}:/usr/sbin"


def _configure(folder: Path, port: int, milter: int, sink: int) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    for name in ("conf", "queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    given = {"folder": folder, "milter": milter, "sink": sink}
    (folder / "conf" / "main.cf").write_text(_MAIN_CF.format(**given), "utf-8")
    lines = MASTER_CF.read_text("utf-8").splitlines(keepends=True)
    of_ours = [
        line.replace("smtp      inet", f"127.0.0.1:{port} inet", 1)
        for line in lines
        if not line.startswith("#")
    ]
    (folder / "conf" / "master.cf").write_text("".join(of_ours), "utf-8")
    (folder / "opendkim.conf").write_text(
        _OPENDKIM_CONF.format(domain=DOMAIN, selector=SELECTOR, also=SIGNED_TOO, **given), "utf-8"
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b"v=DKIM1; k=rsa; p=" + b64encode(public)


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        env={"PATH": _path()},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode("utf-8", "replace")


@asynccontextmanager
async def _running(*command: str, port: int) -> AsyncIterator[None]:
    """A program in the foreground, once it listens."""
    process = await asyncio.create_subprocess_exec(
        *command, env={"PATH": _path()}, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(60):
            while not await _listens(port):
                assert process.returncode is None, f"{command[0]} ended"
                await asyncio.sleep(0.05)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
