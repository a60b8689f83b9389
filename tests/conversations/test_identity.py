"""Promises about whose a signature is: a code by email, or the account's own phone number."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot import background
from bot.jobs import email_codes
from campaign.definition.campaign_file import load_definition
from storage import blocks, lookalikes, tables
from tests.conversations.several import NEXT, link, publish_next
from tests.e2e.mailbox import NOBODY, Mailbox
from tests.e2e.people import Answer, Person
from tests.stage.bot import OWNER, sleepless
from tests.stage.stage import Stage, Telegram


@dataclass
class Town:
    stage: Stage
    mailbox: Mailbox

    async def person(self, first_name: str, **traits: object) -> Person:
        return await self.stage.telegram.arrives(first_name, **traits)


@asynccontextmanager
async def town_with(identity: str, folder: Path, **email: object) -> AsyncIterator[Town]:
    """A campaign that asks for that much."""
    file = sleepless(folder)
    file.write_text(f'identity = "{identity}"\n' + file.read_text("utf-8"), encoding="utf-8")
    async with Mailbox.open() as mailbox, Telegram.open() as telegram:
        given = {"host": "127.0.0.1", "port": mailbox.port, "tls": "none", **email}
        async with Stage.on(telegram, folder, files=(file,), email=given) as stage:
            yield Town(stage, mailbox)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with town_with("email", tmp_path) as town:
        yield town


async def signs_with(person: Person, email: str = "ada@example.org") -> Answer:
    await person.says("/sign")
    await person.says("Ada Lovelace")
    await person.says("SW1A 1AA")
    await person.says(email)
    return await person.taps("Sign and keep me posted")


async def test_a_signature_counts_when_its_code_is_typed_and_not_before(town: Town) -> None:
    ada = await town.person("Ada")
    asked = await signs_with(ada)
    assert "ada@example.org" in asked.text
    code = await town.mailbox.code()
    letter = town.mailbox.letters[0]
    assert letter["To"] == "ada@example.org"
    assert "://" not in letter.get_content(), "a code, never a link"
    assert (await town.stage.totals()).live == 0
    assert await town.stage.consents(ada.id) == {}, "nothing counts before"
    waits = await ada.says("/start")
    assert "Send the code again" in waits.buttons
    assert "Change the address" in waits.buttons
    wrong = await ada.says(f"{(int(code) + 1) % 10**6:06}")
    assert "You can try 4 more times" in wrong.text
    signed = await ada.says(f"{code[:3]} {code[3:]}")
    assert "You have signed" in signed.text
    assert "number 1" in signed.text.replace("<b>", "")
    assert (await town.stage.totals()).live == 1
    assert (await town.stage.consents(ada.id))["updates"].granted
    await ada.says(code)
    assert (await town.stage.totals()).live == 1, "once"
    assert "You signed on" in (await ada.says("/start")).text


async def test_a_code_counts_in_the_words_that_it_came_in(town: Town) -> None:
    """People copy the subject, or the whole line."""
    for number, words in enumerate(("{} is your code", "Your code: {}", "It’s {}."), start=1):
        person = await town.person("Ada")
        await signs_with(person, f"ada{number}@example.org")
        code = await town.mailbox.code(number)
        assert "You have signed" in (await person.says(words.format(code))).text, words


async def test_a_code_counts_however_its_digits_are_typed(town: Town) -> None:
    """By dictation they come one by one, from a web page with another space, and keyboards have
    digits of their own."""
    ways = (
        " ".join,
        lambda six: "-".join((six[:2], six[2:4], six[4:])),
        lambda six: f"{six[:3]}\N{NO-BREAK SPACE}{six[3:]}",
        lambda six: f"My code is {six[:3]}\N{EN DASH}{six[3:]}",
        lambda six: six.translate({48 + n: 0x0660 + n for n in range(10)}),
        lambda six: six.translate({48 + n: 0xFF10 + n for n in range(10)}),
    )
    for number, way in enumerate(ways, start=1):
        person = await town.person("Ada")
        await signs_with(person, f"ada{number}@example.org")
        typed = way(await town.mailbox.code(number))
        assert "You have signed" in (await person.says(typed)).text, typed


async def test_a_code_counts_after_words_that_the_bot_did_not_understand(town: Town) -> None:
    ada = await town.person("Ada")
    await signs_with(ada)
    code = await town.mailbox.code()
    asked = await ada.says("Where is my code, please?")
    assert "pass it on" in asked.text
    assert "You have signed" in (await ada.says(code)).text
    assert "Passed on" in (await ada.taps("Yes, pass it on", on=asked)).text, "it is still offered"


async def test_a_code_counts_where_another_address_was_asked_for(town: Town) -> None:
    """The email came after all."""
    ada = await town.person("Ada")
    await signs_with(ada)
    code = await town.mailbox.code()
    await ada.taps("Change the address", on=await ada.says("/start"))
    assert "email" in (await ada.says("12345")).text, "no code, so it is asked for still"
    assert "You can try 4 more times" in (await ada.says(another_than(code))).text
    await ada.taps("Change the address")
    assert "You have signed" in (await ada.says(code)).text


async def test_too_few_digits_are_said_and_are_no_wrong_try(town: Town) -> None:
    ada = await town.person("Ada")
    await signs_with(ada)
    code = await town.mailbox.code()
    for typed in (code[:5], f"{code}1", f"{code[:2]} {code[2:4]}"):
        assert "six digits" in (await ada.says(typed)).text, typed
    wrong = await ada.says(f"{(int(code) + 1) % 10**6:06}")
    assert "You can try 4 more times" in wrong.text


async def test_a_code_typed_twice_shows_that_it_has_counted(town: Town) -> None:
    ada = await town.person("Ada")
    await signs_with(ada)
    code = await town.mailbox.code()
    await ada.says(code)
    assert "You signed on" in (await ada.says(code)).text


async def test_codes_of_two_petitions_count_in_whatever_order_they_are_typed(town: Town) -> None:
    """Both emails have the same subject, and the older one may be opened first."""
    ada = await town.person("Ada")
    first, second = await signs_two(town, ada)
    for code, slug in ((first, "keep-the-unit"), (second, "opt-in")):
        assert "You have signed" in (await ada.says(code)).text
        signature = await town.stage.signature(ada.id, slug)
        assert signature is not None
        assert signature.status == "live"


async def test_a_wrong_code_is_counted_for_each_petition_that_waits(town: Town) -> None:
    ada = await town.person("Ada")
    codes = await signs_two(town, ada)
    for _ in range(5):
        told = await ada.says(another_than(*codes))
    for answer in (told, await ada.says(codes[0]), await ada.says(codes[1])):
        assert "wrong too many times" in answer.text


def another_than(*codes: str) -> str:
    return next(code for code in ("000000", "000001", "000002") if code not in codes)


async def signs_two(town: Town, person: Person) -> tuple[str, str]:
    """Gives the codes of both petitions, the older one's first."""
    await signs_with(person)
    first = await town.mailbox.code()
    name = load_definition(NEXT).fields[0]
    fields = tuple(name.model_copy(update={"kind": kind}) for kind in ("name", "email"))
    await publish_next(town.stage, identity="email", fields=fields)
    await person.opens(link("opt-in"))
    await person.taps("Sign")
    await person.taps("Use “Ada")
    await person.says("ada@example.org")
    await person.taps("Just sign")
    return first, await town.mailbox.code(2)


