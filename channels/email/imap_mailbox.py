"""A mailbox read by IMAP (RFC 3501): nothing in it is deleted, and what is only looked at stays as
unread as it was.

MailboxFault   it cannot be read now
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from channels.email.mail_parts import MOST_BYTES

HANDLED = "$Clamour"
"""The keyword of mails that have been dealt with; they are marked as read, too."""

STEP_SECONDS = 30.0
GOODBYE_SECONDS = 2.0
_PASSING = (b"[UNAVAILABLE]", b"[INUSE]", b"[LIMIT]")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class ImapServer:
    """A mailbox, as the settings name it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: bool = True


class MailboxFault(Exception):
    """It cannot be read now.

    Attributes:
        why: the server is away (or has hung up), it refuses the login, it has no such folder, or
            its certificate is not valid.
    """

    def __init__(self, why: Literal["away", "login", "folder", "certificate"]) -> None:
        super().__init__(why)
        self.why = why


class ImapMailbox:
    """A folder that is open.

    Attributes:
        validity: mails have the same numbers as before as long as this stays the same.
    """

    def __init__(self, client: Any, lost: asyncio.Event) -> None:
        self._client = client
        self._lost = lost
        self.validity = 0

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, server: ImapServer, *, tls: ssl.SSLContext | None = None
    ) -> "AsyncIterator[ImapMailbox]":
        """Log in, and have the folder open for as long as the block runs.

        Args:
            tls: in place of the system's certificates.

        Raises:
            MailboxFault: now or later.
        """
        import aioimaplib  # few processes need it

        lost = asyncio.Event()
        if server.tls and tls is None:
            tls = await asyncio.to_thread(ssl.create_default_context)
        client = aioimaplib.IMAP4(
            server.host,
            server.port,
            timeout=STEP_SECONDS,
            conn_lost_cb=lambda _: lost.set(),
            ssl_context=tls if server.tls else None,
        )
        mailbox = cls(client, lost)
        try:
            await mailbox._begin(server)
            yield mailbox
        finally:
            await mailbox._end()

    async def since(self, uid: int, day: date) -> Sequence[int]:
        """Numbers of the mails behind this one that came on that day or later, the oldest first."""
        on = f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        return await self._found("UID", f"{uid + 1}:*", "SINCE", on, after=uid)

    async def named(self, message_id: str) -> Sequence[int]:
        """Numbers of the mails with that Message-ID, the oldest first."""
        from aioimaplib.aioimaplib import quoted

        return await self._found("HEADER", "Message-ID", quoted(message_id))

    async def fetch(self, uid: int) -> bytes | None:
        """A mail's first megabyte; None if it is not there any more."""
        parts = f"(BODY.PEEK[]<0.{MOST_BYTES}>)"
        answer = await self._ask(self._client.uid("fetch", str(uid), parts))
        literals = [bytes(line) for line in answer.lines if isinstance(line, bytearray)]
        return literals[0] if literals else None

    async def mark(self, uid: int) -> None:
        """Mark a mail as read and dealt with; where a server takes no keywords, as read."""
        for flags in (rf"(\Seen {HANDLED})", r"(\Seen)"):
            answer = await self._ask(self._client.uid("store", str(uid), "+FLAGS.SILENT", flags))
            if answer.result == "OK":
                return

    async def _begin(self, server: ImapServer) -> None:
        from aioimaplib.aioimaplib import quoted

        await self._ask(self._client.wait_hello_from_server())
        if "LOGINDISABLED" in self._client.protocol.capabilities:
            raise MailboxFault("login")
        entered = await self._ask(self._client.login(quoted(server.user), server.password))
        if entered.result != "OK":
            raise MailboxFault("away" if _will_pass(entered.lines) else "login")
        opened = await self._ask(self._client.select(quoted(server.folder)))
        if opened.result != "OK":
            raise MailboxFault("folder")
        for line in opened.lines:
            _, mark, rest = bytes(line).partition(b"[UIDVALIDITY ")
            if mark:
                self.validity = int(rest.partition(b"]")[0])

    async def _found(self, *criteria: str, after: int = 0) -> Sequence[int]:
        answer = await self._ask(self._client.uid_search(*criteria, charset=None))
        if answer.result != "OK":
            raise MailboxFault("away")
        *lists, _ = answer.lines
        found = {int(one) for line in lists for one in bytes(line).split() if one.isdigit()}
        return sorted(uid for uid in found if uid > after)

    async def _ask(self, command: Coroutine[Any, Any, Any]) -> Any:
        """The server's answer, unless it hangs up or thinks for too long."""
        from aioimaplib import AioImapException

        asking = asyncio.ensure_future(command)
        losing = asyncio.ensure_future(self._lost.wait())
        try:
            async with asyncio.timeout(STEP_SECONDS):
                await asyncio.wait({asking, losing}, return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                return asking.result()
        except ssl.SSLCertVerificationError:
            raise MailboxFault("certificate") from None
        except (AioImapException, OSError, ValueError):  # TimeoutError is an OSError
            raise MailboxFault("away") from None
        finally:
            losing.cancel()
            asking.cancel()
        raise MailboxFault("away")

    async def _end(self) -> None:
        protocol = self._client.protocol
        if protocol.transport is None:
            return
        with suppress(Exception):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._client.logout()
        protocol.transport.close()


def _will_pass(lines: Sequence[bytes]) -> bool:
    """Whether a login is refused for now alone (https://www.rfc-editor.org/rfc/rfc5530#section-3)."""
    return any(bytes(line).upper().startswith(_PASSING) for line in lines)


async def opens(server: ImapServer) -> None:
    """Open the mailbox and close it again.

    Raises:
        MailboxFault: it cannot be read.
    """
    async with ImapMailbox.opened(server):
        pass
