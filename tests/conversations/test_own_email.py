"""Promises of /email: an address of one's own, proved by a code, and what is asked after that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot import background
from bot.jobs import email_codes
from campaign import own_email
from storage import addresses, blocks, pending_addresses, supporters, tables
from storage.addresses import EMAIL
from storage.pending_addresses import PendingAddress
from tests.conversations.form_steps import signs
from tests.conversations.several import publish_next
from tests.e2e.killable import free_port
from tests.e2e.mailbox import NOBODY, Mailbox
from tests.e2e.people import Answer, Person
from tests.stage.stage import Stage, Telegram

ADA = "ada@example.org"


@dataclass
class Office:
    """A bot that sends emails."""

    stage: Stage
    mailbox: Mailbox

    async def person(self, first_name: str, **traits: object) -> Person:
        return await self.stage.telegram.arrives(first_name, **traits)

    async def owner_of(self, email: str) -> int | None:
        """The Telegram number of whose address it is."""
        async with self.stage.database.reading() as db:
            found = await addresses.find(db, EMAIL, email)
        return found[0].telegram_id if found else None

    async def pending(self) -> int:
        async with self.stage.database.reading() as db:
            table = tables.pending_addresses
            return await db.scalar(select(func.count()).select_from(table)) or 0


@asynccontextmanager
async def office_in(folder: Path, **more: object) -> AsyncIterator[Office]:
    port = free_port()
    pages = {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    async with Mailbox.open() as mailbox, Telegram.open() as telegram:
        mail = {"host": "127.0.0.1", "port": mailbox.port, "tls": "none"}
        async with Stage.on(telegram, folder, web=pages, email=mail, **more) as stage:
            yield Office(stage, mailbox)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_in(tmp_path) as office:
        yield office


async def gives(person: Person, email: str = ADA) -> Answer:
    await person.says("/email")
    return await person.says(email)


async def proves(office: Office, person: Person, email: str = ADA, *, letter: int = 1) -> Answer:
    await gives(person, email)
    return await person.says(await office.mailbox.code(letter))


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 10**6:06}"


async def test_an_address_its_code_and_then_one_question(office: Office) -> None:
    ada = await office.person("Ada")
    await ada.says("/start")
    assert "What’s your email address?" in (await ada.says("/email")).text
    asked = await ada.says(" Ada@Example.org ")
    assert "six-digit code" in asked.text
    code = await office.mailbox.code()
    letter = office.mailbox.letters[0]
    assert letter["To"] == ADA
    assert "://" not in letter.get_content(), "a code, never a link"
    assert "signature" not in letter.get_content()
    assert await office.owner_of(ADA) is None, "nothing before the code"
    question = await ada.says(f"{code[:3]} {code[3:]}")
    assert "is confirmed as yours" in question.text
    assert "may email me" in question.text
    assert await office.owner_of(ADA) == ada.id
    assert await office.stage.consents(ada.id) == {}, "proved is not agreed"
    done = await ada.taps("I agree")
    assert f"We’ll email {ADA}" in done.text
    said = (await office.stage.consents(ada.id))["updates_email"]
    assert said.granted
    async with office.stage.database.reading() as db:
        words = await db.scalar(
            select(tables.wordings.c.text).where(tables.wordings.c.id == said.wording_id)
        )
    assert words is not None
    assert words in question.text, "the ledger has the words that were shown"
    assert "Use another address" in (await ada.says("/email")).buttons


async def test_a_code_is_taken_where_another_address_was_asked_for(office: Office) -> None:
    ada = await office.person("Ada")
    await gives(ada)
    code = await office.mailbox.code()
    await ada.taps("Change the address")
    await ada.says(code)
    assert await office.owner_of(ADA) == ada.id


async def test_in_welsh(office: Office) -> None:
    ada = await office.person("Ada", language_code="cy")
    assert "cyfeiriad e-bost" in (await ada.says("/email")).text
    await ada.says(ADA)
    code = await office.mailbox.code()
    assert "Teipiwch ef yn y sgwrs" in office.mailbox.letters[0].get_content()
    assert "Caiff" in (await ada.says(code)).text


async def test_a_mistyped_address_is_kept_no_longer_than_it_is_asked_about(office: Office) -> None:
    async def is_kept() -> bool:
        async with office.stage.database.reading() as db:
            kept = await db.execute(select(tables.dialogs.c.answers))
            return "gmial" in str(kept.all())

    ada = await office.person("Ada")
    for away in ("/cancel", "unsubscribe", "/start"):
        await ada.says("/email")
        await ada.says("ada@gmial.com")
        assert await is_kept()
        await ada.says(away)
        assert not await is_kept(), away


async def test_what_is_no_address_asks_again_and_words_that_mean_something_are_done(
    office: Office,
) -> None:
    ada = await office.person("Ada")
    await ada.says("/email")
    for sent in ("not an address", "ada@", "a" * 300 + "@example.org"):
        answer = await ada.says(sent)
        assert "What’s your email address?" in answer.text, sent
    sticker = await ada.sends(sticker=True)
    assert "What’s your email address?" in sticker.text
    back = await ada.says("ada@gmial.com")
    assert "Did you mean" in back.text
    assert "ada@gmail.com" in back.text
    assert "ada@gmial.com" in (await ada.says("ada@gmial.com")).text
    await ada.taps("Change the address")
    assert "won’t use" in (await ada.says("/cancel")).text
    assert "six-digit" not in (await ada.says(ADA)).text, "nothing is asked any more"
    await ada.says("/email")
    assert "any other messages" in (await ada.says("unsubscribe")).text
    assert "six-digit" not in (await ada.says(ADA)).text


async def test_wrong_codes_are_counted_and_a_new_one_goes_on(office: Office) -> None:
    ada = await office.person("Ada")
    await gives(ada)
    code = await office.mailbox.code()
    assert "4 more times" in (await ada.says(wrong(code))).text
    for by in range(2, 6):
        last = await ada.says(wrong(code, by))
    assert "wrong too many times" in last.text
    assert "answers" not in last.text, "there are none"
    assert "wrong too many times" in (await ada.says(code)).text
    await ada.taps("Send the code again")
    assert "may email me" in (await ada.says(await office.mailbox.code(2))).text


async def test_a_code_is_good_for_fifteen_minutes(office: Office) -> None:
    ada = await office.person("Ada")
    await gives(ada)
    code = await office.mailbox.code()
    async with office.stage.database.transaction() as db:
        past = datetime.now(UTC) - timedelta(minutes=1)
        await db.execute(update(tables.pending_addresses).values(code_until=past))
    assert "too old" in (await ada.says(code)).text
    assert await office.owner_of(ADA) is None
    await ada.taps("Send the code again")
    assert "may email me" in (await ada.says(await office.mailbox.code(2))).text


async def test_a_code_whose_sender_was_killed_is_sent_after_90_seconds(office: Office) -> None:
    ada = await office.person("Ada")
    await office.mailbox.goes_away()
    await gives(ada)
    now = datetime.now(UTC)
    killed = {"wants_code": True, "not_before": now + timedelta(seconds=90), "code_hash": "lost"}
    async with office.stage.database.transaction() as db:
        await db.execute(update(tables.pending_addresses).values(killed))
    await office.mailbox.comes_back()
    office.stage.services.codes_wanted.set()
    await asyncio.sleep(1)
    assert office.mailbox.letters == []
    office.stage.services.clock = lambda: now + timedelta(seconds=91)
    office.stage.services.codes_wanted.set()
    assert "may email me" in (await ada.says(await office.mailbox.code())).text


async def test_another_address_makes_the_first_code_useless(office: Office) -> None:
    ada = await office.person("Ada")
    await gives(ada, "typo@example.org")
    first = await office.mailbox.code()
    await ada.taps("Change the address")
    await ada.says(ADA)
    second = await office.mailbox.code(2)
    if first != second:
        assert "may email me" not in (await ada.says(first)).text
    assert "may email me" in (await ada.says(second)).text
    assert await office.owner_of("typo@example.org") is None


async def test_a_code_proves_the_address_that_it_went_to_whatever_is_typed_meanwhile(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever reads one mailbox could prove any other."""
    services, due = office.stage.services, pending_addresses.due

    async def typed_meanwhile(*args: Any, **named: Any) -> list[PendingAddress]:
        found = await due(*args, **named)
        if [one.email for one in found] == ["eve@example.org"]:
            async with services.database.transaction() as db:
                key, now = services.identity_key, services.clock()
                me = await supporters.by_id(db, found[0].supporter_id)
                assert me is not None
                assert await own_email.ask(
                    db, me, ADA, campaign_id=None, asked_in="telegram", key=key, now=now
                )
            services.codes_wanted.set()
        return found

    monkeypatch.setattr(pending_addresses, "due", typed_meanwhile)
    eve = await office.person("Eve")
    await gives(eve, "eve@example.org")
    code = await office.mailbox.code()
    assert [one["To"] for one in office.mailbox.letters] == [ADA]
    assert "may email me" in (await eve.says(code)).text