async def test_five_wrong_codes_end_it_and_a_new_one_goes_on(town: Town) -> None:
    ada = await town.person("Ada")
    await signs_with(ada)
    code = await town.mailbox.code()
    for place in range(1, 6):
        answer = await ada.says(f"{(int(code) + place) % 10**6:06}")
    assert "wrong too many times" in answer.text
    assert "wrong too many times" in (await ada.says(code)).text, "the right one, too late"
    await ada.taps("Send the code again")
    second = await town.mailbox.code(2)
    assert "You have signed" in (await ada.says(second)).text


async def test_three_codes_an_hour_and_each_makes_the_last_one_useless(town: Town) -> None:
    ada = await town.person("Ada")
    await signs_with(ada)
    first = await town.mailbox.code()
    for number in (2, 3):
        await ada.taps("Send the code again")
        third = await town.mailbox.code(number)
    many = await ada.taps("Send the code again")
    assert "can’t send another for now" in many.text
    await asyncio.sleep(0.3)
    assert len(town.mailbox.letters) == 3
    if first != third:
        assert "isn’t the code" in (await ada.says(first)).text
    assert "You have signed" in (await ada.says(third)).text


async def test_a_strangers_mailbox_gets_three_codes_an_hour_by_whatever_way(town: Town) -> None:
    """Signing, taking the name off, being erased, another account, another way to write it."""
    eve = await town.person("Eve")
    for number in (1, 2):
        await signs_with(eve, "jane.doe@example.org")
        await town.mailbox.code(number)
        await eve.says("/withdraw")
        await eve.taps("Yes, take my name off")
    await signs_with(eve, "JaneDoe+1@example.org")
    code = await town.mailbox.code(3)
    for place in range(1, 8):
        told = await eve.says(f"{(int(code) + place) % 10**6:06}")
    assert "wrong too many times" in told.text
    await eve.says("/forget")
    await eve.taps("Yes, erase everything")
    mallory = await town.person("Mallory")
    for person in (eve, mallory):
        told = await signs_with(person, "jane.doe@example.org")
        assert "No code has been sent to this address yet" in told.text
        assert "Your answers are kept" in told.text
        assert "No code has been sent" in (await person.says("/start")).text
        assert "can’t send another for now" in (await person.taps("Send the code again")).text
        assert "too old" in (await person.says(code)).text, "there is none to guess"
    async with town.stage.database.reading() as db:
        wanted = await db.scalars(select(tables.pending_signatures.c.wants_code))
        assert not any(wanted), "none is on its way"
    assert len(town.mailbox.letters) == 3
    await mallory.taps("Change the address")
    assert "mallory@example.org" in (await mallory.says("mallory@example.org")).text
    assert "You have signed" in (await mallory.says(await town.mailbox.code(4))).text


