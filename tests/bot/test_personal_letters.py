"""Promises about what single people get by email: each once, whatever the mail server, a kill or
the database does."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from bot.jobs import personal_letters
from bot.jobs.personal_letters import Postman
from campaign import email_updates, erasure, returned_letters
from campaign.catalogue import Catalogue
from campaign.personal_letters import Recipient, look
from campaign.petition import Petition
from campaign.referrals import links
from channels.email import transport, unsubscribe
from channels.email.broadcast_letters import LetterComposer
from channels.email.message_ids import SentPersonal, read_message_id
from channels.email.personal_letters import write
from channels.email.transport import MailTransport
from handlers.services import Services
from messages import bot_texts
from storage import addresses, reminders, supporters
from storage import personal_letters as kept
from storage.addresses import EMAIL
from storage.database import Connection, Database
from storage.errors import DatabaseUnavailable
from storage.personal_letters import PersonalLetter
from tests import migrated
from tests.campaign.email_readers import address_of
from tests.campaign.petitions import published
from tests.campaign.test_personal_letters import brings, signs_in_browser
from tests.email.mail_house import MailHouse

NOON = datetime(2009, 11, 3, 12, tzinfo=UTC)
SENDER = "Petition <petition@example.org>"
KEY = b"a key of this installation's own"
PEOPLE = 6


class Killed(BaseException):
    """The process ends here."""


async def no_pictures(_: str) -> bytes:
    raise AssertionError("nobody has sent any")


@dataclass
class World:
    """People who are to be asked for one friend, and a mail server."""

    services: Services
    petition: Petition
    house: MailHouse
    mail: MailTransport
    people: list[int]
    now: datetime = NOON

    def postman(self) -> Postman:
        letters = LetterComposer(self.services, sender=SENDER, fetch=no_pictures)
        return Postman(self.services, self.mail, letters)

    async def queue(self, kind: str, *people: int, **figures: int | None) -> None:
        async with self.services.database.transaction() as db:
            for one in people:
                await kept.add(db, one, self.petition.id, kind, figures, now=self.now)

    @property
    def got(self) -> Counter[str]:
        return Counter(self.house.addresses)

    async def addresses(self) -> list[str]:
        async with self.services.database.reading() as db:
            found = [await supporters.by_id(db, one) for one in self.people]
        return [address_of(one.telegram_id) for one in found if one]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "FIRST_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(transport, "LONGEST_PAUSE_SECONDS", {"codes": 0.1, "bulk": 0.1})


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    database = await Database.open(await migrated.copied_to(tmp_path / "clamour.db"))
    petition = await published(database, "unit", NOON)
    people = []
    async with database.transaction() as db:
        for number in range(1, PEOPLE + 1):
            person = await signs_in_browser(db, petition, number)
            people.append(person.id)
            await links.personal(db, petition, person, now=NOON)
            await reminders.settle(db, petition.id, person.id, "share", "sent", now=NOON)
    services = Services(database, bot_texts(), Catalogue(database))
    services.signs_on_site, services.public_url = True, "https://petition.example.org"
    services.identity_key = services.letters_key = KEY
    async with MailHouse.stands() as house, MailTransport(house.named()) as mail:
        world = World(services, petition, house, mail, people)
        services.clock = lambda: world.now
        yield world
    await database.close()


async def works(world: World, postman: Postman) -> None:
    """Until there is nothing more for now."""
    async with asyncio.timeout(60):
        while await postman.send_due():
            pass


def parts(letter: EmailMessage) -> tuple[str, str]:
    html, plain = letter.get_body(("html",)), letter.get_body(("plain",))
    assert html is not None
    assert plain is not None
    return str(html.get_content()), str(plain.get_content())


async def test_each_gets_theirs_once(world: World) -> None:
    await world.queue("share", *world.people)
    postman = world.postman()
    for _ in range(3):
        await works(world, postman)
    assert world.got == Counter(await world.addresses())


async def test_a_letter_asks_for_a_friend_in_both_forms_and_can_be_ended(world: World) -> None:
    await world.queue("share", world.people[0])
    await works(world, world.postman())
    ((_, letter),) = world.house.letters
    html, plain = parts(letter)
    assert letter["Subject"] == "Would you ask one friend?"
    assert world.petition.definition.organiser in str(letter["From"])
    link = re.search(r"https://petition.example.org/s/r_\w+", plain)
    assert link is not None
    for form in (html, plain):
        assert link[0] in form
        assert f"{link[0]}/whatsapp" in form
        assert "/stop" not in form.replace("/email/stop", ""), "no command of a chat"
    page = str(letter["List-Unsubscribe"]).strip("<>")
    what = unsubscribe.read_token(page.rpartition("/")[2], KEY)
    assert what is not None
    assert what.campaign_id == world.petition.id
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert page in plain


async def test_thanks_tell_how_many_friends_have_signed(world: World) -> None:
    async with world.services.database.transaction() as db:
        person = await supporters.by_id(db, world.people[0])
        assert person is not None
        await brings(db, world.petition, person, 3)
    await world.queue("thanks", person.id, new=2, total=3, step=3)
    await works(world, world.postman())
    ((_, letter),) = world.house.letters
    assert letter["Subject"] == "2 friends have signed because of you"
    for form in parts(letter):
        assert "Three already" in form


async def test_what_nobody_has_subscribed_to_has_no_button_to_unsubscribe(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wanted(*_: Any, **__: Any) -> str:
        return "send"

    monkeypatch.setattr("campaign.personal_letters._of_reminder", wanted)
    await world.queue("unfinished", world.people[0])
    await works(world, world.postman())
    ((_, letter),) = world.house.letters
    assert letter["Subject"] == "Would you like to finish signing?"
    assert letter["List-Unsubscribe"] is None
    assert letter["Auto-Submitted"] == "auto-generated"
    for form in parts(letter):
        assert "because you started to sign" in " ".join(form.split())
        assert "/email/stop/" in form


async def test_a_kill_costs_those_on_their_way_and_nobody_gets_two(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.queue("share", *world.people)
    sends, first = world.mail.send, asyncio.Event()

    async def killed(to: str, *given: Any, **more: Any) -> None:
        if not first.is_set():
            first.set()
            raise Killed
        await sends(to, *given, **more)

    monkeypatch.setattr(world.mail, "send", killed)
    with pytest.raises(Killed):
        await world.postman().send_due()
    await asyncio.sleep(0.2)  # those beside it may have gone
    before = world.got
    await works(world, world.postman())
    assert set(world.got.values()) == {1}
    assert world.got.total() <= PEOPLE
    assert world.got - before, "the others go on"
    assert world.got.total() >= PEOPLE - personal_letters.TOGETHER
    async with world.services.database.reading() as db:
        assert not await kept.are_due(db, world.now + timedelta(days=9))


@pytest.mark.parametrize("days", [1, 2, 5])
async def test_what_has_to_wait_for_long_is_not_looked_at_all_the_time(
    world: World, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """Quiet hours of a person and of a petition may follow on each other for ever, and some days
    have 25 hours."""
    looked = []

    async def quiet(
        db: Connection, petitions: object, one: PersonalLetter, *, now: datetime
    ) -> Any:
        looked.append(one.id)
        return now + timedelta(days=days, hours=1)

    await world.queue("share", *world.people)
    postman = world.postman()
    with monkeypatch.context() as patched:
        patched.setattr("campaign.personal_letters.look", quiet)
        for _ in range(20):
            await postman.send_due()
    assert sorted(looked) == sorted(set(looked)), "each once"
    world.now += timedelta(days=1, hours=1)
    await works(world, postman)
    assert world.got == Counter(await world.addresses())


async def test_a_mailbox_that_takes_nothing_yet_is_tried_again_later_and_holds_up_nobody(
    world: World,
) -> None:
    await world.queue("share", *world.people)
    slow, *_ = await world.addresses()
    knocks: Counter[str] = Counter()

    def answer(address: str) -> str:
        knocks[address] += 1
        late = address == slow and knocks[address] < 3
        return "450 4.2.0 greylisted" if late else "250 OK"

    world.house.of_recipient = answer
    postman = world.postman()
    await works(world, postman)
    assert world.got == Counter(await world.addresses()) - Counter([slow])
    await works(world, postman)
    assert knocks[slow] == 1, "not on and on"
    for minutes in (2, 6):
        world.now = NOON + timedelta(minutes=minutes)
        await works(world, postman)
    assert world.got == Counter(await world.addresses())


async def test_a_server_that_is_away_costs_nobody_anything(world: World) -> None:
    await world.queue("share", *world.people)
    await world.house.goes_away()
    postman = world.postman()
    await works(world, postman)
    await world.house.comes_back()
    async with asyncio.timeout(60):
        while world.got.total() < PEOPLE:
            world.now += timedelta(seconds=30)
            await works(world, postman)
            await asyncio.sleep(0.05)
    assert world.got == Counter(await world.addresses())


async def test_an_address_that_is_gone_is_not_written_to_again(world: World) -> None:
    gone = (await world.addresses())[0]
    world.house.of_recipient = lambda to: "550 5.1.1 nobody" if to == gone else "250 OK"
    await world.queue("share", *world.people[:2])
    postman = world.postman()
    await works(world, postman)
    async with world.services.database.reading() as db:
        found = await addresses.find(db, EMAIL, gone)
    assert found is not None
    assert not found[1].reachable


async def test_what_may_have_arrived_is_not_sent_again(world: World) -> None:
    world.house.closes = "after the dot"
    await world.queue("share", world.people[0])
    postman = world.postman()
    await works(world, postman)
    world.house.closes = ""
    world.now += timedelta(days=1)
    await works(world, postman)
    assert not world.house.letters


async def test_what_the_database_did_not_take_is_recorded_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.queue("share", *world.people[:3])
    postman, ends = world.postman(), kept.end

    async def away(*_: Any) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(kept, "end", away)
    with pytest.raises(DatabaseUnavailable):
        await postman.send_due()
    monkeypatch.setattr(kept, "end", ends)
    await works(world, postman)
    assert world.got == Counter((await world.addresses())[:3])
    async with world.services.database.transaction() as db:
        assert await kept.drop_claimed(db) == 0


@pytest.mark.parametrize("leaves", [email_updates.stop, erasure.erase], ids=["stop", "erase"])
async def test_who_leaves_while_it_waits_gets_none(
    world: World, leaves: Callable[..., Any]
) -> None:
    await world.queue("share", *world.people[:2])
    async with world.services.database.transaction() as db:
        person = await supporters.by_id(db, world.people[0])
        assert person is not None
        if leaves is erasure.erase:
            await erasure.erase(db, person, now=NOON)
        else:
            await email_updates.stop(db, world.petition.id, person.id, method="email", now=NOON)
    await works(world, world.postman())
    assert world.got == Counter((await world.addresses())[1:2])


async def test_no_two_letters_look_like_one_to_a_mail_program(world: World) -> None:
    ada = world.people[0]
    await world.queue("share", ada, ada)
    await works(world, world.postman())
    world.now += timedelta(hours=1)
    await world.queue("share", ada)
    await works(world, world.postman())
    names = {str(letter["Message-ID"]) for _, letter in world.house.letters}
    assert len(names) == len(world.house.letters) == 3, "a program shows one of those named alike"


async def test_a_letter_that_is_tried_again_is_named_as_before(world: World) -> None:
    await world.queue("share", world.people[0])
    letters = LetterComposer(world.services, sender=SENDER, fetch=no_pictures)
    names = set()
    for _ in range(2):
        world.now += timedelta(hours=1)
        async with world.services.database.transaction() as db:
            (one,) = await kept.claim(db, now=world.now, limit=1)
            await kept.put_off(db, one.id, world.now, tried=True)
        petitions = await world.services.catalogue.by_id()
        async with world.services.database.reading() as db:
            found = await look(db, petitions, one, now=world.now)
        assert isinstance(found, Recipient)
        written = await write(world.services, one, found, letters)
        names.add(str(written.letter["Message-ID"]))
    assert len(names) == 1


async def test_a_letter_that_comes_back_ends_its_address_once(world: World) -> None:
    await world.queue("share", *world.people[:2])
    await works(world, world.postman())
    numbers = [read_message_id(str(one["Message-ID"]), KEY) for _, one in world.house.letters]
    assert len(set(numbers)) == 2
    sent = numbers[0]
    assert isinstance(sent, SentPersonal)
    for expected in (True, False):
        async with world.services.database.transaction() as db:
            assert await returned_letters.note_personal(db, sent.address_id) is expected
    await world.queue("share", *world.people[:2])
    await works(world, world.postman())
    assert len(world.house.letters) == 3