async def test_who_cancels_or_goes_on_to_something_else_is_asked_no_more(office: Office) -> None:
    ada = await office.person("Ada")
    await gives(ada)
    code = await office.mailbox.code()
    assert "won’t use" in (await ada.taps("Cancel")).text
    assert await office.pending() == 0
    assert "may email me" not in (await ada.says(code)).text
    await ada.says("/email")
    await ada.says("/start")
    assert "six-digit" not in (await ada.says(ADA)).text
    assert len(office.mailbox.letters) == 1


async def test_an_old_cancel_button_leaves_a_form_as_it_is(office: Office) -> None:
    ada = await office.person("Ada")
    await ada.says("/start")
    await gives(ada)
    asked = ada.last
    await ada.says("/sign")
    await ada.says("Ada Lovelace")
    await ada.taps("Cancel", on=asked)
    assert "Is this right?" in (await ada.says("SW1A 1AA")).text


async def test_who_walks_away_can_type_the_code_later_and_is_forgotten_after_a_day(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await office.person("Ada")
    await gives(ada)
    code = await office.mailbox.code()
    await ada.says("/news")
    assert "six-digit code" in (await ada.says("/email")).text, "it is still waited for"
    assert "may email me" in (await ada.says(code)).text
    bob = await office.person("Bob")
    await gives(bob, "bob@example.org")
    later = datetime.now(UTC) + timedelta(days=1, minutes=1)
    office.stage.services.clock = lambda: later
    office.stage.services.codes_wanted.set()
    async with asyncio.timeout(20):
        while await office.pending():
            await asyncio.sleep(0.1)


async def test_three_codes_an_hour_to_one_mailbox(office: Office) -> None:
    eve = await office.person("Eve")
    await gives(eve, "jane.doe@example.org")
    for _ in range(2):
        await eve.taps("Send the code again")
    await office.mailbox.code(3)
    assert "can’t send another" in (await eve.taps("Send the code again")).text
    mallory = await office.person("Mallory")
    assert "can’t send another" in (await gives(mallory, "JaneDoe+1@example.org")).text
    await asyncio.sleep(0.3)
    assert len(office.mailbox.letters) == 3


async def test_a_mailbox_that_is_not_there_is_said(office: Office) -> None:
    ada = await office.person("Ada")
    await gives(ada, NOBODY)
    while "doesn’t exist" not in ada.last.text:
        await ada.reads()
    await ada.taps("Change the address")
    await ada.says(ADA)
    assert "may email me" in (await ada.says(await office.mailbox.code())).text


async def test_with_the_server_away_it_is_said_and_sent_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email_codes, "PAUSES", (timedelta(seconds=0.5),))
    monkeypatch.setattr(background, "CODES_SECONDS", 0.2)
    async with office_in(tmp_path) as office:
        await office.mailbox.goes_away()
        ada = await office.person("Ada")
        await gives(ada)
        while "taking longer than usual" not in ada.last.text:
            await ada.reads()
        assert "answers" not in ada.last.text
        await office.mailbox.comes_back()
        assert "may email me" in (await ada.says(await office.mailbox.code())).text