async def test_a_refused_address_is_said_and_can_be_changed(town: Town) -> None:
    ada = await town.person("Ada")
    await signs_with(ada, NOBODY)
    while "doesn’t exist" not in ada.last.text:
        await ada.reads()
    assert "Which address" in (await ada.taps("Change the address")).text
    assert "address" in (await ada.says("not an address")).text
    assert "Send the code again" in (await ada.taps("Back")).buttons
    assert "Which address" not in (await ada.says("hello")).text, "she has gone on"
    await ada.says("/start")
    await ada.taps("Change the address")
    sent = await ada.says("ada@example.org")
    assert "ada@example.org" in sent.text
    code = await town.mailbox.code()
    assert "You have signed" in (await ada.says(code)).text
    signature = await town.stage.signature(ada.id)
    assert signature is not None
    assert signature.email == "ada@example.org"


async def test_with_the_server_away_it_is_said_kept_and_sent_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email_codes, "PAUSES", (timedelta(seconds=0.5),))
    monkeypatch.setattr(background, "CODES_SECONDS", 0.2)
    await town.mailbox.goes_away()
    ada = await town.person("Ada")
    await signs_with(ada)
    while "taking longer than usual" not in ada.last.text:
        await ada.reads()
    await town.mailbox.comes_back()
    await ada.taps("Send the code again")
    code = await town.mailbox.code()
    assert "You have signed" in (await ada.says(code)).text


async def test_a_slow_server_holds_up_no_chat_and_is_given_up_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town_with("email", tmp_path, seconds=1) as town:
        town.mailbox.seconds = 4
        ada = await town.person("Ada")
        await signs_with(ada)
        bob = await town.person("Bob")
        async with asyncio.timeout(3):
            assert "Keep London" in (await bob.says("/start")).text
        while "taking longer than usual" not in ada.last.text:
            await ada.reads()


async def age(stage: Stage, by: timedelta) -> None:
    async with stage.database.transaction() as db:
        since = datetime.now(UTC) - by
        await db.execute(update(tables.pending_signatures).values(since=since))


