"""Promises of what is said of a mail server that cannot be used, to whoever has named it."""

from pathlib import Path
from typing import Any

import pytest

from channels.email.mail_server import MailServer
from channels.email.smtp_connection import SmtpConnection
from tests.email.mail_house import MailHouse, certificate, only
from tests.email.nonsense import saying

trouble_with = SmtpConnection.trouble_with
ME: dict[str, Any] = {"user": "me", "password": "right"}


async def test_a_server_that_takes_us_is_in_no_trouble_and_gets_no_email() -> None:
    async with MailHouse.stands() as house:
        assert await trouble_with(house.named()) is None
        assert house.letters == []
        await house.goes_away()
        assert await trouble_with(house.named()) == "away"
    for name in ("no.such.invalid", "mail..example.org", f"{'a' * 64}.example.org"):
        assert await trouble_with(MailServer(name, 587, "a@example.org")) == "away"


@pytest.mark.parametrize(
    "says",
    [
        b"* OK [CAPABILITY IMAP4rev1] hello\r\n",
        b"+OK POP3 ready\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\xff" * 100_000,
    ],
    ids=["imap", "pop", "http", "rubbish"],
)
async def test_what_is_no_mail_server_is_not_said_to_be_busy(says: bytes) -> None:
    async with saying(says) as port:
        other = MailServer("127.0.0.1", port, "a@example.org", tls="none", seconds=2)
        assert await trouble_with(other) == "away"


async def test_a_wrong_password_a_certificate_and_encryption_are_told_apart(
    tmp_path: Path,
) -> None:
    ours, trusting = certificate(tmp_path)
    given = {"tls_context": ours, "require_starttls": True, "authenticator": only("me", "right")}
    async with MailHouse.stands(**given) as house:
        starttls = house.named(tls="starttls", **ME)
        assert await trouble_with(starttls, tls=trusting) is None
        assert await trouble_with(starttls) == "certificate"
        wrong = house.named(tls="starttls", user="me", password="wrong")
        assert await trouble_with(wrong, tls=trusting) == "login"
        assert await trouble_with(house.named(tls="tls", **ME), tls=trusting) == "encryption"
        assert await trouble_with(house.named(**ME), tls=trusting) == "encryption"
    async with MailHouse.stands() as bare:
        assert await trouble_with(bare.named(tls="starttls"), tls=trusting) == "encryption"
