"""Promises of reading a mailbox by IMAP: only with a certificate that holds, and never for ever."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from channels.email import imap_mailbox
from channels.email.imap_mailbox import ImapMailbox, ImapServer, MailboxFault
from tests.email.dovecot import dovecot
from tests.email.nonsense import saying

TODAY = datetime.now(UTC).date()


def certificate(folder: Path) -> tuple[Path, Path]:
    """One that only who is told of it trusts, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "server.crt", folder / "server.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


async def test_it_is_read_over_tls_and_only_with_a_certificate_that_holds(tmp_path: Path) -> None:
    files = certificate(tmp_path)
    async with dovecot(certificate=files) as mailbox:
        mailbox.receives(b"Subject: hello\r\n\r\nHi\r\n")
        trusting = ssl.create_default_context(cafile=str(files[0]))
        async with ImapMailbox.opened(mailbox.server, tls=trusting) as opened:
            (uid,) = await opened.since(0, TODAY - timedelta(days=1))
            assert await opened.fetch(uid) == b"Subject: hello\r\n\r\nHi\r\n"
            assert await opened.fetch(uid + 1) is None
            assert await opened.since(uid, TODAY - timedelta(days=1)) == []
            assert await opened.since(0, TODAY + timedelta(days=1)) == []
        with pytest.raises(MailboxFault) as fault:
            async with ImapMailbox.opened(mailbox.server):
                raise AssertionError("it is open")
    assert fault.value.why == "certificate"


HELLO = b"* OK [CAPABILITY IMAP4rev1] hello\r\n"


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"* BYE no time\r\n",
        b"220 mail.example.org ESMTP\r\n",
        HELLO,
        HELLO + b"\xff" * 100_000,
        HELLO + b"* 1 FETCH (BODY[] {99999999999}\r\nx" * 50,
    ],
    ids=["nothing", "goodbye", "smtp", "no more", "rubbish", "literals"],
)
@pytest.mark.parametrize("hangs_up", [True, False], ids=["hangs up", "stays"])
async def test_a_server_that_talks_nonsense_is_away(
    says: bytes, hangs_up: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_mailbox, "STEP_SECONDS", 0.5)
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)

    async with asyncio.timeout(20), saying(says, hangs_up=hangs_up) as port:
        with pytest.raises(MailboxFault) as fault:
            async with ImapMailbox.opened(ImapServer("127.0.0.1", port, "u", "p", tls=False)):
                raise AssertionError("it is open")
    assert fault.value.why == "away"


async def test_a_server_that_cannot_look_at_passwords_now_is_away() -> None:
    """Nobody is to change a password for that (https://www.rfc-editor.org/rfc/rfc5530)."""
    async with dovecot() as mailbox:
        (mailbox.folder / "users").write_text("")
        (mailbox.folder / "users").chmod(0)
        with pytest.raises(MailboxFault) as fault:
            async with ImapMailbox.opened(mailbox.server):
                raise AssertionError("it is open")
    assert fault.value.why == "away"


async def test_a_login_cannot_become_another_command() -> None:
    for user, password in (("u\r\nA1 DELETE INBOX", "p"), ("u", "p\r\nA1 DELETE INBOX")):
        async with dovecot() as mailbox:
            server = ImapServer("127.0.0.1", mailbox.port, user, password, tls=False)
            with pytest.raises(MailboxFault):
                async with ImapMailbox.opened(server):
                    raise AssertionError("it is open")