async def test_without_emails_it_says_so_and_is_not_listed(stage: Stage, ada: Person) -> None:
    assert "We don’t send emails" in (await ada.says("/email")).text
    assert "We don’t send emails" in (await ada.says("email me")).text
    assert "/email" not in (await ada.says("/help")).text
    assert "email" not in {entry.name for entry in stage.services.menu}


async def test_where_emails_are_sent_it_is_listed(office: Office) -> None:
    ada = await office.person("Ada")
    assert "/email" in (await ada.says("/help")).text
    assert "email" in {entry.name for entry in office.stage.services.menu}
    assert "What’s your email address?" in (await ada.says("email me updates, please")).text


async def test_an_address_of_ones_own_needs_no_code(office: Office) -> None:
    ada = await office.person("Ada")
    await proves(office, ada)
    await ada.says("/email")
    await ada.taps("Use another address")
    again = await ada.says("ADA@example.org")
    assert "confirmed as yours already" in again.text
    assert "may email me" in again.text
    assert len(office.mailbox.letters) == 1


async def test_two_telegram_accounts_share_no_address_that_one_is_written_to_at(
    office: Office,
) -> None:
    ada, bob = await office.person("Ada"), await office.person("Bob")
    await proves(office, ada)
    await ada.taps("I agree")
    told = await gives(bob)
    assert "six-digit code" in told.text, "nobody hears who has an address"
    refused = await bob.says(await office.mailbox.code(2))
    assert "because of another sign-up" in refused.text
    assert await office.owner_of(ADA) == ada.id
    assert await office.pending() == 0


