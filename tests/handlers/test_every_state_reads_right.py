"""Promises of what people are shown: it is true of them, whatever they have done before."""

import itertools
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from campaign import catalogue as campaigns
from campaign import request_limits, subscriptions
from campaign.broadcasts.content import Content, LinkButton, Version
from campaign.petition import CONSENT_OTHER
from campaign.signing import sign
from channels.telegram.broadcast_messages import BroadcastComposer
from handlers.supporter.pages import PAGES
from messages import bot_texts
from storage import broadcasts, supporters, tables
from storage.delivery_claims import Recipient
from tests.campaign import petitions
from tests.handlers.routes_harness import NOW, RoutesHarness
from tests.messages import catalogue

COMMANDS = (
    *("/start", "/sign", "/updates", "/settings", "/news", "/timeline", "/share", "/friends"),
    *("/help", "/privacy", "/petitions", "/withdraw", "/proof", "/cancel", "hello"),
)
SIGNATURES = ("none", "live", "withdrawn", "invalidated")
STATES = ("open", "closed", "decided")
LANGUAGES = ("en", "cy")


class Reader:
    """One person's messages, as they arrive."""

    def __init__(self, doors: RoutesHarness, number: int, language: str) -> None:
        self.doors, self.number, self.language = doors, number, language
        self.text, self.buttons = "", dict[str, str]()

    def hear(self, parameters: dict[str, Any]) -> None:
        self.text = parameters.get("text", parameters.get("caption", ""))
        keyboard = (parameters.get("reply_markup") or {}).get("inline_keyboard", [])
        self.buttons = {
            button["text"]: button.get("callback_data", "")
            for button in itertools.chain.from_iterable(keyboard)
        }

    async def says(self, text: str) -> None:
        await self.doors.says(self.number, text)

    async def taps(self, data: str) -> None:
        await self.doors.taps(self.number, data)

    def label(self, key: str) -> str:
        return self.doors.services.renderer.label(key, self.language)


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[RoutesHarness]:
    async with RoutesHarness.open(tmp_path) as doors:
        yield doors


async def reader(
    doors: RoutesHarness,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    *,
    signature: str = "none",
    hears: bool = False,
    language: str = "en",
) -> Reader:
    """Somebody who has signed or not, and hears updates or not."""
    one = Reader(doors, number, language)
    take = doors.telegram.do_request

    async def noted(url: str, method: str, request_data: Any = None, **more: Any) -> Any:
        parameters = dict(request_data.parameters) if request_data else {}
        if parameters.get("chat_id") == number and "sendDocument" not in url:
            one.hear(parameters)
        return await take(url, method, request_data, **more)

    monkeypatch.setattr(doors.telegram, "do_request", noted)
    petition = doors.petition
    async with doors.services.database.transaction() as db:
        me = await petitions.person(db, number, NOW)
        await supporters.choose_language(db, me.id, language)
        if signature != "none":
            await petitions.signs(db, petition, me, NOW)
        if hears:
            await subscriptions.choose(db, petition, me, hears=True, language=language, now=NOW)
        if signature == "withdrawn":
            await sign.withdraw(db, petition, me, now=NOW)
            if hears:
                await subscriptions.choose(db, petition, me, hears=True, language=language, now=NOW)
        elif signature == "invalidated":
            held = update(tables.signatures).where(tables.signatures.c.supporter_id == me.id)
            await db.execute(held.values(status="invalidated"))
    return one


async def comes_to(doors: RoutesHarness, state: str) -> None:
    """The petition closes, and is decided."""
    if state == "open":
        return
    async with doors.services.database.transaction() as db:
        current = await campaigns.current(db, doors.petition.id)
        assert current is not None
        texts = {
            code: text.model_copy(update={"outcome": "We won."} if state == "decided" else {})
            for code, text in current.definition.text.items()
        }
        changed = current.definition.model_copy(update={"status": "closed", "text": texts})
        doors.petition = await campaigns.upsert(db, changed, now=NOW)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
