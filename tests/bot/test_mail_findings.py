"""Promises of what `clamour email test` and `clamour check` say of the sender."""

import pytest

from bot.cli import mail_findings
from bot.cli.mail_findings import AS_NOTES, tell_of_returned, tell_of_sender, tell_where_to_look
from tests.email.dns_server import DnsServer
from tests.email.dovecot import dovecot

DOMAIN = "petition.example.org"
TEST = b"From: us@petition.example.org\r\nMessage-ID: <test.1@x>\r\n\r\nA test.\r\n"


async def test_what_dns_says_is_said_and_no_dns_fails_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with DnsServer.open() as server:
        server.knows(DOMAIN, "MX", "10 mail.example.org.")
        await tell_of_sender(DOMAIN, resolver=server.resolver())
        assert "✗ SPF: petition.example.org has no record" in capsys.readouterr().out
        await tell_of_sender(DOMAIN, AS_NOTES, server.resolver())
        assert "· SPF: petition.example.org has no record" in capsys.readouterr().out
        server.fails = True
        await tell_of_sender(DOMAIN, resolver=server.resolver())
        assert "· No DNS server answers" in capsys.readouterr().out
    await tell_of_sender("localhost")
    assert "email.sender is on localhost" in capsys.readouterr().out


async def test_the_test_is_looked_for_in_the_offices_mailbox(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dovecot() as mailbox, DnsServer.open() as server:
        mailbox.receives(TEST)
        resolver = server.blocking_resolver()
        await tell_of_returned(mailbox.server, "<test.1@x>", DOMAIN, resolver)
        assert "✗ DKIM: the email is not signed" in capsys.readouterr().out
        assert [flags for _, flags in mailbox.look()] == [""]
        monkeypatch.setattr(mail_findings, "RETURNED_WITHIN_SECONDS", 0.5)
        await tell_of_returned(mailbox.server, "<test.2@x>", DOMAIN, resolver)
        assert "has not come to the mailbox" in capsys.readouterr().out


def test_for_an_email_that_went_elsewhere_it_is_said_what_to_look_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell_where_to_look(DOMAIN, "office@example.org")
    said = " ".join(capsys.readouterr().out.split())
    assert "Authentication-Results" in said
    assert "Send it to office@example.org instead" in said
