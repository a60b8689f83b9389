"""Promises about a petition that has closed: nothing recruits for it, and what is wrong with a name
can be put right. Told by what people read and can tap, as it goes to Telegram."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from telegram.request import RequestData

from bot.jobs import due_dates
from campaign import catalogue, email_codes, staff
from campaign.broadcasts.content import Content, LinkButton, Version
from campaign.definition.campaign_file import load_definition
from campaign.definition.model import AskedField
from campaign.petition import Petition
from campaign.signing import sign
from campaign.signing.sign import Choices
from channels.telegram.broadcast_messages import BroadcastComposer
from handlers import receipt
from storage import (
    broadcasts,
    campaigns,
    handin_packs,
    pending_signatures,
    signatures,
    tables,
)
from storage.database import Database
from tests import engines, migrated
from tests.campaign import petitions
from tests.campaign.petitions import EXAMPLE
from tests.handlers.routes_harness import NOW, RoutesHarness, Silent, message

ADA, BOB, OWNER = 1, 2, 3
ENDS = datetime(2009, 11, 30, 18, tzinfo=UTC)
AFTER = ENDS + timedelta(minutes=1)


class Chats(Silent):
    """What has been written to whom: text, labels and data of buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[dict[str, Any]] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **_: Any
    ) -> tuple[int, bytes]:
        if request_data is not None:
            self.written.append(dict(request_data.parameters))
        return await super().do_request(url, method, request_data)


class Talk:
    """A bot and its people; the clock is ours."""

    def __init__(self, doors: RoutesHarness, chats: Chats) -> None:
        self.doors, self.chats, self.now = doors, chats, NOW
        doors.services.clock = lambda: self.now

    @property
    def petition_id(self) -> int:
        return self.doors.petition.id

    async def says(self, who: int, text: str) -> str:
        self.chats.written.clear()
        await self.doors.says(who, text)
        return self.read()

    async def taps(self, who: int, data: str) -> str:
        self.chats.written.clear()
        await self.doors.taps(who, data)
        return self.read()

    def read(self) -> str:
        """All that came, with its buttons."""
        found = []
        for one in self.chats.written:
            found.append(str(one.get("text") or one.get("caption") or ""))
            markup = one.get("reply_markup")
            rows = (json.loads(markup) if isinstance(markup, str) else markup or {}).get(
                "inline_keyboard", []
            )
            found += [json.dumps(button, ensure_ascii=False) for row in rows for button in row]
        return "\n".join(found)

    async def signs(self, who: int) -> None:
        async with self.doors.services.database.transaction() as db:
            person = await petitions.person(db, who, NOW)
            await petitions.signs(db, self.doors.petition, person, NOW)


@pytest.fixture(params=engines.params())
async def talk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Talk]:
    await engines.require(request.param)
    async with migrated.migrated_url(request.param, tmp_path) as url, opened(url) as talk:
        yield talk


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Talk]:
    database = await Database.open(url)
    try:
        petition = await publish(database, closes_at="2009-11-30 18:00")
        async with RoutesHarness.to(database, petition) as doors:
            chats = Chats()
            doors.application.bot._request = (chats, chats)
            doors.services.owners_by_config = frozenset({OWNER})
            async with database.transaction() as db:
                await petitions.person(db, OWNER, NOW)
                await staff.add_owners(db, [OWNER], now=NOW)
            yield Talk(doors, chats)
    finally:
        await database.close()


async def publish(database: Database, **changes: Any) -> Petition:
    definition = load_definition(EXAMPLE).model_copy(update=changes)
    return await catalogue.publish(database, definition, now=NOW)


RECRUITS = ("t.me/share", "wa.me", "switch_inline_query", "copy_text", "✍️", "Would you ask")


def of_recruiting(read: str) -> list[str]:
    return [sign for sign in RECRUITS if sign in read]


async def test_everywhere_it_recruits_while_it_is_open(talk: Talk) -> None:
    await talk.signs(ADA)
    assert of_recruiting(await talk.says(ADA, "/share"))
    assert of_recruiting(await talk.says(BOB, "/start"))
    assert "⏳ <b>4 days left</b>: signing closes at 18:00 on 30 November 2009." in talk.read()


PLACES = (
    *("/start", "/share", "/friends", "/sign", "/news", "/timeline", "/petitions", "/start r_x"),
    *("page:home:{id}", "page:share:{id}", "page:texts:{id}", "page:qr:{id}", "page:friends:{id}"),
    *("page:more:{id}", "page:supporters:{id}", "page:questions:{id}", "sign:{id}"),
    *("steps:{id}:next", "steps:{id}:list", "step:{id}:share:do"),
)