async def test_buttons_fit_who_reads_them(
    doors: RoutesHarness, monkeypatch: pytest.MonkeyPatch, state: str, language: str
) -> None:
    which = LANGUAGES.index(language)
    has = {name: bool((place + which) % 2) for place, name in enumerate(SIGNATURES)}
    people = [
        await reader(
            doors,
            monkeypatch,
            7_000 + place,
            signature=signature,
            hears=hears,
            language=language,
        )
        for place, (signature, hears) in enumerate(has.items())
    ]
    await comes_to(doors, state)
    pages = [f"page:{name}:{doors.petition.id}" for name in PAGES]
    for one, (signature, hears) in zip(people, has.items(), strict=True):
        wrong = set()
        if state != "open" or signature in ("live", "invalidated"):
            wrong |= {one.label("sign"), one.label("sign_as_before")}
        if signature in ("none", "withdrawn"):
            wrong |= {one.label("withdraw"), one.label("change_answers"), one.label("what_else")}
        wrong |= {one.label("updates_on" if hears else "updates_off")}
        for act in (*COMMANDS, *pages):
            await (one.taps if act.startswith("page:") else one.says)(act)
            assert not wrong & one.buttons.keys(), (act, signature, hears, one.text)


@pytest.mark.parametrize("command", ["/updates"])
@pytest.mark.parametrize("signature", ["none", "live"])
async def test_updates_says_how_it_stands_and_offers_what_that_person_wants(
    doors: RoutesHarness, monkeypatch: pytest.MonkeyPatch, command: str, signature: str
) -> None:
    ada = await reader(doors, monkeypatch, 7_001, signature=signature)
    for _ in range(2):
        await ada.says(command)
        assert "You don’t get updates" in ada.text
        assert "/updates" not in ada.text, "that is what they have just sent"
        assert next(iter(ada.buttons)) == "Send me updates"
    await ada.taps(ada.buttons["Send me updates"])
    assert "We’ll tell you here what happens" in ada.text
    await ada.says(command)
    assert "You get updates on" in ada.text
    await ada.taps(ada.buttons["Stop the updates"])
    assert "no more updates" in ada.text
    assert ("Your signature stays" in ada.text) is (signature == "live")
    assert next(iter(ada.buttons)) == "Send me updates"
    await ada.taps(f"updates:{doors.petition.id}:off")
    assert "You don’t get updates" in ada.text, "the second tap of two"


@pytest.mark.parametrize("hears", [True, False])
@pytest.mark.parametrize("signature", ["none", "live"])
async def test_stop_says_what_it_has_changed_and_what_stays(
    doors: RoutesHarness, monkeypatch: pytest.MonkeyPatch, signature: str, hears: bool
) -> None:
    ada = await reader(doors, monkeypatch, 7_001, signature=signature, hears=hears)
    await ada.says("/stop")
    assert ("You weren’t getting updates" in ada.text) is not hears
    assert ("Your signature stays" in ada.text) is (signature == "live")
    assert list(ada.buttons) == (["Take my name off"] if signature == "live" else [])
    await ada.says("/updates")
    assert next(iter(ada.buttons)) == "Send me updates"


