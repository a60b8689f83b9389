"""Promises kept with a real mail server on the way: letters are signed, bounces are known."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from channels.email.bounces import Bounce, read_bounce
from channels.email.letter import write
from channels.email.message_ids import Sent, message_id, read_message_id
from channels.email.transport import MailTransport
from messages import bot_texts
from tests.email.letters import LETTER, NOW, text_of
from tests.email.mail_house import YES, MailHouse
from tests.email.postfix import DOMAIN, SELECTOR, Postfix, postfix

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = b"k" * 32
NOBODY = "nobody@example.net"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[MailHouse]:
    """Where everybody's mail is, the office's, too."""
    async with MailHouse.stands() as house:
        house.of_recipient = lambda to: "550 5.1.1 no such user here" if to == NOBODY else YES
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(house: MailHouse) -> AsyncIterator[Postfix]:
    async with postfix(house.port) as server:
        yield server


async def send(house: MailHouse, server: Postfix, to: str, delivery: int) -> None:
    named = replace(house.named(), port=server.port, seconds=20.0)
    letter = write(
        LETTER,
        bot_texts(),
        sender=named.sender,
        to=to,
        message_id=message_id(Sent(12, delivery), KEY, DOMAIN),
        now=NOW,
    )
    async with MailTransport(named) as transport:
        await transport.send(to, letter)


async def arrived(house: MailHouse, to: str) -> bytes:
    async with asyncio.timeout(60):
        while to not in house.addresses:
            await asyncio.sleep(0.05)
    return house.raw[house.addresses.index(to)]


async def test_a_letter_arrives_signed_with_all_that_unsubscribes(
    house: MailHouse, server: Postfix
) -> None:
    import dkim

    await send(house, server, "ada@example.net", 345)
    raw = await arrived(house, "ada@example.net")

    def dns(name: bytes, timeout: int = 5) -> bytes:
        assert name == f"{SELECTOR}._domainkey.{DOMAIN}.".encode()
        return server.dns_record

    assert dkim.verify(raw, dnsfunc=dns)
    assert not dkim.verify(raw.replace(b"One-Click", b"Two-Click"), dnsfunc=dns)
    signature = re.search(rb"DKIM-Signature:.*?\bh=([^;]+);", raw, re.DOTALL)
    assert signature
    signed = {name.strip().lower() for name in re.sub(rb"\s", b"", signature[1]).split(b":")}
    assert {
        *(b"from", b"reply-to", b"to", b"subject", b"date", b"list-id"),
        *(b"list-unsubscribe", b"list-unsubscribe-post"),
    } <= signed
    assert b"\r\nList-Unsubscribe: <https://" in raw
    letter = next(letter for to, letter in house.letters if to == "ada@example.net")
    assert LETTER.petition in " ".join(text_of(letter).split())
    assert str(letter["Subject"]) == LETTER.subject


async def test_a_bounce_names_the_letter_that_did_not_arrive(
    house: MailHouse, server: Postfix
) -> None:
    await send(house, server, NOBODY, 346)
    bounce = read_bounce(await arrived(house, "petition@example.org"))
    ours = message_id(Sent(12, 346), KEY, DOMAIN)
    assert bounce == Bounce("hard", ours, NOBODY, "5.1.1", "550 5.1.1, no such mailbox")
    assert read_message_id(bounce.message_id or "", KEY) == Sent(12, 346)