@pytest.mark.parametrize("who", [ADA, BOB])
async def test_nothing_recruits_once_the_minute_has_come(talk: Talk, who: int) -> None:
    await talk.signs(ADA)
    talk.now = ENDS  # no job has looked yet
    for place in PLACES:
        data = place.format(id=talk.petition_id)
        read = await (talk.says if place.startswith("/") else talk.taps)(who, data)
        assert read, place
        assert of_recruiting(read) == [], (place, read)
        assert "Suggested messages" not in read, place


async def test_a_closed_petition_says_what_happened_and_how_to_hear(talk: Talk) -> None:
    await talk.signs(ADA)
    talk.now = AFTER
    read = await talk.says(BOB, "/share")
    assert "This petition closed on 30 November 2009" in read
    assert "<b>1</b> person signed it." in read
    assert "Send me updates" in read
    assert "only just begun" not in await talk.says(BOB, "/news")


async def test_in_a_group_it_collects_no_signatures_any_more(talk: Talk) -> None:
    for now, collects in ((NOW, True), (AFTER, False)):
        talk.now = now
        talk.chats.written.clear()
        await talk.doors.comes({"message": message(BOB, group=True, text="/start@clamour_bot")})
        assert ("so your answers stay between us" in talk.read()) == collects
        assert ("can no longer be signed" in talk.read()) != collects


async def test_no_friend_is_waited_for_any_more(talk: Talk) -> None:
    await talk.signs(ADA)
    assert "when a friend has signed" in await talk.says(ADA, "/friends")
    talk.now = AFTER
    read = await talk.says(ADA, "/friends")
    assert "Signing has closed" in read
    assert "when a friend" not in read


async def test_another_open_petition_of_the_same_office_is_named(talk: Talk) -> None:
    await publish(talk.doors.services.database, slug="next", closes_at=None)
    talk.now = AFTER
    assert "Still open: “Keep London’s human trafficking unit”" in await talk.taps(
        BOB, f"page:share:{talk.petition_id}"
    )


async def test_buttons_of_older_updates_lead_to_what_came_of_it(talk: Talk) -> None:
    database = talk.doors.services.database
    async with database.transaction() as db:
        sent = await broadcasts.add(
            db,
            campaign_id=talk.petition_id,
            kind="news",
            author_id=None,
            content=Content({"en": Version("News")}).to_dict(),
            audience={},
            options={},
            now=NOW,
        )
    talk.now = AFTER
    for button in ("sign", "share"):
        read = await talk.taps(BOB, f"update:{sent.id}:{button}")
        assert "This petition closed on 30 November 2009" in read
        assert of_recruiting(read) == []


async def test_an_update_that_is_sent_after_the_close_has_no_button_to_sign_or_share(
    talk: Talk,
) -> None:
    database = talk.doors.services.database
    buttons = (LinkButton("sign"), LinkButton("share"))
    async with database.transaction() as db:
        draft = await broadcasts.add(
            db,
            campaign_id=talk.petition_id,
            kind="news",
            author_id=None,
            content=Content({"en": Version("News")}, buttons).to_dict(),
            audience={},
            options={},
            now=NOW,
        )
        totals = await campaigns.totals(db, talk.petition_id)
    composer = BroadcastComposer(talk.doors.services)
    for now, count in ((NOW, 3), (AFTER, 1)):
        talk.now = now
        (petition,) = await talk.doors.services.catalogue.petitions()
        (letter,) = composer.preview(draft, petition, "en", "Ada", totals, reminds=False)
        assert len(letter.parameters["reply_markup"]["inline_keyboard"]) == count


async def test_who_is_in_the_form_hears_at_once_that_it_is_too_late(talk: Talk) -> None:
    await talk.taps(BOB, f"sign:{talk.petition_id}")
    talk.now = AFTER
    read = await talk.says(BOB, "Bob Byron")
    assert "closed on 30 November 2009, before you could finish" in read
    assert "What is your postcode" not in read


async def test_a_tap_after_the_minute_never_signs(talk: Talk) -> None:
    data = await at_the_last_tap(talk, BOB)
    talk.now = ENDS
    read = await talk.taps(BOB, data)
    assert "before you could finish" in read
    async with talk.doors.services.database.reading() as db:
        assert (await campaigns.totals(db, talk.petition_id)).total == 0


