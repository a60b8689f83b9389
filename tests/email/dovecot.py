"""Debian's Dovecot, as an office's provider would have it, on a high port and in a folder of its
own. Mails are put where a mail server delivers them."""

import asyncio
import contextlib
import imaplib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from grp import getgrgid
from pathlib import Path
from pwd import getpwnam, getpwuid

import pytest

from channels.email.imap_mailbox import ImapServer
from tests import engines
from tests.e2e.killable import free_port

USER, PASSWORD = "office@example.org", 'se"cret \\ 5'

_CONF = """\
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {internal}
first_valid_uid = 1
mail_location = maildir:{folder}/mail
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """The server, and the mailbox in it."""

    port: int
    folder: Path
    tls: bool = False

    @property
    def server(self) -> ImapServer:
        """As the settings name it."""
        return ImapServer("127.0.0.1", self.port, USER, PASSWORD, tls=self.tls)

    def receives(self, raw: bytes) -> None:
        """A mail comes."""
        name = f"{time.time_ns()}.example.org"  # the server numbers them by their names
        draft, new = self.folder / "mail" / "tmp" / name, self.folder / "mail" / "new" / name
        draft.write_bytes(raw)
        if os.geteuid() == 0:
            shutil.chown(draft, "nobody")
        draft.rename(new)

    def look(self, folder: str = "INBOX") -> list[tuple[str, str]]:
        """What the office sees: of each mail its subject and its flags."""
        client = imaplib.IMAP4("127.0.0.1", self.port)
        try:
            client.login(f'"{USER}"', PASSWORD)
            client.select(folder, readonly=True)
            _, numbers = client.search(None, "ALL")
            found = []
            for number in numbers[0].split():
                _, parts = client.fetch(number, "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
                head, subject = parts[0]
                flags = head.decode().partition("FLAGS (")[2].partition(")")[0]
                found.append((subject.decode().partition(": ")[2].strip(), flags))
            return found
        finally:
            client.logout()

    def moves_house(self) -> None:
        """Its numbers of mails are other ones from now on (another UIDVALIDITY)."""
        for pattern in ("dovecot-uid*", "dovecot.index*"):
            for one in (self.folder / "mail").glob(pattern):
                one.unlink()


@asynccontextmanager
async def dovecot(*, certificate: tuple[Path, Path] | None = None) -> AsyncIterator[Dovecot]:
    """Run it; skip, or fail where nothing may be left out, where it is not installed.

    Args:
        certificate: a certificate and its key, for a server that speaks TLS.
    """
    _require()
    folder = Path(tempfile.mkdtemp(prefix="clamour-dovecot-", dir="/tmp"))
    folder.chmod(0o755)
    plain, tls = free_port(), free_port()
    try:
        _configure(folder, plain, tls, certificate)
        async with _running(folder, plain):
            yield Dovecot(tls if certificate else plain, folder, tls=certificate is not None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _require() -> None:
    if shutil.which("dovecot", path=_path()) is None:
        why = "no dovecot: install it (apt-get install dovecot-imapd)"
        if engines.must_not_skip():
            pytest.fail(why)
        pytest.skip(why)


def _path() -> str:
    return f"{os.environ['PATH']}:/usr/sbin"


def _configure(folder: Path, plain: int, tls: int, certificate: tuple[Path, Path] | None) -> None:
    as_root = os.geteuid() == 0
    owner = getpwnam("nobody") if as_root else getpwuid(os.geteuid())
    internal = getpwnam("dovecot") if as_root else owner
    for name in ("run", "home", "mail", "mail/cur", "mail/new", "mail/tmp"):
        (folder / name).mkdir()
        if as_root and name != "run":
            os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}:::::\n", "utf-8")
    (folder / "users").chmod(0o644)
    files = certificate or ("", "")
    (folder / "dovecot.conf").write_text(
        _CONF.format(
            folder=folder,
            plain=plain,
            tls=tls if certificate else 0,
            ssl="yes" if certificate else "no",
            certificate=f"ssl_cert = <{files[0]}\nssl_key = <{files[1]}" if certificate else "",
            internal=internal.pw_name,
            group="dovecot" if as_root else getgrgid(owner.pw_gid).gr_name,
            owner=owner.pw_uid,
            owner_group=owner.pw_gid,
        ),
        "utf-8",
    )


@asynccontextmanager
async def _running(folder: Path, port: int) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *("dovecot", "-F", "-c", str(folder / "dovecot.conf")),
        env={"PATH": _path()},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(30):
            while not await _listens(port):
                assert process.returncode is None, (folder / "log").read_text("utf-8")
                await asyncio.sleep(0.02)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        await writer.wait_closed()
        return True
    return False