async def test_who_is_blocked_everywhere_has_no_codes_sent(office: Office) -> None:
    ada = await office.person("Ada")
    await ada.says("/start")
    async with office.stage.database.transaction() as db:
        found = await supporters.by_telegram_id(db, ada.id)
        assert found is not None
        await blocks.add(db, found.id, None, None, datetime.now(UTC))
    assert "can’t add an email address" in (await gives(ada)).text
    assert await office.pending() == 0


async def test_who_is_erased_meanwhile_is_sent_nothing_and_proves_nothing(office: Office) -> None:
    ada = await office.person("Ada")
    await gives(ada)
    code = await office.mailbox.code()
    await ada.says("/forget")
    await ada.taps("Yes, erase everything")
    assert await office.pending() == 0
    assert "may email me" not in (await ada.says(code)).text
    assert await office.owner_of(ADA) is None


async def test_of_several_petitions_each_is_asked_about_on_its_own(office: Office) -> None:
    await publish_next(office.stage)
    ada = await office.person("Ada")
    which = await proves(office, ada)
    assert "What may we email you about?" in which.text
    titles = [label for label in which.buttons if label.startswith("☐")]
    assert len(titles) == 2
    assert "may email me" in (await ada.taps(titles[0])).text
    await ada.taps("I agree")
    again = await ada.says("/email")
    assert sum(label.startswith("☑") for label in again.buttons) <= 1


async def test_both_come_once_and_emails_alone_can_be_chosen(office: Office) -> None:
    ada = await office.person("Ada")
    await ada.says("/updates")
    await ada.taps("Send me updates")
    await proves(office, ada)
    on = await ada.taps("I agree")
    assert "Each comes once" in on.text
    assert f"we email {ADA}" in (await ada.says("/updates")).text
    alone = await ada.taps("Emails only", on=on)
    assert "Each comes once" not in alone.text
    said = await office.stage.consents(ada.id)
    assert not said["updates"].granted
    assert said["updates_email"].granted


async def test_updates_leads_to_it(office: Office) -> None:
    ada = await office.person("Ada")
    await ada.says("/updates")
    assert "What’s your email address?" in (await ada.taps("Email me updates")).text


async def test_the_question_speaks_of_a_signature_only_to_who_has_signed(office: Office) -> None:
    ada = await office.person("Ada")
    await proves(office, ada)
    await ada.says("/updates")
    asked = await ada.taps("Email me updates")
    assert "You can stop at any time." in asked.text
    assert "signature" not in asked.text
    await signs(ada)
    await ada.says("/updates")
    assert "Your signature counts either way." in (await ada.taps("Email me updates")).text
