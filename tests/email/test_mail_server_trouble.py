"""Promises of what is said of a mail server that cannot be used, to whoever has named it."""

from pathlib import Path
from typing import Any

from channels.email.mail_server import MailServer
from channels.email.smtp_connection import SmtpConnection
from tests.email.mail_house import MailHouse, certificate, only

trouble_with = SmtpConnection.trouble_with
ME: dict[str, Any] = {"user": "me", "password": "right"}


async def test_a_server_that_takes_us_is_in_no_trouble_and_gets_no_email() -> None:
    async with MailHouse.stands() as house:
        assert await trouble_with(house.named()) is None
        assert house.letters == []
        await house.goes_away()
        assert await trouble_with(house.named()) == "away"
    assert await trouble_with(MailServer("no.such.invalid", 587, "a@example.org")) == "away"


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
