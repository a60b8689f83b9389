"""Promises of replies by email, at a real IMAP server and a real mail server: what a person writes
back reaches the inbox of the desk once, and what the desk answers reaches that person alone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select, update

from bot import incoming_mail
from bot.jobs import email_answers
from bot.jobs.email_answers import EmailAnswers
from campaign import erasure, inbox
from campaign.definition.text_rules import telegram_length
from campaign.request_limits import MESSAGES_OF_ACCOUNT
from campaign.worker import WorkerDied
from channels.email.message_ids import SentAlone, SentPersonal, message_id
from channels.email.transport import MailTransport
from storage import addresses, blocks, inbox_letters, joined_people, staff, tables
from storage.email_keys import email_key
from storage.joined_people import JoinedPerson
from tests import engines
from tests.campaign import petitions
from tests.campaign.delivery_world import NOW
from tests.campaign.email_readers import address_of
from tests.email.dovecot import Dovecot, dovecot
from tests.email.letters import text_of
from tests.email.mail_house import MailHouse
from tests.email.office_world import KEY, SENDER, Office, office_on

STAFF = 4242


@pytest.fixture
async def mailbox() -> AsyncIterator[Dovecot]:
    async with dovecot() as mailbox:
        yield mailbox


@pytest.fixture
async def office(mailbox: Dovecot, tmp_path: Path) -> AsyncIterator[Office]:
    async with office_on("sqlite", tmp_path, mailbox) as office:
        async with office.database.transaction() as db:
            await petitions.person(db, STAFF, NOW)
            await staff.upsert(db, STAFF, "editor", NOW)
        yield office


@pytest.fixture
async def house() -> AsyncIterator[MailHouse]:
    async with MailHouse.stands() as house:
        yield house


async def told(office: Office, template: str) -> list[int]:
    """Who is to be told that, in their chat."""
    table = tables.notifications
    async with office.database.reading() as db:
        rows = await db.scalars(select(table.c.telegram_id).where(table.c.template == template))
        return list(rows)


async def answers(office: Office, words: str = "Gladly: come at ten.", seen: int = 10**9) -> int:
    asked = (await office.desk())[-1]
    async with office.database.transaction() as db:
        return await inbox.answer(
            db, asked.conversation_id, words, by=STAFF, seen=seen, now=office.services.clock()
        )


async def post(office: Office, house: MailHouse) -> None:
    """The answers that are due go out."""
    async with MailTransport(house.named(seconds=1.0)) as mail:
        postman = EmailAnswers(office.services, mail, f"Petition <{SENDER}>")
        while await postman.send_due():
            pass


async def test_a_reply_reaches_the_desk_with_what_is_new_in_it_and_is_marked(
    office: Office, mailbox: Dovecot
) -> None:
    await office.reads(await office.reply("Can I help?\r\n\r\nDora"))
    (message,) = await office.desk()
    assert (message.words, message.answered_by) == ("Can I help?\n\nDora", None)
    assert message.supporter_id == (await office.reader()).id
    assert message.email is not None
    assert message.email["attachments"] == 0
    assert mailbox.look() == [("Re: The Commissioner has read it", r"\Seen $Clamour")]
    assert await told(office, inbox.NEWS) == [STAFF]


FORGED = {
    "from somebody else": {"From": "Eve <eve@example.net>"},
    "from another reader": {"From": address_of(1)},
    "to no letter of ours": {"In-Reply-To": "<12.345.0123456789abcdef0123@example.org>"},
    "to nothing": {"In-Reply-To": ""},
    "an answer while away": {"Auto-Submitted": "auto-replied"},
    "round in circles": {"From": SENDER},
}


@pytest.mark.parametrize("name", FORGED)
async def test_what_is_not_surely_a_persons_reply_stays_in_the_mailbox_untouched(
    office: Office, mailbox: Dovecot, name: str
) -> None:
    forged = dict(FORGED[name])
    if name == "from another reader":
        forged["From"] = address_of(office.readers[1])
    await office.reads(await office.reply(**forged))
    assert await office.desk() == []
    assert [flags for _, flags in mailbox.look()] == [""]


async def test_an_address_that_no_code_has_proved_is_nobodys(office: Office) -> None:
    async with office.database.transaction() as db:
        await db.execute(update(tables.addresses).values(verified_at=None))
    await office.reads(await office.reply())
    assert await office.desk() == []


async def test_files_and_what_is_too_long_are_said_to_be_in_the_mailbox(office: Office) -> None:
    long = "Very much to say. " * 300
    mixed = {"Content-Type": "multipart/mixed; boundary=b"}
    file = "--b\r\nContent-Type: image/jpeg; name=a.jpg\r\n\r\nxx\r\n"
    body = f"--b\r\nContent-Type: text/plain\r\n\r\n{long}\r\n{file}{file}--b--"
    await office.reads(await office.reply(body, **mixed))
    (message,) = await office.desk()
    assert message.email is not None
    assert (message.email["attachments"], message.email["cut"]) == (2, True)
    assert message.words.endswith("to say. …")
    assert inbox.LONGEST - 50 < len(message.words) <= inbox.LONGEST


async def test_what_has_no_spaces_is_cut_all_the_same(office: Office) -> None:
    await office.reads(await office.reply("x" * 900 + "😀" * 900))
    (message,) = await office.desk()
    assert message.words.startswith("x" * 900 + "😀" * 500)
    assert telegram_length(message.words) <= inbox.LONGEST


async def test_who_is_blocked_or_writes_a_lot_stays_in_the_mailbox(
    office: Office, mailbox: Dovecot
) -> None:
    most = MESSAGES_OF_ACCOUNT.an_hour
    for number in range(most + 2):
        mailbox.receives(await office.reply(f"Number {number}."))
    async with office.database.transaction() as db:
        await blocks.add(db, (await office.reader(1)).id, office.petition.id, STAFF, NOW)
    await office.reads(await office.reply("Blocked.", number=1))
    assert [one.words for one in await office.desk()] == [f"Number {n}." for n in range(most)]
    assert [flags for _, flags in mailbox.look()] == [r"\Seen $Clamour"] * most + [""] * 3


@pytest.mark.crash
@pytest.mark.parametrize(
    ("engine", "point"),
    engines.crossed("before the effect", "before the mark", "before the place"),
)
async def test_killed_on_the_way_a_reply_reaches_the_desk_once(
    engine: str, point: str, mailbox: Dovecot, tmp_path: Path
) -> None:
    async with office_on(engine, tmp_path, mailbox) as office:
        mailbox.receives(await office.reply())
        await office.dies(point)
        await office.job.read()
        mailbox.moves_house()
        await office.job.read()
        assert [one.words for one in await office.desk()] == ["Can I help?"]
        assert [flags for _, flags in mailbox.look()] == [r"\Seen $Clamour"]


async def test_a_reply_that_takes_too_much_to_read_stays_and_the_log_says_so(
    office: Office, mailbox: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_much(*_: Any, **__: Any) -> None:
        raise WorkerDied("time")

    monkeypatch.setattr(incoming_mail.worker, "run", too_much)
    mailbox.receives(await office.reply())
    with structlog.testing.capture_logs() as log:
        for _ in range(2):
            await office.job.read()
    assert [one["event"] for one in log] == ["email not read: it stays in the mailbox"]
    assert await office.desk() == []


def is_reply(letter: EmailMessage, to: str) -> None:
    assert letter["In-Reply-To"] == letter["References"] == to


async def test_the_answer_goes_by_email_as_a_reply_to_that_person_alone_and_so_on(
    office: Office, house: MailHouse
) -> None:
    await office.reads(await office.reply())
    await answers(office)
    await post(office, house)
    ((to, letter),) = house.letters
    assert to == address_of(office.readers[0])
    is_reply(letter, "<their.own@example.net>")
    assert letter["Subject"] == "Re: The Commissioner has read it"
    view = office.petition.view("en")
    assert view.organiser in letter["From"]
    assert SENDER in letter["From"]
    words = text_of(letter)
    assert words.startswith("Gladly: come at ten.")
    assert "> Can I help?" in words
    assert "List-Unsubscribe" not in letter
    assert "Auto-Submitted" not in letter
    assert await told(office, inbox.ANSWER) == []

    again = await office.reply("At ten, then.", to=letter["Message-ID"], Message_ID="<2@x>")
    await office.reads(again)
    first, answer, second = await office.desk()
    assert first.conversation_id == answer.conversation_id == second.conversation_id
    assert second.words == "At ten, then."
    await answers(office, "See you.")
    await post(office, house)
    is_reply(house.letters[-1][1], "<2@x>")
    assert len(house.letters) == 2


async def test_what_was_written_in_a_chat_is_answered_there_though_an_email_came_before(
    office: Office, house: MailHouse
) -> None:
    await office.reads(await office.reply())
    reader = await office.reader()
    async with office.database.transaction() as db:
        await inbox.write(db, office.petition, reader, "And here?", key=KEY, now=NOW)
    await answers(office, "To the chat.")
    assert await told(office, inbox.ANSWER) == [reader.telegram_id]
    await post(office, house)
    assert house.letters == []


async def test_an_answer_of_which_nobody_knows_is_told_and_not_sent_again(
    office: Office, house: MailHouse
) -> None:
    await office.reads(await office.reply())
    number = await answers(office)
    house.closes = "after the dot"
    await post(office, house)
    house.closes = ""
    await post(office, house)
    assert len(house.letters) <= 1
    assert await told(office, "inbox/unsure") == [STAFF]
    answer = (await office.desk())[-1]
    assert (answer.id, answer.undelivered) == (number, False)
    assert answer.email is not None
    assert answer.email["unsure"] is True


async def test_an_answer_in_hand_of_a_process_that_died_is_told_and_not_sent_again(
    office: Office, house: MailHouse
) -> None:
    await office.reads(await office.reply())
    await answers(office)
    async with office.database.transaction() as db:
        assert await inbox_letters.claim(db, now=NOW, limit=9)
    await post(office, house)
    assert await told(office, "inbox/unsure") == []
    office.services.clock = lambda: NOW + email_answers.LEASE + timedelta(seconds=1)
    await post(office, house)
    assert await told(office, "inbox/unsure") == [STAFF]
    assert house.letters == []


async def test_a_mail_server_that_is_away_gets_the_answer_later(
    office: Office, house: MailHouse
) -> None:
    await office.reads(await office.reply())
    await answers(office)
    house.of_recipient = lambda _: "451 4.7.1 greylisted"
    await post(office, house)
    house.of_recipient = lambda _: "250 OK"
    await post(office, house)
    assert house.letters == []
    office.services.clock = lambda: NOW + timedelta(hours=1)
    await post(office, house)
    assert len(house.letters) == 1


@pytest.mark.parametrize("why", ["no such mailbox", "taken away", "too long"])
async def test_an_answer_that_cannot_arrive_is_told(
    office: Office, house: MailHouse, why: str
) -> None:
    await office.reads(await office.reply())
    await answers(office)
    if why == "no such mailbox":
        house.of_recipient = lambda _: "550 5.1.1 no such user"
    elif why == "taken away":
        async with office.database.transaction() as db:
            await addresses.remove(db, (await office.address()).id)
    else:
        house.of_recipient = lambda _: "451 4.7.1 greylisted"
        office.services.clock = lambda: NOW + email_answers.TOO_LATE
    await post(office, house)
    assert house.letters == []
    assert (await office.desk())[-1].undelivered
    assert await told(office, inbox.UNDELIVERED) == [STAFF]


async def test_an_answer_that_comes_back_is_told_once(
    office: Office, mailbox: Dovecot, house: MailHouse
) -> None:
    await office.reads(await office.reply())
    await answers(office)
    await post(office, house)
    name = str(house.letters[0][1]["Message-ID"]).encode()
    returned = (await office.bounce()).replace((await office.letter_id()).encode(), name)
    mailbox.receives(returned)
    await office.reads(returned + b"again")
    assert await told(office, inbox.UNDELIVERED) == [STAFF]
    assert (await office.address()).reachable


async def test_who_has_typed_the_code_can_answer_the_email_with_it(office: Office) -> None:
    async with office.database.transaction() as db:
        signer = await petitions.person(db, 77, NOW)
        await petitions.signs(db, office.petition, signer, NOW)
        proved = {"email": "ann@example.net", "email_key": email_key("ann@example.net")}
        await db.execute(
            update(tables.signatures)
            .where(tables.signatures.c.supporter_id == signer.id)
            .values(**proved, proof="email")
        )
    code = message_id(SentAlone("code", office.petition.id, signer.id, 5), KEY, "example.org")
    for sender in ("ann@example.net", "eve@example.net"):
        await office.reads(await office.reply(f"I am {sender}.", to=code, From=sender))
    assert [one.words for one in await office.desk()] == ["I am ann@example.net."]


async def test_thanks_and_reminders_can_be_answered_too(office: Office) -> None:
    thanks = SentPersonal(7, (await office.address()).id, office.petition.id)
    for sender in (address_of(office.readers[0]), "eve@example.net"):
        to = message_id(thanks, KEY, "example.org")
        await office.reads(await office.reply(f"I am {sender}.", to=to, From=sender))
    assert [one.words for one in await office.desk()] == [f"I am {address_of(office.readers[0])}."]


async def test_who_has_been_joined_with_another_is_that_one(office: Office) -> None:
    reply = await office.reply()
    loser, survivor = await office.reader(), await office.reader(1)
    joined = JoinedPerson(loser.id, survivor.id, None, NOW)
    async with office.database.transaction() as db:
        await joined_people.add(db, joined)
        await addresses.prove(db, (await office.address()).id, survivor.id, now=NOW)
    await office.reads(reply)
    assert [one.supporter_id for one in await office.desk()] == [survivor.id]


async def test_who_has_been_erased_writes_to_the_mailbox_alone_and_gets_no_answer(
    office: Office, house: MailHouse
) -> None:
    await office.reads(await office.reply())
    await answers(office)
    letter = await office.reply("Are you there?", Message_ID="<2@x>")
    async with office.database.transaction() as db:
        await erasure.erase(db, await office.reader(), now=NOW)
    await office.reads(letter)
    await post(office, house)
    assert await office.desk() == []
    assert house.letters == []
    async with office.database.reading() as db:
        assert not await inbox_letters.are_there(db)


async def test_an_answer_to_somebody_erased_never_becomes_another_persons(
    office: Office, house: MailHouse
) -> None:
    await office.reads(await office.reply())
    await answers(office, "Dora, come at ten.")
    async with office.database.transaction() as db:
        await erasure.erase(db, await office.reader(), now=NOW)
    for number, words in enumerate(("First.", "Second.")):
        await office.reads(await office.reply(words, number=1, Message_ID=f"<{number}@x>"))
    await post(office, house)
    assert house.letters == [], "nobody has answered yet"
    await answers(office, "Emma, come at noon.")
    await post(office, house)
    assert [to for to, _ in house.letters] == [address_of(office.readers[1])]
    assert "at noon" in text_of(house.letters[0][1])
    assert not (await office.desk())[-1].undelivered