@pytest.mark.parametrize("words", ["cy", "Cymraeg", "welsh", "WELSH", "cymraeg"])
async def test_language_takes_the_language_that_is_named_behind_it(
    doors: RoutesHarness, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    ada = await reader(doors, monkeypatch, 7_001)
    await ada.says(f"/language {words}")
    assert "Cymraeg" in ada.text
    async with doors.services.database.reading() as db:
        me = await supporters.by_telegram_id(db, 7_001)
    assert me is not None
    assert me.language == "cy"


async def test_language_asks_where_what_is_named_is_none_of_ours(
    doors: RoutesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await reader(doors, monkeypatch, 7_001)
    for words in ("Klingon", "c y", "{{ code }}", "x" * 3000):
        await ada.says(f"/language {words}")
        assert list(ada.buttons) == ["English", "Cymraeg"]


@pytest.mark.parametrize("state", STATES)
async def test_an_update_offers_to_sign_only_to_those_who_can(
    doors: RoutesHarness, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    recipients = []
    for place, signature in enumerate(SIGNATURES):
        number = 7_001 + place
        await reader(doors, monkeypatch, number, signature=signature, hears=True)
        async with doors.services.database.reading() as db:
            me = await supporters.by_telegram_id(db, number)
        assert me is not None
        recipients.append(Recipient(me.id, number, "Ada", "en", "en", 0, True))
    await comes_to(doors, state)
    content = Content({"en": Version("Five hundred!")}, (LinkButton("sign"), LinkButton("share")))
    async with doors.services.database.transaction() as db:
        update_ = await broadcasts.add(
            db,
            campaign_id=doors.petition.id,
            kind="milestone",
            author_id=None,
            content=content.to_dict(),
            audience={},
            options={},
            now=NOW,
        )
    letters = await BroadcastComposer(doors.services).write(update_, recipients)
    offered, can = {}, state == "open"
    for signature, letter in zip(SIGNATURES, letters, strict=True):
        keyboard = letter.parameters["reply_markup"]["inline_keyboard"]
        labels = [button["text"] for row in keyboard for button in row]
        assert ("Share" in labels) is can, "what is closed recruits nobody"
        offered[signature] = "✍️ Sign" in labels
    assert offered == {"none": can, "live": False, "withdrawn": can, "invalidated": False}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_sent_to_all_says_nothing_of_the_readers_own_signature(language: str) -> None:
    """The bot's drafts are read by those who have signed, and by those who have not."""
    yours = {
        "en": r"\byours?\b|you are one|you (have )?signed",
        "cy": r"\beich (enw|llofnod)|rydych",
    }
    written = catalogue.html(lambda _: "Ada")
    for name, alternatives in written.items():
        if name.startswith("broadcast_drafts/"):
            for variables in catalogue.each(alternatives):
                html = bot_texts().html(name, language, **variables)
                assert not re.search(yours[language], html.casefold()), (name, html)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["event", "handin", "media"])
def test_a_calendars_button_says_what_is_put_into_it(kind: str, language: str) -> None:
    label = bot_texts().label
    unnamed = label("calendar_of", language, what="", kind=kind)
    assert unnamed.endswith(label(f"story_kind_{kind}", language))
    assert label("calendar_of", language, what="Vigil", kind=kind).endswith(": Vigil")


async def test_switching_on_and_off_without_end_does_not_fill_the_ledger(
    doors: RoutesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await reader(doors, monkeypatch, 7_001, hears=True)
    number = doors.petition.id
    for place in range(request_limits.CHOICES_OF_ACCOUNT.an_hour):
        kind = ("updates:{}:{}", "hear:{}:news:{}")[place % 2]
        for do in ("off", "on"):
            await ada.taps(kind.format(number, do))
    async with doors.services.database.reading() as db:
        rows = await db.scalar(select(func.count()).select_from(tables.consents))
    assert rows > request_limits.CHOICES_OF_ACCOUNT.an_hour
    await ada.taps(f"updates:{number}:off")
    for _ in range(3):
        await ada.taps(f"updates:{number}:on")
        await ada.taps(f"hear:{number}:news:on")
        assert "Send me updates" in ada.buttons
        await ada.taps(f"updates:{number}:off")
    async with doors.services.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(tables.consents)) == rows + 1


@pytest.mark.parametrize(
    "switch", [("once:{}:yes:{}", "once:{}:no:{}"), ("mine:{}:name:on", "mine:{}:name:off")]
)
async def test_yes_and_no_under_one_screen_do_not_fill_it_either(
    doors: RoutesHarness, monkeypatch: pytest.MonkeyPatch, switch: tuple[str, str]
) -> None:
    signer = await reader(doors, monkeypatch, 7_002, signature="live", hears=True)
    other = doors.petition.wording(CONSENT_OTHER, "en")
    assert other is not None
    yes, no = (one.format(doors.petition.id, other.id) for one in switch)
    most = request_limits.CHOICES_OF_ACCOUNT.an_hour
    async with doors.services.database.reading() as db:
        before = await db.scalar(select(func.count()).select_from(tables.consents))
    for _ in range(most + 5):
        await signer.taps(yes)
        await signer.taps(no)
    async with doors.services.database.reading() as db:
        rows = await db.scalar(select(func.count()).select_from(tables.consents))
    assert rows - before == 2 * most
