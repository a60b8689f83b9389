"""Promises to people who ask their friends, and to the friends who come."""

import io
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import text

from tests.e2e.people import Answer, Person
from tests.e2e.stage import Stage
from tests.e2e.test_signing import signs

Arrives = Callable[..., Awaitable[Person]]
LINK = re.compile(r"https://t\.me/clamour_bot\?start=(r_[A-Za-z0-9]{10})\b")
NOT_OURS = (
    "r_0000000000",
    "r_",
    "r_" + "A" * 62,
    "s_12345678",
    "R_ABCDEFGHIJ",
    "-_-",
    "another-bots-payload",
    "A" * 64,
    "r_" + "A" * 3000,
    "r_AAAAAAAAA\u0430",
)


async def link_of(person: Person) -> str:
    """The personal link on the share page."""
    found = LINK.search((await person.says("/share")).text)
    assert found is not None
    return found[0]


async def signs_by(person: Person, link: str) -> Answer:
    """Come by a link, and sign."""
    with person.in_a_hurry():
        await person.opens(link)
        await person.taps("Sign")
        await person.taps("Use “")
        await person.says("E1 6AN")
        await person.taps("I agree")
        signed = await person.taps("Sign now")
    assert "You have signed" in signed.text
    return signed


async def number(person: Person, label: str) -> int:
    """A figure on the staff's funnel page, by the words before it."""
    found = re.search(rf"{label}: ([\d,]+)", (await person.says("/funnel")).text)
    assert found is not None, label
    return int(found[1].replace(",", ""))


async def boss(arrives: Arrives) -> Person:
    from tests.e2e.stage import OWNER

    return await arrives("Owner", id=OWNER)


async def an_hour_passes(stage: Stage) -> None:
    """For the thank-yous already sent."""
    async with stage.database.transaction() as db:
        for thanked_at in await db.execute(text("SELECT id, thanked_at FROM referral_links")):
            if thanked_at.thanked_at is not None:
                await db.execute(
                    text(
                        "UPDATE referral_links SET thanked_at = datetime(thanked_at, '-61 minutes')"
                        " || '.000000' WHERE id = :id"
                    ),
                    {"id": thanked_at.id},
                )


async def test_a_signer_gets_a_link_of_their_own(stage: Stage, ada: Person) -> None:
    await signs(ada)
    signed = ada.last
    link = LINK.search(signed.text)
    assert link is not None
    assert len(link[1]) <= 64
    assert str(ada.id) not in link[1]
    shared = urlsplit(signed.buttons["Send it to a friend"])
    assert shared.netloc == "t.me"
    assert parse_qs(shared.query)["url"] == [link[0]]
    assert "I’ve signed" in parse_qs(shared.query)["text"][0]
    assert signed.acts("Show it in a chat") == {"switch_inline_query": ""}
    assert signed.acts("Copy my link") == {"copy_text": {"text": link[0]}}
    assert await link_of(ada) == link[0], "it is the same for ever"


