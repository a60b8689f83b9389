"""Promises through the real routes: nobody is asked for ever, and words are acts, too."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from campaign.catalogue import publish
from campaign.definition.campaign_file import load_definition
from campaign.definition.model import AskedField, Definition
from storage import areas, campaigns, tables
from storage.database import Database
from tests import engines, migrated
from tests.campaign.petitions import EXAMPLE
from tests.folded import for_each
from tests.handlers.routes_harness import NOW, RoutesHarness, message

ADA = 7_123_456_789


class Ada:
    """Somebody at a phone; each test has people of its own."""

    people = 0

    def __init__(self, doors: RoutesHarness) -> None:
        Ada.people += 1
        self.doors, self.id = doors, ADA + Ada.people

    async def says(self, *texts: str) -> set[str]:
        """The templates that answer the last of them."""
        for text in texts:
            self.doors.shown.clear()
            await self.doors.says(self.id, text)
        return set(self.doors.shown)

    async def taps(self, *names: str) -> set[str]:
        for name in names:
            self.doors.shown.clear()
            await self.doors.taps(self.id, f"form:{(await self.dialog())['serial']}:{name}")
        return set(self.doors.shown)

    async def signs(self) -> set[str]:
        return await self.taps("sign:only")

    async def dialog(self) -> dict[str, Any]:
        return await self._row(tables.dialogs)

    async def signature(self) -> dict[str, Any]:
        return await self._row(tables.signatures)

    async def _row(self, table: Any) -> dict[str, Any]:
        async with self.doors.services.database.reading() as db:
            mine = table.c.supporter_id == (
                select(tables.supporters.c.id)
                .where(tables.supporters.c.telegram_id == self.id)
                .scalar_subquery()
            )
            row = (await db.execute(select(table).where(mine))).mappings().one_or_none()
            return dict(row) if row else {}


def asks(signers: str | None, *kinds: str) -> Definition:
    asked = tuple(AskedField(kind=kind) for kind in ("name", *kinds))  # type: ignore[arg-type]
    changes = {"signers": signers, "fields": asked, "slug": "keep-the-unit"}
    return load_definition(EXAMPLE).model_copy(update=changes)


@pytest.fixture(params=engines.params())
async def doors(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RoutesHarness]:
    """A petition that anybody may sign who has a postcode, or a country."""
    await engines.require(request.param)
    async with migrated.migrated_url(request.param, tmp_path) as url:
        database = await Database.open(url)
        try:
            petition = await publish(database, asks("anywhere", "postcode"), now=NOW)
            async with RoutesHarness.to(database, petition) as doors:
                yield doors
        finally:
            await database.close()


@pytest.fixture
async def only_uk(tmp_path: Path) -> AsyncIterator[RoutesHarness]:
    async with RoutesHarness.open(tmp_path) as doors:
        yield doors


async def test_people_abroad_sign_with_their_country_and_figures_add_up(
    doors: RoutesHarness,
) -> None:
    siobhan, gib, dai, bea = (Ada(doors) for _ in range(4))
    await siobhan.says("/sign", "Siobhán Ní Bhriain")
    assert await siobhan.says("D02 AF30") == {"sign/ask_postcode", "sign/doubt_country"}
    await siobhan.says("/start", "/sign")
    assert await siobhan.taps("outside") == {"sign/ask_country"}
    assert await siobhan.says("Ireland") == {"sign/declaration"}
    assert "sign/signed" in await siobhan.signs()
    await gib.says("/sign", "Bo", "gx11 1aa")
    assert "sign/signed" in await gib.signs()
    await dai.says("/sign", "Dai")
    assert await dai.taps("no_address") == {"sign/declaration"}
    assert "sign/signed" in await dai.signs()
    await bea.says("/sign", "Bea", "France")
    assert await bea.taps("likely") == {"sign/declaration"}
    assert "sign/signed" in await bea.signs()
    lives = [
        (s["postcode"], s["country"])
        for s in [await p.signature() for p in (siobhan, gib, dai, bea)]
    ]
    assert lives == [(None, "IE"), ("GX11 1AA", None), (None, "GB"), (None, "FR")]
    async with doors.services.database.reading() as db:
        assert dict(await areas.of_campaign(db, doors.petition.id)) == {"GX": 1}
        assert (await campaigns.totals(db, doors.petition.id)).live == 4


async def test_who_moves_home_changes_country_and_postcode(doors: RoutesHarness) -> None:
    ada, change = Ada(doors), f"change:{doors.petition.id}"
    await ada.says("/sign", "Ada")
    await ada.taps("outside")
    await ada.says("France")
    await ada.signs()
    await doors.taps(ada.id, change)
    await ada.taps("change:country")
    assert await ada.taps("has_postcode") == {"sign/ask_postcode"}
    assert await ada.says("BFPO 57") == {"sign/review"}
    assert await ada.taps("sign") == {"sign/changed"}
    assert ((await ada.signature())["postcode"], (await ada.signature())["country"]) == (
        "BFPO 57",
        None,
    )
    await doors.taps(ada.id, change)
    await ada.taps("change:postcode", "outside", "pick:IE", "sign")
    assert ((await ada.signature())["postcode"], (await ada.signature())["country"]) == (None, "IE")
    async with doors.services.database.reading() as db:
        assert not await areas.of_campaign(db, doors.petition.id)
        assert await areas.recount(db, doors.petition.id) == {}


async def test_a_campaign_for_the_uk_says_so_once_and_asks_nobody_for_ever(
    only_uk: RoutesHarness,
) -> None:
    ada = Ada(only_uk)
    await ada.says("/sign", "Ada")
    for text in ("D02 AF30", "Ireland", "KY1-1100"):
        assert await ada.says(text) == {"sign/only_uk"}
    assert await ada.taps("outside") == {"sign/only_uk"}
    assert await ada.taps("again") == {"sign/ask_postcode"}
    assert await ada.taps("no_address") == {"sign/declaration"}
    assert "sign/signed" in await ada.signs()
    assert (await ada.signature())["country"] == "GB"


async def test_going_back_from_the_country_leads_to_the_postcode(doors: RoutesHarness) -> None:
    ada = Ada(doors)
    await ada.says("/sign", "Ada")
    await ada.taps("outside")
    assert await ada.taps("back") == {"sign/ask_postcode"}
    await ada.taps("outside")
    assert await ada.taps("pick:GB") == {"sign/ask_postcode"}, "there are postcodes there"
    assert await ada.says("SW1A 1AA") == {"sign/declaration"}


async def test_a_form_begun_before_the_change_goes_on(only_uk: RoutesHarness) -> None:
    ada = Ada(only_uk)
    await ada.says("/sign", "Ada")
    async with only_uk.services.database.transaction() as db:
        answers = (await ada.dialog())["answers"]
        old = dict(answers[str(only_uk.petition.id)])
        assert old.pop("elsewhere") is False
        assert old.pop("doubt") is None
        kept = {**answers, str(only_uk.petition.id): old}
        await db.execute(tables.dialogs.update().values(answers=kept))
    assert await ada.says("SW1A 1AA") == {"sign/declaration"}
    assert "sign/signed" in await ada.signs()


async def test_a_postcode_as_a_name_is_asked_back_once(only_uk: RoutesHarness) -> None:
    ada = Ada(only_uk)
    await ada.says("/sign")
    assert await ada.says("SW1A 1AA") == {"sign/ask_name", "sign/doubt_postcode"}
    assert await ada.says("SW1A 1AA") == {"sign/ask_postcode"}, "said again, it is a name"
    assert await ada.says("E1 6AN") == {"sign/declaration"}
    await ada.signs()
    assert (await ada.signature())["full_name"] == "SW1A 1AA"


@for_each(
    "first, text, template",
    [
        ((), "ada@example.org", "sign/problem_name_email"),
        ((), "07700 900123", "sign/problem_name_phone"),
        (("Ada",), "Ada Lovelace", "sign/problem_postcode_name"),
        (("Ada",), "ada@example.org", "sign/problem_postcode_email"),
        (("Ada",), "07700 900123", "sign/problem_postcode_phone"),
        (("Ada",), "SW1A", "sign/problem_postcode_malformed"),
    ],
)
async def test_an_answer_to_another_question_is_known_for_it(
    only_uk: RoutesHarness, first: tuple[str, ...], text: str, template: str
) -> None:
    assert template in await Ada(only_uk).says("/sign", *first, text)


async def test_a_mistyped_address_is_asked_back_once(tmp_path: Path) -> None:
    async with RoutesHarness.open(tmp_path) as doors:
        await publish(doors.services.database, asks(None, "email"), now=NOW)
        ada, bea, cat = Ada(doors), Ada(doors), Ada(doors)
        for one in (ada, bea, cat):
            await one.says("/sign", "Ada")
            assert await one.says("Ada <ada@gmial.com>;") == {"sign/ask_email", "sign/doubt_typo"}
        assert await ada.taps("likely") == {"sign/declaration"}
        assert await bea.taps("as_typed") == {"sign/declaration"}
        assert await cat.says("ada@gmial.com") == {"sign/declaration"}, "said again, it is meant"
        for one in (ada, bea, cat):
            await one.signs()
        kept = [(await one.signature())["email"] for one in (ada, bea, cat)]
        assert kept == ["ada@gmail.com", "ada@gmial.com", "ada@gmial.com"]


async def test_a_number_that_no_library_knows_is_taken_of_its_owner(tmp_path: Path) -> None:
    async with RoutesHarness.open(tmp_path) as doors:
        definition = asks(None, "phone").model_copy(update={"identity": "contact"})
        await publish(doors.services.database, definition, now=NOW)
        ada = Ada(doors)
        await ada.says("/sign", "Ada")
        shared = {"phone_number": "88800123456", "first_name": "Ada", "user_id": ada.id}
        await doors.comes({"message": message(ada.id, contact=shared)})
        assert "sign/signed" in await ada.signs()
        assert (await ada.signature())["phone"] == "+88800123456"


@for_each(
    "text, template",
    [
        ("Stop!", "subscriptions/stopped"),
        ("UNSUBSCRIBE", "subscriptions/stopped"),
        ("stopiwch", "subscriptions/stopped"),
        ("remove my name", "withdraw/not_signed"),
        ("Delete my data please", "erase/ask"),
        ("help", "help/general"),
        ("sign 👍", "sign/ask_name"),
        ("hello", "start/welcome"),
        ("Privacy", "privacy/notice"),
        ("blah blah", "unexpected/idle_text"),
    ],
)
async def test_words_typed_alone_do_what_the_command_does(
    only_uk: RoutesHarness, text: str, template: str
) -> None:
    assert template in await Ada(only_uk).says("/start", text)


async def test_a_signer_who_types_it_is_asked_before_anything_is_lost(
    only_uk: RoutesHarness,
) -> None:
    ada = Ada(only_uk)
    await ada.says("/sign", "Ada", "SW1A 1AA")
    await ada.signs()
    assert await ada.says("take my name off") == {"withdraw/confirm"}
    assert (await ada.signature())["status"] == "live"
    assert await ada.says("delete me") == {"erase/ask"}
    assert (await ada.signature())["full_name"] == "Ada"


async def test_in_the_form_a_word_is_no_name_until_it_is_said_to_be(
    only_uk: RoutesHarness,
) -> None:
    ada, bea, cat = Ada(only_uk), Ada(only_uk), Ada(only_uk)
    for one in (ada, bea, cat):
        await one.says("/sign")
        assert await one.says("Stop") == {"sign/doubt_word"}
    assert await ada.says("STOP") == {"sign/cancelled"}, "said again, it is no name: a tap says so"
    assert await bea.taps("as_typed") == {"sign/ask_postcode"}
    assert await cat.taps("again") == {"sign/ask_name"}
    assert await cat.says("Help") == {"sign/doubt_word"}
    await only_uk.taps(cat.id, "do:help")
    assert (await cat.dialog())["step"] == "name"
    assert await cat.says("Cat") == {"sign/ask_postcode"}
    assert await cat.says("stop") == {"sign/doubt_word"}
    assert (await cat.dialog())["step"] == "postcode", "nothing is lost by the question"
    assert await cat.taps("cancel") == {"sign/cancelled"}
    await bea.says("E1 6AN")
    assert await bea.says("stop") == {"sign/doubt_word"}
    assert await bea.says("stop") == {"sign/cancelled"}, "said again, it is meant"


async def test_in_the_form_words_that_can_be_no_answer_are_acts_at_once(
    only_uk: RoutesHarness,
) -> None:
    ada = Ada(only_uk)
    await ada.says("/sign", "Ada")
    assert "help/step" in await ada.says("help")
    assert "erase/ask" in await ada.says("delete my data")
    assert (await ada.dialog())["step"] == "postcode"


async def test_a_redelivered_word_asks_no_second_time(only_uk: RoutesHarness) -> None:
    ada = Ada(only_uk)
    await ada.says("/sign")
    update = {"update_id": 10**6, "message": message(ada.id, text="Stop")}
    await only_uk.take(update)
    before = await ada.dialog()
    await only_uk.take(update)
    assert await ada.dialog() == before


async def test_free_text_gets_the_campaigns_own_answer(only_uk: RoutesHarness) -> None:
    question = only_uk.petition.texts("en").questions[0].question
    ada = Ada(only_uk)
    await ada.says("/start")
    assert await ada.says(question.upper()) == {"faq/perhaps"}
    assert await ada.says("xyzzy") == {"unexpected/idle_text"}


async def test_a_word_among_words_of_ones_own_is_asked_back_once(only_uk: RoutesHarness) -> None:
    ada = Ada(only_uk)
    await ada.says("/sign", "Ada", "SW1A 1AA")
    await ada.signs()
    await only_uk.taps(ada.id, f"step:{only_uk.petition.id}:letter:do")
    assert await ada.says("Help!") == {"next_steps/ask_letter", "next_steps/word"}
    assert await ada.says("Help!") == {"next_steps/letter"}


async def test_another_address_is_asked_back_once_and_stop_is_none(tmp_path: Path) -> None:
    async with RoutesHarness.open(tmp_path) as doors:
        definition = asks(None, "email").model_copy(update={"identity": "email"})
        petition = await publish(doors.services.database, definition, now=NOW)
        ada = Ada(doors)
        await ada.says("/sign", "Ada", "ada@example.org")
        await ada.signs()
        await doors.taps(ada.id, f"code:{petition.id}:address")
        assert await ada.says("ada@gmial.com") == {"email_code/address", "email_code/is_it"}
        await ada.says("ada@gmial.com")
        assert (await ada.signature())["email"] == "ada@gmial.com"
        await doors.taps(ada.id, f"code:{petition.id}:address")
        assert await ada.says("stop") == {"subscriptions/stopped"}
        assert (await ada.dialog())["flow"] == ""


async def test_old_buttons_of_the_question_say_that_they_are_old(doors: RoutesHarness) -> None:
    ada = Ada(doors)
    await ada.says("/sign", "Ada")
    serial = (await ada.dialog())["serial"]
    await ada.taps("outside")
    doors.shown.clear()
    await doors.taps(ada.id, f"form:{serial}:outside")
    assert (await ada.dialog())["step"] == "country"
