"""Promises about a test email that has come to the office's own mailbox."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from channels.email.returned_test import judge
from channels.email.sender_dns import Finding, key_lookup
from tests.email.dns_server import DnsServer

DOMAIN = "petition.example.org"
LETTER = (
    b"From: Petition <us@petition.example.org>\r\nTo: office@example.org\r\n"
    b"Subject: Clamour: a test\r\n\r\nThis is a test.\r\n"
)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.TraditionalOpenSSL,
    serialization.NoEncryption(),
)
PUBLIC = b64encode(
    KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()
HALF = 200
RECORD = f'v=DKIM1; k=rsa; p={PUBLIC[:HALF]}" "{PUBLIC[HALF:]}'


@pytest.fixture
async def server() -> AsyncIterator[DnsServer]:
    async with DnsServer.open() as server:
        yield server


def signed(domain: str = DOMAIN, letter: bytes = LETTER) -> bytes:
    return bytes(dkim.sign(letter, b"clamour", domain.encode(), PEM)) + letter


async def judged(server: DnsServer, raw: bytes) -> list[Finding]:
    """In a thread, as it asks DNS and waits."""
    return list(await asyncio.to_thread(judge, raw, DOMAIN, key_lookup(server.blocking_resolver())))


@pytest.mark.parametrize("domain", [DOMAIN, "example.org"])
async def test_a_signature_of_the_domain_that_holds_is_good(server: DnsServer, domain: str) -> None:
    server.knows(f"clamour._domainkey.{domain}", "TXT", RECORD)
    (finding,) = await judged(server, signed(domain))
    assert finding.kind == "good"
    assert f"signed by {domain} (selector clamour)" in finding.words


async def test_a_signature_of_another_domain_does_not_count(server: DnsServer) -> None:
    server.knows("clamour._domainkey.provider.example", "TXT", RECORD)
    (finding,) = await judged(server, signed("provider.example"))
    assert finding.kind == "bad"
    assert "DMARC does not count" in finding.words
    server.knows(f"clamour._domainkey.{DOMAIN}", "TXT", RECORD)
    (finding,) = await judged(server, signed("provider.example", signed()))
    assert finding.kind == "good"


async def test_a_changed_email_an_unknown_key_and_none_are_said(server: DnsServer) -> None:
    (finding,) = await judged(server, signed())
    assert (finding.kind, "does not hold" in finding.words) == ("bad", True)
    server.knows(f"clamour._domainkey.{DOMAIN}", "TXT", RECORD)
    (finding,) = await judged(server, signed().replace(b"a test.", b"another."))
    assert (finding.kind, "does not hold" in finding.words) == ("bad", True)
    (finding,) = await judged(server, LETTER)
    assert (finding.kind, "is not signed" in finding.words) == ("bad", True)
    server.fails = True
    (finding,) = await judged(server, signed())
    assert finding.kind == "note"


async def test_the_receiving_servers_judgement_is_told(server: DnsServer) -> None:
    said = (
        b"Authentication-Results: mx.example.org;\r\n spf=pass smtp.mailfrom=us@x;\r\n dkim=%s\r\n"
    )
    _, good = await judged(server, said % b"pass" + LETTER)
    assert (good.kind, good.words[-20:]) == ("good", "spf=pass, dkim=pass.")
    _, bad = await judged(server, said % b"fail" + LETTER)
    assert (bad.kind, bad.words[-10:]) == ("bad", "dkim=fail.")


@pytest.mark.parametrize(
    "field", [b"DKIM-Signature: x", b"DKIM-Signature: v=1; d=\xff; s=", b"DKIM-Signature:"]
)
async def test_nonsense_is_a_signature_that_does_not_hold(server: DnsServer, field: bytes) -> None:
    (finding,) = await judged(server, field + b"\r\n" + LETTER)
    assert finding.kind == "bad"
