"""The promise of replies, through the whole bot: an email back reaches /inbox, and what staff
answer in their chat comes back as an email."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.conversations.broadcast_steps import sends, shows, writes
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot
from tests.e2e.site import Site, opened
from tests.email.dovecot import PASSWORD, USER, Dovecot, dovecot
from tests.email.letters import text_of


@pytest.fixture
async def office() -> AsyncIterator[Dovecot]:
    async with dovecot() as office:
        yield office


@pytest.fixture
async def site(office: Dovecot, tmp_path: Path) -> AsyncIterator[Site]:
    mailbox = {"host": "127.0.0.1", "port": office.port, "tls": "none", "seconds": 1}
    async with opened(tmp_path, mailbox={**mailbox, "user": USER, "password": PASSWORD}) as site:
        yield site


@pytest.fixture
async def stage(site: Site) -> RunningBot:
    return site.stage


def reply(to: EmailMessage, words: str) -> bytes:
    header = (
        f"From: Dora Maar <{to['To']}>\r\nTo: {to['Reply-To']}\r\nSubject: Re: {to['Subject']}\r\n"
        f"Message-ID: <from.dora@example.org>\r\nIn-Reply-To: {to['Message-ID']}\r\n"
    )
    return f"{header}\r\n{words}\r\n\r\nOn 1/2/2009, they wrote:\r\n> Old.\r\n".encode()


async def test_a_reply_to_an_update_is_answered_by_staff_and_the_answer_is_an_email(
    site: Site, office: Dovecot, owner: Person
) -> None:
    await owner.says("/start")
    async with site.visitor() as dora:
        await site.signs(dora)
        await dora.taps("Email me updates")
        await dora.taps("I agree")
    await writes(owner, "We meet on Friday.")
    await sends(owner)
    update = await site.mailbox.letter(2)
    office.receives(reply(update, "Where do you meet?"))
    assert "waiting for an answer" in (await shows(owner, "waiting for an answer")).text
    await owner.says("/inbox")
    await owner.taps("1 · Dora" if "Dora" in owner.last.text else "1 · …")
    assert "Where do you meet?" in owner.last.text
    assert "by email" in owner.last.text
    assert "Old." not in owner.last.text
    assert "@example.org" not in owner.last.text
    asked = await owner.taps("Answer")
    assert "by email because they wrote by email" in asked.text
    await owner.says("At the town hall.")
    answer = await site.mailbox.letter(3)
    assert answer["To"] == update["To"]
    assert answer["In-Reply-To"] == "<from.dora@example.org>"
    assert answer["Subject"] == f"Re: {update['Subject']}"
    assert text_of(answer).startswith("At the town hall.")
    assert office.look()[-1][1] == r"\Seen $Clamour"
    code = site.mailbox.letters[0]
    office.receives(reply(code, "Was that all?").replace(b"<from.", b"<another."))
    assert "waiting for an answer" in (await shows(owner, "waiting for an answer")).text
    await owner.says("/inbox")
    assert "Was that all?" in owner.last.text
