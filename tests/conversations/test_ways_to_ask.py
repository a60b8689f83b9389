"""Promises of the ways to pass a link on: a code to scan, ready words, a card in any chat."""

import io
from typing import Any
from urllib.parse import parse_qs, urlsplit

import zxingcpp
from PIL import Image

from tests.conversations.form_steps import signs
from tests.conversations.referral_steps import boss, link_of, signs_by
from tests.e2e.people import Arrives, Person
from tests.stage.stage import Stage


async def test_the_qr_code_leads_to_the_link(stage: Stage, ada: Person) -> None:
    await signs(ada)
    link = await link_of(ada)
    answer = await ada.taps("QR code")
    assert link in answer.text
    photo = answer.messages[-1]["photo"][-1]["file_id"]
    async with ada.session.get(f"{ada.address}/people/{ada.id}/files/{photo}") as file:
        picture = Image.open(io.BytesIO(await file.read()))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [link]
    assert "Copy my link" in (await ada.taps("Ways to ask")).buttons


async def test_there_are_ready_words(stage: Stage, ada: Person) -> None:
    await signs(ada)
    link = await link_of(ada)
    assert ada.last.buttons["Send on WhatsApp"].startswith("https://wa.me/?text=")
    assert link in parse_qs(urlsplit(ada.last.buttons["Send on WhatsApp"]).query)["text"][0]
    words = await ada.taps("Suggested messages")
    assert words.text.count(link) == 2
    copied = words.acts("Copy the short message")["copy_text"]["text"]
    assert copied.endswith(link)


async def test_who_has_not_signed_can_pass_the_petition_on(stage: Stage, ada: Person) -> None:
    answer = await ada.says("/share")
    assert "https://t.me/clamour_bot?start=keep-the-unit" in answer.text
    assert "I’ve signed" not in parse_qs(urlsplit(answer.buttons["Send on Telegram"]).query)["text"]
    welcome = (await ada.says("/start")).messages[0]["message_id"]
    for page in ("texts", "qr", "friends"):
        shown = await ada.taps_data(welcome, f"page:{page}:1")
        assert "a link of your own" in shown.text


async def _asks(person: Person, query: str = "") -> dict[str, Any]:
    return await person._post("inline", json={"query": query})


async def test_a_signer_posts_a_card_with_their_link_in_any_chat(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    link = await link_of(ada)
    answer = await _asks(ada)
    (card,) = answer["results"]
    assert card["title"] == "Keep London’s human trafficking unit"
    assert "1 has signed" in card["description"]
    assert "<b>1</b> signature. Help us reach 100!" in card["input_message_content"]["message_text"]
    (button,) = card["reply_markup"]["inline_keyboard"][0]
    assert button["url"] == link
    assert answer["button"] is None
    bob = await arrives("Bob")
    await signs_by(bob, button["url"])
    assert "1 so far" in (await ada.reads()).text


async def test_a_stranger_posts_the_petitions_own_link_and_learns_how_to_get_one(
    stage: Stage, ada: Person
) -> None:
    answer = await _asks(ada, "no such petition")
    (card,) = answer["results"]
    (button,) = card["reply_markup"]["inline_keyboard"][0]
    assert button["url"] == "https://t.me/clamour_bot?start=keep-the-unit"
    assert answer["button"] == {
        "text": "Sign first to get a link of your own",
        "start_parameter": "keep-the-unit",
    }


async def test_a_card_that_is_posted_counts_as_shared_once(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    owner = await boss(arrives)
    await signs(ada)
    for _ in range(2):
        (card,) = (await _asks(ada))["results"]
        await ada._post("inline/choose", json={"result_id": card["id"]})
        await ada.says("/help")
    assert "1 signer, 1 passed the petition on (100%)" in (await owner.says("/funnel")).text