async def at_the_last_tap(talk: Talk, who: int) -> str:
    """All answered; gives the data of *Just sign*."""
    await talk.taps(who, f"sign:{talk.petition_id}")
    await talk.says(who, "Bob Byron")
    await talk.says(who, "SW1A 1AA")
    async with talk.doors.services.database.reading() as db:
        serial = await db.scalar(
            select(tables.dialogs.c.serial)
            .join(tables.supporters, tables.supporters.c.id == tables.dialogs.c.supporter_id)
            .where(tables.supporters.c.telegram_id == who)
        )
    return f"form:{serial}:sign:only"


@pytest.mark.parametrize(("waited", "counted"), [(61, 1), (59, 0)])
async def test_a_tap_that_came_before_the_minute_and_waited_here_counts(
    talk: Talk, waited: int, counted: int
) -> None:
    data = await at_the_last_tap(talk, BOB)
    talk.now = AFTER
    await due_dates.do_due(talk.doors.services)
    came = receipt.received.set(time.monotonic() - waited)
    read = await talk.taps(BOB, data)
    receipt.received.reset(came)
    assert ("Your signature is number" in read) == bool(counted)
    assert ("before you could finish" in read) != bool(counted)
    assert of_recruiting(read) == []
    async with talk.doors.services.database.reading() as db:
        assert (await campaigns.totals(db, talk.petition_id)).total == counted


async def test_a_clock_that_was_set_back_lets_no_tap_count_after_the_close(talk: Talk) -> None:
    data = await at_the_last_tap(talk, BOB)
    talk.now = AFTER
    await due_dates.do_due(talk.doors.services)
    talk.now = NOW
    assert "before you could finish" in await talk.taps(BOB, data)
    async with talk.doors.services.database.reading() as db:
        assert (await campaigns.totals(db, talk.petition_id)).total == 0


async def corrects(talk: Talk, who: int, name: str) -> str:
    """Change one's name, as one finds the buttons."""
    assert "Correct my details" in await talk.says(who, "/start")
    for data, said in ((f"change:{talk.petition_id}", ""), ("change:name", name), ("sign", "")):
        if data.startswith("change:") and data[7:].isdigit():
            await talk.taps(who, data)
            continue
        async with talk.doors.services.database.reading() as db:
            serial = await db.scalar(
                select(tables.dialogs.c.serial)
                .join(tables.supporters, tables.supporters.c.id == tables.dialogs.c.supporter_id)
                .where(tables.supporters.c.telegram_id == who)
            )
        read = await talk.taps(who, f"form:{serial}:{data}")
        if said:
            read = await talk.says(who, said)
    return read


async def test_a_name_can_be_corrected_after_the_close(talk: Talk) -> None:
    await talk.signs(ADA)
    talk.now = AFTER
    read = await corrects(talk, ADA, "Ada King")
    assert "Your answers are changed" in read
    assert "told the campaign" not in read, "there is no pack that lacks it"
    assert await name_of(talk, ADA) == "Ada King"


async def test_a_correction_after_the_pack_is_kept_and_told_to_staff(talk: Talk) -> None:
    await talk.signs(ADA)
    talk.now = AFTER
    database = talk.doors.services.database
    async with database.transaction() as db:
        await handin_packs.add(
            db,
            campaign_id=talk.petition_id,
            profile="full",
            salt_key=b"x" * 32,
            requested_by=None,
            now=AFTER,
            status="making",
        )
    read = await corrects(talk, ADA, "Ada King")
    assert "pages were made on 30 November 2009 and stay as they are" in read
    assert await name_of(talk, ADA) == "Ada King"
    async with database.reading() as db:
        told = (await db.execute(select(tables.notifications))).all()
    (one,) = [row for row in told if row.template == "staff/corrected"]
    assert one.telegram_id == OWNER
    assert one.variables["fields"] == ["name"]
    assert "King" not in json.dumps(one.variables, default=str), "the new pack has it"


async def name_of(talk: Talk, who: int) -> str | None:
    async with talk.doors.services.database.reading() as db:
        person = await db.scalar(
            select(tables.supporters.c.id).where(tables.supporters.c.telegram_id == who)
        )
        found = await signatures.of(db, talk.petition_id, person or 0)
    return found.full_name if found else None