async def test_a_friend_signs_and_who_asked_is_thanked(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    link = await link_of(ada)
    bob = await arrives("Bob")
    welcome = await bob.opens(link)
    assert "Someone who has signed this thought of you" in welcome.text
    assert "Ada" not in welcome.text
    assert welcome.has_picture
    await signs_by(bob, link)
    thanks = await ada.reads()
    assert "A friend has signed because of you: 1 so far" in thanks.text
    assert "Bob" not in thanks.text
    mine = await ada.taps("You and your friends")
    assert "1 friend has signed because of you" in mine.text
    assert "1 person has opened your link" in mine.text


async def test_a_chain_of_friends_is_counted_to_its_end(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    link = await link_of(ada)
    for name in ("Bob", "Cy", "Di"):
        friend = await arrives(name)
        await signs_by(friend, link)
        link = await link_of(friend)
    mine = await ada.says("/friends")
    assert "1 friend has signed because of you" in mine.text
    assert "Your chain is 3 steps long, and 3 people have signed along it" in mine.text


async def test_friends_read_who_asked_only_if_that_person_allows_it(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    link = await link_of(ada)
    assert "They are not told who asked them" in (await ada.says("/friends")).text
    answer = await ada.taps("☐ Show friends my first name")
    assert "They read that Ada asked them" in answer.text
    assert (
        "Ada has signed this, and thought of you" in (await (await arrives("Bob")).opens(link)).text
    )
    await ada.taps("☑ Show friends my first name")
    assert "Ada has signed" not in (await (await arrives("Cy")).opens(link)).text
    ledger = await stage.consents(ada.id)
    assert ledger["referral_name"].granted is False


async def test_the_first_link_counts_even_if_the_friend_signs_days_later(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    eve = await arrives("Eve")
    await signs(ada)
    await signs(eve)
    bob = await arrives("Bob")
    await bob.opens(await link_of(ada))
    await bob.says("/start")
    second = await bob.opens(await link_of(eve))
    assert "thought of you" not in second.text
    await stage.control("clock", advance_seconds=5 * 86_400)
    await bob.says("/start")
    await signs_by(bob, await link_of(eve))
    assert "1 so far" in (await ada.reads()).text
    assert "Nobody has signed through your link yet" in (await eve.says("/friends")).text


async def test_nobody_brings_themselves_nor_one_who_has_signed(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    bob = await arrives("Bob")
    await signs(bob)
    for person, link in ((ada, await link_of(ada)), (bob, await link_of(ada))):
        answer = await person.opens(link)
        assert "You signed on" in answer.text
        assert "thought of you" not in answer.text
    await bob.says("/withdraw")
    await bob.taps("Yes, take my name off")
    await signs_by(bob, await link_of(ada))
    mine = await ada.says("/friends")
    assert "Nobody has signed through your link yet" in mine.text
    assert "1 person has opened your link" in mine.text


async def test_a_withdrawn_signature_takes_the_credit_back(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    bob = await arrives("Bob")
    await signs_by(bob, await link_of(ada))
    await ada.reads()
    await bob.says("/withdraw")
    await bob.taps("Yes, take my name off")
    assert "Nobody has signed through your link yet" in (await ada.says("/friends")).text
    await signs_by(bob, await link_of(ada))
    assert "1 friend has signed because of you" in (await ada.says("/friends")).text


async def test_the_link_of_one_who_has_withdrawn_opens_the_petition_and_credits_nobody(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    link = await link_of(ada)
    await ada.says("/withdraw")
    await ada.taps("Yes, take my name off")
    bob = await arrives("Bob")
    assert "Keep London’s human trafficking unit" in (await bob.opens(link)).text
    await signs_by(bob, link)
    assert "Sign" in (await ada.says("/friends")).text
    assert await ada.hears_nothing()
    await signs_by(ada, link)
    assert "Nobody has signed through your link yet" in (await ada.says("/friends")).text


async def test_a_link_to_a_closed_campaign_tells_so(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    link = await link_of(ada)
    await stage.publish(status="closed")
    answer = await (await arrives("Bob")).opens(link)
    assert "can no longer be signed" in answer.text
    assert "thought of you" not in answer.text


async def test_a_friend_who_knows_another_campaign_comes_to_this_one(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    link = await link_of(ada)
    await stage.publish(slug="another")
    bob = await arrives("Bob")
    await bob.opens("https://t.me/clamour_bot?start=another")
    await signs_by(bob, "https://t.me/clamour_bot?start=another")
    answer = await bob.opens(link)
    assert "thought of you" in answer.text
    await signs_by(bob, link)
    assert "1 so far" in (await ada.reads()).text


@pytest.mark.parametrize("payload", NOT_OURS)
async def test_a_payload_that_is_not_ours_is_a_plain_welcome(
    stage: Stage, ada: Person, payload: str
) -> None:
    answer = await ada.says(f"/start {payload}")
    assert "Keep London’s human trafficking unit" in answer.text
    assert "thought of you" not in answer.text
    assert "reference" not in answer.text


async def test_friends_who_sign_fast_are_thanked_for_together(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    link = await link_of(ada)
    await signs_by(await arrives("F1"), link)
    assert "1 so far" in (await ada.reads()).text
    for name in ("F2", "F3"):
        await signs_by(await arrives(name), link)
    assert await ada.hears_nothing(1.5)
    await an_hour_passes(stage)
    await signs_by(await arrives("F4"), link)
    thanks = await ada.reads()
    assert "3 friends have signed because of you: 4 so far" in thanks.text
    assert "Three already" in thanks.text, "a step passed on the way is told of"
    assert await ada.hears_nothing(1.5)


async def test_thanks_can_be_turned_off_and_stop_turns_them_off(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    link = await link_of(ada)
    await signs_by(await arrives("F1"), link)
    await ada.reads()
    answer = await ada.taps("Don’t tell me again")
    assert "We do not tell you when a friend has signed" in answer.text
    await an_hour_passes(stage)
    await signs_by(await arrives("F2"), link)
    assert await ada.hears_nothing(1.5)
    await ada.says("/friends")
    await ada.taps("☐ Tell me when a friend signs")
    assert await ada.hears_nothing(1.5), "what happened before is not told afterwards"
    await ada.says("/stop")
    await signs_by(await arrives("F3"), link)
    assert await ada.hears_nothing(1.5)
    assert "3 friends have signed" in (await ada.says("/friends")).text


async def test_a_thank_you_that_telegram_refuses_for_now_comes_later(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    link = await link_of(ada)
    await stage.control(
        "faults", method="sendMessage", kind="429", retry_after=2, chat_id=ada.id, times=1
    )
    await signs_by(await arrives("F1"), link)
    assert await ada.hears_nothing(1)
    assert "A friend has signed because of you: 1 so far" in (await ada.reads()).text
    assert await ada.hears_nothing(1)


async def test_who_has_blocked_the_bot_is_passed_over(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    link = await link_of(ada)
    await ada.blocks()
    await signs_by(await arrives("F1"), link)
    await ada.unblocks()
    assert "1 friend has signed because of you" in (await ada.says("/friends")).text


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
    assert ada.last.buttons["WhatsApp"].startswith("https://wa.me/?text=")
    assert link in parse_qs(urlsplit(ada.last.buttons["WhatsApp"]).query)["text"][0]
    words = await ada.taps("Ready words")
    assert words.text.count(link) == 2
    copied = words.acts("Copy the short message")["copy_text"]["text"]
    assert copied.endswith(link)


async def test_who_has_not_signed_can_pass_the_petition_on(stage: Stage, ada: Person) -> None:
    answer = await ada.says("/share")
    assert "https://t.me/clamour_bot?start=keep-the-unit" in answer.text
    assert (
        "I’ve signed" not in parse_qs(urlsplit(answer.buttons["Send it to a friend"]).query)["text"]
    )
    welcome = (await ada.says("/start")).messages[0]["message_id"]
    for page in ("texts", "qr", "friends"):
        shown = await ada.taps_data(welcome, f"page:{page}:1")
        assert "a link of your own" in shown.text


async def test_every_update_delivered_three_times_is_counted_once(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    owner = await boss(arrives)
    await stage.control("redeliver", times=3)
    await signs(ada)
    link = await link_of(ada)
    for name in ("Bob", "Cy"):
        await signs_by(await arrives(name), link)
    await owner.says("/start")
    assert await number(owner, "Opened a link") == 2
    assert await number(owner, "Began to sign") == 2
    assert await number(owner, "Signed") == 2


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
    assert "<b>1</b> of 2,000" in card["input_message_content"]["message_text"]
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


async def test_a_source_link_counts_what_a_leaflet_brings(stage: Stage, arrives: Arrives) -> None:
    owner = await boss(arrives)
    assert "There are none yet" in (await owner.says("/source")).text
    made = await owner.says("/source Leaflet, Brixton")
    assert made.has_picture
    assert "Leaflet, Brixton" in made.text
    link = re.search(r"https://t\.me/clamour_bot\?start=s_[A-Za-z0-9]{8}", made.text)
    assert link is not None
    assert link[0] in (await owner.says("/source leaflet,  brixton")).text, "the same one again"
    bob = await arrives("Bob")
    assert "thought of you" not in (await bob.opens(link[0])).text
    await signs_by(bob, link[0])
    cy = await arrives("Cy")
    await cy.opens(link[0])
    await signs_by(await arrives("Di"), await link_of(bob))
    numbers = (await owner.says("/source")).text
    assert "Leaflet, Brixton: 2 opened it, 1 began, 1 signed, 1 passed it on" in numbers
    assert "1 of their friends signed" in numbers


@pytest.mark.parametrize("name", ["x" * 41, "•••"])
async def test_a_source_name_that_cannot_be_is_refused_kindly(
    stage: Stage, arrives: Arrives, name: str
) -> None:
    owner = await boss(arrives)
    assert "I could not use that name" in (await owner.says(f"/source keep-the-unit {name}")).text


async def test_staff_see_how_links_turn_into_signatures(stage: Stage, arrives: Arrives) -> None:
    owner, ada = await boss(arrives), await arrives("Ada")
    await signs(ada)
    link = await link_of(ada)
    bob = await arrives("Bob")
    await signs_by(bob, link)
    await (await arrives("Cy")).opens(link)
    funnel = await owner.says("/funnel")
    for line in ("Opened a link: 2", "Began to sign: 1", "Signed: 1", "Their friends signed: 1"):
        assert line in funnel.text
    assert "2 signed and brought 1 more (0.5 each)" in (await owner.taps("Week by week")).text
    assert "Nobody yet who agreed" in (await owner.taps("Who brought most")).text
    await ada.says("/friends")
    await ada.taps("Let staff see my first name")
    await owner.says("/funnel")
    assert "1. Ada: 1" in (await owner.taps("Who brought most")).text


async def test_a_viewer_sees_numbers_and_no_names(stage: Stage, arrives: Arrives) -> None:
    from datetime import UTC, datetime

    from storage import staff

    vic = await arrives("Vic")
    await vic.says("/start")
    async with stage.database.transaction() as db:
        await staff.put(db, vic.id, "viewer", datetime.now(UTC))
    funnel = await vic.says("/funnel")
    assert "Opened a link: 0" in funnel.text
    assert "Who brought most" not in funnel.buttons
    weeks = await vic.taps("Week by week")
    forged = await vic.taps_data(weeks.messages[0]["message_id"], "staff:leaders:1")
    assert "agreed to it" not in forged.text
    assert "I don’t know" in (await vic.says("/source x")).text or vic.last.text


async def test_staff_pages_do_not_exist_for_others(stage: Stage, ada: Person) -> None:
    unknown = (await ada.says("/nonsense")).text
    for command in ("/source leaflet", "/funnel"):
        assert (await ada.says(command)).text.replace(command.split()[0], "/nonsense") == unknown
    welcome = await ada.says("/start")
    forged = await ada.taps_data(welcome.messages[0]["message_id"], "staff:funnel:1")
    assert "Opened a link" not in forged.text
