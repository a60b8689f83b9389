"""Promises of /settings: all places where somebody can be found, and taking one away."""

from datetime import UTC, datetime

import pytest

from campaign import email_updates, joining
from storage import addresses, supporters
from storage.addresses import WEB
from storage.supporters import Supporter
from tests.conversations.broadcast_steps import listens, writes
from tests.conversations.test_own_email import ADA, Office, office, proves
from tests.e2e.people import Person
from tests.stage.bot import OWNER

__all__ = ["office"]

BROWSER = "5f2e" * 16


async def supporter_of(office: Office, person: Person) -> Supporter:
    async with office.stage.database.reading() as db:
        found = await supporters.by_telegram_id(db, person.id)
    assert found is not None
    return found


async def has_a_browser(office: Office, person: Person) -> None:
    who = await supporter_of(office, person)
    async with office.stage.database.transaction() as db:
        now = datetime.now(UTC)
        await addresses.keep(db, who.id, WEB, BROWSER, reachable=False, now=now)


async def channels(office: Office, person: Person) -> list[str]:
    who = await supporter_of(office, person)
    async with office.stage.database.reading() as db:
        return sorted(one.channel for one in await addresses.of_supporter(db, who.id))


async def test_all_places_are_shown_and_no_address_in_full(office: Office) -> None:
    ada = await office.person("Ada")
    await proves(office, ada)
    await has_a_browser(office, ada)
    shown = await ada.says("/settings")
    assert "this chat in Telegram" in shown.text
    assert "a•••@example.org" in shown.text
    assert "our emails go there" in shown.text
    assert "a browser, last used on" in shown.text
    assert ADA not in shown.text + str(shown.buttons)
    assert not any("Telegram" in label for label in shown.buttons), "who writes there is there"
    assert "Your settings" in (await ada.says("my settings")).text


async def test_an_email_address_that_is_taken_away_ends_its_updates_and_no_others(
    office: Office,
) -> None:
    ada, owner = await office.person("Ada"), await office.person("Olive", id=OWNER)
    await listens(ada)
    await proves(office, ada)
    await ada.taps("I agree")
    await ada.says("/settings")
    asked = await ada.taps("Remove a•••@example.org")
    assert ADA in asked.text, "in full, to be sure"
    assert "Keep London" in asked.text
    assert "stays under your signature" in asked.text
    assert "can’t reach you anywhere" not in asked.text
    gone = await ada.taps("Yes, do that")
    assert "no longer write to you there" in gone.text
    assert "example.org" not in gone.text
    said = await office.stage.consents(ada.id)
    assert (said["updates_email"].granted, said["updates_email"].method) == (False, "address")
    assert said["updates"].granted
    assert await office.owner_of(ADA) is None
    signature = await office.stage.signature(ada.id)
    assert signature is not None
    assert signature.status == "live"
    await ada.blocks()
    await writes(owner, "News")
    assert "nobody" in (await owner.taps("Send it now")).text.lower()
    assert len(office.mailbox.letters) == 1, "the code, and nothing since"


async def test_what_was_tapped_twice_or_is_anothers_takes_nothing_away(office: Office) -> None:
    ada, bob = await office.person("Ada"), await office.person("Bob")
    await proves(office, ada)
    shown = await ada.says("/settings")
    (data,) = [data for label, data in shown.buttons.items() if label.startswith("Remove")]
    yes = data.replace(":ask", ":yes")
    page = await bob.says("/settings")
    await bob.taps_data(page.messages[0]["message_id"], yes)
    assert await office.owner_of(ADA) == ada.id
    for _ in range(2):
        await ada.taps_data(shown.messages[0]["message_id"], yes)
    assert await office.owner_of(ADA) is None


async def test_an_address_that_is_not_written_to_ends_nothing(office: Office) -> None:
    ada = await office.person("Ada")
    await proves(office, ada, "old@example.org")
    await ada.taps("I agree")
    await ada.says("/email")
    await ada.taps("Use another address")
    await ada.says(ADA)
    await ada.says(await office.mailbox.code(2))
    await ada.says("/settings")
    asked = await ada.taps("Remove o•••@example.org")
    assert "Keep London" not in asked.text
    await ada.taps("Yes, do that")
    assert (await office.stage.consents(ada.id))["updates_email"].granted
    petition = (await office.stage.services.catalogue.petitions())[0]
    who = await supporter_of(office, ada)
    async with office.stage.database.reading() as db:
        assert await email_updates.hears(db, petition, who)
        assert await email_updates.address_of(db, who) == ADA


async def test_a_browser_that_is_taken_away_is_signed_out(office: Office) -> None:
    ada = await office.person("Ada")
    await ada.says("/start")
    await has_a_browser(office, ada)
    async with office.stage.database.transaction() as db:
        who = await supporters.by_telegram_id(db, ada.id)
        assert who is not None
        token = await joining.offer(db, who, "", datetime.now(UTC))
    await ada.says("/settings")
    assert "Sign out of that browser?" in (await ada.taps("Sign out")).text
    assert "signed out" in (await ada.taps("Yes, do that")).text
    assert await channels(office, ada) == ["telegram"]
    async with office.stage.database.reading() as db:
        with pytest.raises(joining.NoSuchToken):
            await joining.check(db, token, None, datetime.now(UTC))


async def test_the_chat_that_one_writes_in_stays_and_says_what_can_be_done(office: Office) -> None:
    ada = await office.person("Ada")
    shown = await ada.says("/settings")
    who = await supporter_of(office, ada)
    async with office.stage.database.reading() as db:
        (own,) = await addresses.of_supporter(db, who.id)
    refused = await ada.taps_data(shown.messages[0]["message_id"], f"place:{own.id}:yes")
    assert "can’t remove this chat" in refused.text
    assert "Erase everything about me" in refused.buttons
    assert await channels(office, ada) == ["telegram"]