async def test_staff_set_the_end_in_the_chat_and_it_is_said_back(talk: Talk) -> None:
    pid = talk.petition_id
    assert "When signing ends" in await talk.says(OWNER, "/content")
    assert "30 November midnight" in await talk.taps(OWNER, f"closing:{pid}:0:ask")
    read = await talk.says(OWNER, "midnight on 12 December")
    assert "midnight, at the end of Saturday, 12 December 2009" in read
    yes = next(word for word in read.split('"') if word.endswith(":yes"))
    assert "16 days left" in await talk.taps(OWNER, yes)
    (petition,) = await talk.doors.services.catalogue.petitions()
    assert petition.definition.closes_at == "2009-12-12 24:00"
    await talk.taps(OWNER, yes)
    (again,) = await talk.doors.services.catalogue.petitions()
    assert again.campaign.version == petition.campaign.version, "twice is once"
    assert "00:00 could be the beginning" in await asked(talk, "12 Dec 00:00")
    assert "That time has passed" in await asked(talk, "25 November")
    assert "I couldn’t read that" in await asked(talk, "soon")


async def asked(talk: Talk, text: str) -> str:
    await talk.taps(OWNER, f"closing:{talk.petition_id}:0:ask")
    return await talk.says(OWNER, text)


async def test_nobody_else_can_set_the_end(talk: Talk) -> None:
    await talk.signs(ADA)
    read = await talk.taps(ADA, f"closing:{talk.petition_id}:0:ask")
    assert "When does signing end" not in read


async def test_a_later_end_opens_it_again_for_those_who_were_too_late(talk: Talk) -> None:
    talk.now = AFTER
    await talk.taps(OWNER, f"closing:{talk.petition_id}:0:ask")
    assert "Signing closed on 30 November 2009. A later end opens it again." in talk.read()
    await due_dates.do_due(talk.doors.services)
    assert "This petition closed" in await talk.says(BOB, "/start")
    read = await asked(talk, "24 December 18:00")
    assert "Signing is closed now. This opens it again." in read
    yes = next(word for word in read.split('"') if word.endswith(":yes"))
    await talk.taps(OWNER, yes)
    assert "✍️" in await talk.says(BOB, "/start")


async def test_the_end_closes_tells_staff_and_puts_its_own_drafts_away(talk: Talk) -> None:
    services = talk.doors.services
    talk.now = datetime(2009, 11, 29, 9, tzinfo=UTC)
    await due_dates.do_due(services)
    await due_dates.do_due(services)
    async with services.database.reading() as db:
        (draft,) = await broadcasts.in_state(db, "draft")
    assert "{{ progress }}" in json.dumps(draft.content)
    talk.now = AFTER
    await due_dates.do_due(services)
    async with services.database.reading() as db:
        assert await broadcasts.in_state(db, "draft") == []
        told = {row.template for row in await db.execute(select(tables.notifications))}
    assert told >= {"staff/closing_draft", "staff/signing_ended"}


CODE = "123456"


@pytest.mark.parametrize(
    ("typed_at", "counted"), [(ENDS - timedelta(seconds=1), 1), (ENDS, 0), (AFTER, 0)]
)
async def test_a_code_typed_before_the_minute_counts_however_late_it_is_handled(
    talk: Talk, typed_at: datetime, counted: int
) -> None:
    database, key = talk.doors.services.database, talk.doors.services.identity_key
    by_mail = (AskedField(kind="name"), AskedField(kind="email"))
    petition = await publish(
        database, closes_at="2009-11-30 18:00", identity="email", fields=by_mail
    )
    async with database.transaction() as db:
        bob = await petitions.person(db, BOB, NOW)
        waiting = await sign.sign(
            db,
            petition,
            bob,
            {"name": "Bob Byron", "email": "bob@example.org"},
            choices=Choices(),
            shown=petition.shown("en"),
            language="en",
            now=ENDS - timedelta(minutes=5),
        )
        signature_id = waiting.signature.id
        await pending_signatures.change(
            db,
            signature_id,
            code_hash=email_codes.hashed(CODE, signature_id, key),
            code_until=ENDS + timedelta(minutes=10),
        )
    talk.now = ENDS + timedelta(hours=3)
    await due_dates.do_due(talk.doors.services)
    talk.chats.written.clear()
    sent = {**message(BOB, text=CODE), "date": int(typed_at.timestamp())}
    await talk.doors.comes({"message": sent})
    assert ("Your signature is number" in talk.read()) == bool(counted)
    assert ("before the code from the email was typed" in talk.read()) != bool(counted)
    assert of_recruiting(talk.read()) == []
    async with database.reading() as db:
        assert (await campaigns.totals(db, petition.id)).total == counted
