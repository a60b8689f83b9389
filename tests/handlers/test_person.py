"""Promises of /person: what somebody asks the office for is done for them alone, and told."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from campaign import office_requests, subscriptions
from handlers.notification_screens import compose
from storage import (
    addresses,
    audit,
    consents,
    notifications,
    signatures,
    staff,
    supporters,
    tables,
)
from storage.addresses import EMAIL, WEB
from storage.consents import NewConsent
from storage.email_subscriptions import PURPOSE
from tests import engines
from tests.campaign import petitions
from tests.handlers.routes_harness import NOW, RoutesHarness

ADA, OWNER, HERE, EDITOR = 501, 601, 602, 603


class Desk:
    """The office, and Ada who has signed and hears updates."""

    def __init__(self, doors: RoutesHarness) -> None:
        self.doors, self.petition = doors, doors.petition

    async def asks(self, who: int, words: str) -> None:
        await self.doors.says(who, f"/person {words}")

    async def taps(self, who: int, act: str, source: str = "") -> None:
        data = f"person:{self.petition.id}:1:{act}"
        await self.doors.taps(who, f"{data}:{source}" if source else data)

    def was_shown(self, template: str) -> bool:
        shown = template in self.doors.shown
        self.doors.shown.clear()
        return shown

    async def status(self) -> str:
        async with self.doors.services.database.reading() as db:
            found = await signatures.by_number(db, self.petition.id, 1)
        assert found is not None
        return found.status

    async def ledger(self) -> list[tuple[str, bool, str]]:
        async with self.doors.services.database.reading() as db:
            found = await signatures.by_number(db, self.petition.id, 1)
            assert found is not None
            current = await consents.current(db, found.supporter_id, self.petition.id)
        return [(name, one.granted, one.method) for name, one in current.items()]

    async def told(self) -> list[Any]:
        """What is in the outbox for Ada, with the language it will be in."""
        database = self.doors.services.database
        async with database.transaction() as db:
            claimed = await notifications.claim(db, now=NOW, lost_before=NOW, limit=50)
            return [await notifications.of(db, one) for one in claimed.get(ADA, [])]

    async def audit(self) -> list[str]:
        async with self.doors.services.database.reading() as db:
            found = await audit.page(db, 20)
        assert "Ada" not in str(found)
        assert "ada@" not in str(found)
        return [one.action for one in found if one.action.startswith("person.")]


@pytest.fixture(params=engines.params())
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    async with RoutesHarness.open(tmp_path, request.param) as doors:
        petition = doors.petition
        await doors.says(ADA, "/language cy")
        async with doors.services.database.transaction() as db:
            ada = await petitions.person(db, ADA, NOW)
            await supporters.choose_language(db, ada.id, "cy")
            await petitions.signs(db, petition, ada, NOW)
            await subscriptions.choose(db, petition, ada, hears=True, language="cy", now=NOW)
            for who, role, where in (
                (OWNER, "owner", None),
                (HERE, "owner", petition.id),
                (EDITOR, "editor", None),
            ):
                await staff.upsert(db, who, role, NOW, where)
        doors.shown.clear()
        yield Desk(doors)


async def test_to_those_who_are_no_owners_the_command_does_not_exist(desk: Desk) -> None:
    for who in (EDITOR, ADA, 999):
        await desk.asks(who, "1")
        await desk.taps(who, "withdraw", "email")
        assert not desk.was_shown("person/about")
    assert await desk.status() == "live"


@pytest.mark.parametrize("words", ["#1", "no. 1", "No 1.", "rhif 1", "№ 1", "receipt number: 1"])
async def test_a_number_is_taken_as_people_copy_it(desk: Desk, words: str) -> None:
    await desk.asks(OWNER, words)
    assert desk.was_shown("person/about")


@pytest.mark.parametrize("words", ["", "2", "Ada", "ada@", "1 2", "9" * 21, "%", "*"])
async def test_only_an_exact_number_or_address_finds_anybody(desk: Desk, words: str) -> None:
    await desk.asks(OWNER, words)
    assert not desk.was_shown("person/about")


async def test_messages_are_ended_and_the_ledger_says_how(desk: Desk) -> None:
    await desk.asks(HERE, "1")
    assert desk.was_shown("person/about")
    await desk.taps(HERE, "stop")
    assert desk.was_shown("person/sure")
    await desk.taps(HERE, "stop", "email")
    assert ("updates", False, "asked by email on 2009-11-26") in await desk.ledger()
    assert await desk.status() == "live"
    assert await desk.audit() == ["person.stopped"]
    (one,) = await desk.told()
    assert (one.template, one.language) == ("person/stopped", "cy")


async def test_a_name_is_taken_off_once_however_often_it_is_tapped(desk: Desk) -> None:
    await desk.asks(HERE, "1")
    for _ in range(2):
        await desk.taps(HERE, "withdraw", "letter")
    assert await desk.status() == "withdrawn"
    assert ("sign", False, "asked by letter on 2009-11-26") in await desk.ledger()
    assert await desk.audit() == ["person.withdrawn"]
    assert [one.template for one in await desk.told()] == ["person/withdrawn"]


async def test_a_person_is_erased_by_an_owner_of_all_and_gets_one_last_message(
    desk: Desk,
) -> None:
    await desk.asks(HERE, "1")
    await desk.taps(HERE, "erase", "email")
    assert await desk.audit() == [], "an owner of one campaign cannot erase from all"
    await desk.taps(OWNER, "erase", "email")
    assert await desk.audit() == [], "nobody is found by trying numbers"
    await desk.asks(OWNER, "1")
    await desk.taps(OWNER, "erase", "email")
    assert await desk.audit() == ["person.erased"]
    services = desk.doors.services
    (one,) = await desk.told()
    assert one.template == office_requests.LAST_WORD
    assert one.variables["language"] == "cy"
    async with services.database.transaction() as db:
        assert await supporters.by_telegram_id(db, ADA) is None
        screen = await compose(services, db, one, {desk.petition.id: desk.petition}, "cy")
        assert screen is not None
        await notifications.end(db, one.id, NOW)
        assert await notifications.of(db, one.id) is None


async def test_look_ups_are_limited(desk: Desk) -> None:
    for _ in range(office_requests.MOST_LOOKUPS):
        await desk.asks(OWNER, "7")
    desk.was_shown("")
    await desk.asks(OWNER, "1")
    assert desk.was_shown("person/too_many")


async def test_one_person_is_shown_with_their_places_and_found_by_a_proved_address(
    desk: Desk,
) -> None:
    async with desk.doors.services.database.transaction() as db:
        ada = await petitions.person(db, ADA, NOW)
        petition = desk.petition
        await subscriptions.choose(db, petition, ada, hears=False, language="cy", now=NOW)
        await addresses.keep(db, ada.id, EMAIL, "mine@example.org", reachable=True, now=NOW)
        for session in ("5f2e" * 16, "6a3b" * 16):
            await addresses.keep(db, ada.id, WEB, session, reachable=False, now=NOW)
        hears = NewConsent(ada.id, petition.id, PURPOSE, True, None, "button", NOW)
        await consents.append(db, [hears])
        found = await office_requests.find(db, petition, "Mine@example.org")
        assert found is not None
        assert found.supporter.id == ada.id
        assert found.hears, "by email"
        assert found.places == {"email": 1, "telegram": 1, "web": 2}
        await addresses.keep(db, ada.id, EMAIL, "typed@example.org", reachable=True, now=NOW)
        await db.execute(
            update(tables.addresses)
            .where(tables.addresses.c.value == "typed@example.org")
            .values(verified_at=None)
        )
        assert await office_requests.find(db, petition, "typed@example.org") is None
    await desk.asks(OWNER, "mine@example.org")
    shown = str(desk.doors.telegram.said)
    assert "a browser (2)" in shown
    assert "5f2e" not in shown
    await desk.taps(OWNER, "stop", "email")
    assert ("updates_email", False) in [one[:2] for one in await desk.ledger()]