async def test_who_forgets_the_code_is_reminded_once_and_then_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "CODES_SECONDS", 0.2)
    async with town_with("email", tmp_path) as town:
        ada = await town.person("Ada")
        await signs_with(ada)
        await town.mailbox.code()
        await age(town.stage, timedelta(days=1, minutes=1))
        assert "doesn’t count yet" in (await ada.reads()).text
        assert await ada.hears_nothing(0.8), "once"
        await age(town.stage, timedelta(days=14, minutes=1))
        for _ in range(50):
            signature = await town.stage.signature(ada.id)
            assert signature is not None
            if signature.status == "withdrawn":
                break
            await asyncio.sleep(0.1)
        assert (signature.full_name, signature.email, signature.postcode) == (None,) * 3
        async with town.stage.database.reading() as db:
            assert (await db.execute(select(tables.pending_signatures))).all() == []
        assert "Signing takes less" in (await ada.says("/start")).text


async def test_a_pending_signature_can_be_withdrawn_and_its_code_is_good_no_more(
    town: Town,
) -> None:
    ada = await town.person("Ada")
    await signs_with(ada)
    code = await town.mailbox.code()
    await ada.says("/withdraw")
    await ada.taps("Yes, take my name off")
    assert "You have signed" not in (await ada.says(code)).text
    assert (await town.stage.totals()).live == 0


async def test_a_code_after_the_close_counts_no_more(town: Town) -> None:
    ada = await town.person("Ada")
    await signs_with(ada)
    code = await town.mailbox.code()
    await town.stage.publish(status="closed", identity="email")
    assert "closed" in (await ada.says(code)).text
    assert (await town.stage.totals()).live == 0


async def test_a_blocked_account_cannot_confirm(town: Town) -> None:
    ada = await town.person("Ada")
    await signs_with(ada)
    code = await town.mailbox.code()
    signature = await town.stage.signature(ada.id)
    assert signature is not None
    async with town.stage.database.transaction() as db:
        await blocks.add(db, signature.supporter_id, None, None, datetime.now(UTC))
    assert "You can’t sign with this account" in (await ada.says(code)).text
    assert (await town.stage.totals()).live == 0


async def test_two_addresses_of_one_mailbox_both_count_and_are_told_to_staff_alone(
    town: Town,
) -> None:
    for number in (1, 2):
        person = await town.person("Ada", id=100 + number)
        await person.says("/sign")
        await person.says(("Ada Lovelace", "Mary Somerville")[number - 1])
        await person.says(("SW1A 1AA", "E1 6AN")[number - 1])
        await person.says(f"ada+{number}@example.org")
        await person.taps("Just sign")
        signed = await person.says(await town.mailbox.code(number))
        assert "Your signature is number" in signed.text
        assert "same" not in signed.text.lower()
    assert (await town.stage.totals()).live == 2
    owner = await town.person("Olive", id=OWNER)
    asked = await owner.says("/lookalikes")
    assert "reach the same mailbox" in asked.text
    assert "Ada Lovelace" in asked.text
    assert "Mary Somerville" in asked.text
    await owner.taps("Keep both")
    assert (await town.stage.totals()).live == 2


async def test_a_second_account_with_the_same_number_waits_for_staff_and_is_told_nothing(
    tmp_path: Path,
) -> None:
    async with town_with("contact", tmp_path) as town:
        people = [await town.person("Ada", phone="+447700900123") for _ in range(2)]
        for person in people:
            await person.says("/sign")
            await person.says("Ada Lovelace")
            asked = await person.says("SW1A 1AA")
            assert "📱 Share my number" in asked.keyboard
            assert "typed" not in (await person.says("+447700900123")).text
            await person.sends(contact="own")
            signed = await person.taps("Just sign")
            assert "sign" in signed.text.lower()
            assert "count at the moment" not in signed.text
        assert (await town.stage.totals()).live == 1
        async with town.stage.database.reading() as db:
            first = await town.stage.signature(people[0].id)
            assert first is not None
            (pair,) = await lookalikes.open_ones(db, first.campaign_id, 5)
        assert pair.reason == "same_phone"
        owner = await town.person("Olive", id=OWNER)
        assert "same phone number" in (await owner.says("/doubles")).text
        await owner.taps("Keep both")
        assert (await town.stage.totals()).live == 2
