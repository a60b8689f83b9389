"""Promises to people who ask their friends, and to the friends who come."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from tests.conversations.form_steps import signs
from tests.conversations.referral_steps import LINK, boss, link_of, number, signs_by
from tests.e2e.people import Arrives, Person
from tests.stage.stage import Stage

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
    shared = urlsplit(signed.buttons["Send on Telegram"])
    assert shared.netloc == "t.me"
    assert parse_qs(shared.query)["url"] == [link[0]]
    assert "I’ve signed" in parse_qs(shared.query)["text"][0]
    assert signed.rows[:2] == [["Send on WhatsApp", "Send on Telegram"], ["Other ways to share"]]
    more = await ada.taps("Other ways to share")
    assert more.acts("Post in a chat") == {"switch_inline_query": ""}
    assert more.acts("Copy my link") == {"copy_text": {"text": link[0]}}
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
    assert "They aren’t told who asked them" in (await ada.says("/friends")).text
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
    assert "We don’t tell you when a friend has signed" in answer.text
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
