"""Promises of signing, as a person sees them."""

import asyncio

import pytest
from sqlalchemy import select, update

from campaign.definition.campaign_file import load_definition
from campaign.definition.model import AskedField
from storage import lookalikes, tables, wordings
from tests.campaign import FULL_PROFILE
from tests.conversations.form_steps import signs, to_review
from tests.e2e.people import Arrives, Person
from tests.stage.bot import EXAMPLE
from tests.stage.stage import Stage


async def test_five_acts_from_start_to_signed(stage: Stage, ada: Person) -> None:
    welcome = await ada.says("/start")
    assert welcome.has_picture
    assert "the Commissioner of the Met" in welcome.text
    assert "trained officers" in welcome.text, "why it matters"
    assert "Nobody has signed yet" in welcome.text
    assert welcome.rows == [["✍️ Sign"], ["Read more", "Share", "Privacy"]]
    assert welcome.acts("✍️ Sign")["style"] == "primary"
    assert "style" not in welcome.acts("Share")
    question = await ada.taps("Sign")
    assert "What is your name?" in question.text
    question = await ada.taps("Use “Ada Lovelace”")
    assert "postcode" in question.text
    review = await ada.says("sw1a1aa")
    assert "Ada Lovelace" in review.text
    assert "SW1A 1AA" in review.text
    signed = await ada.taps("Just sign")
    assert "Your signature is number 1" in signed.text
    assert "https://t.me/clamour_bot?start=" in signed.text

    signature = await stage.signature(ada.id)
    assert signature is not None
    assert (signature.full_name, signature.postcode) == ("Ada Lovelace", "SW1A 1AA")
    assert (await stage.totals()).total == 1
    granted = {purpose: c.granted for purpose, c in (await stage.consents(ada.id)).items()}
    assert granted == {"sign": True, "updates": False}


async def test_both_ways_to_sign_are_equals_and_each_is_a_choice_of_its_own(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await to_review(ada)
    ways = ["✍️ Sign and keep me posted", "✍️ Just sign"]
    assert ada.last.rows[:2] == [[way] for way in ways], "each has a row of its own"
    assert {ada.last.acts(way)["style"] for way in ways} == {"primary"}
    await ada.taps("Sign and keep me posted")
    granted = {purpose: c.granted for purpose, c in (await stage.consents(ada.id)).items()}
    assert granted == {"sign": True, "updates": True}
    ben = await arrives("Ben")
    await to_review(ben)
    await ben.taps("Just sign")
    granted = {purpose: c.granted for purpose, c in (await stage.consents(ben.id)).items()}
    assert granted == {"sign": True, "updates": False}


@pytest.mark.parametrize("language", ["en", "cy"])
async def test_the_words_in_the_ledger_are_those_on_the_screen_letter_for_letter(
    stage: Stage, ada: Person, language: str
) -> None:
    await ada.says("/start")
    await ada.says("/language")
    await ada.taps("English" if language == "en" else "Cymraeg")
    await ada.says("/sign")
    await ada.says("Ada Lovelace")
    shown = (await ada.says("sw1a1aa")).text
    await ada.taps("keep me posted" if language == "en" else "chlywed mwy")
    signature = await stage.signature(ada.id)
    assert signature is not None
    async with stage.database.reading() as db:
        kept = await wordings.latest(db, signature.campaign_id)
    by_id = {wording.id: wording for wording in kept.values()}
    ledger = await stage.consents(ada.id)
    assert set(ledger) == {"sign", "updates"}, "nothing that was not on the screen"
    for purpose, consent in ledger.items():
        assert consent.granted
        wording = by_id[consent.wording_id or 0]
        assert wording.kind == f"consent:{purpose}"
        assert wording.language == language
        assert wording.text in shown
    assert signature.petition_wording_id == kept["petition", language].id


@pytest.mark.parametrize("purpose", ["sign", "updates"])
async def test_a_wording_changed_in_between_is_shown_again(
    stage: Stage, ada: Person, purpose: str
) -> None:
    await to_review(ada)
    texts = load_definition(EXAMPLE).text
    consent = texts["en"].consent.model_copy(update={purpose: "I agree to the new words."})
    english = texts["en"].model_copy(update={"consent": consent})
    await stage.publish(text={**texts, "en": english})
    again = await ada.taps("Sign and keep me posted")
    assert "I agree to the new words." in again.text
    assert await stage.signature(ada.id) is None
    assert not await stage.consents(ada.id)
    assert "You have signed" in (await ada.taps("Just sign")).text


async def test_other_campaigns_are_asked_about_once_after_signing(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    assert "other_campaigns" not in await stage.consents(ada.id), "not asked yet"
    await ada.says("/start")
    asked = await ada.taps("Hear of other campaigns?")
    words = load_definition(EXAMPLE).text["en"].consent.other_campaigns
    assert words is not None
    assert words in asked.text
    await ada.taps("No, thanks")
    refused = (await stage.consents(ada.id))["other_campaigns"]
    assert not refused.granted
    assert refused.wording_id is not None
    message_id, data = asked.button("No")
    await ada._post("taps", json={"message_id": message_id, "data": data})
    await ada.says("/updates")
    assert (await stage.consents(ada.id))["other_campaigns"] == refused, "a double tap"
    assert not any("campaigns" in label for label in (await ada.says("/start")).buttons)
    ben = await arrives("Ben")
    await signs(ben)
    await ben.says("/start")
    await ben.taps("Hear of other campaigns?")
    await ben.taps("Yes, tell me")
    assert (await stage.consents(ben.id))["other_campaigns"].granted
    assert not any("campaigns" in label for label in (await ben.says("/start")).buttons)


async def test_one_more_step_ends_with_the_question_about_other_campaigns(
    stage: Stage, ada: Person
) -> None:
    await stage.publish(steps=("share",))
    await signs(ada)
    assert "other campaigns" in (await ada.taps("One more step")).text
    await ada.taps("No, thanks")
    await ada.says("/start")
    assert "other campaigns" not in ada.last.text


async def test_privacy_can_be_read_before_the_last_tap_and_leads_back(
    stage: Stage, ada: Person
) -> None:
    await to_review(ada)
    await ada.taps("Privacy")
    assert "Nearly there." in (await ada.taps("Go on")).text
    assert "You have signed" in (await ada.taps("Just sign")).text


@pytest.mark.parametrize("step", ["consent", "review"])
async def test_a_form_that_the_version_before_left_goes_on_at_the_one_screen(
    stage: Stage, ada: Person, step: str
) -> None:
    await to_review(ada)
    async with stage.database.transaction() as db:
        dialog = (await db.execute(select(tables.dialogs))).one()
        form = {
            **next(kept for key, kept in dialog.answers.items() if key.isdigit()),
            "updates": True,
            "other": True,
            "agreed": step == "review",
        }
        answers = {key: form if key.isdigit() else kept for key, kept in dialog.answers.items()}
        await db.execute(update(tables.dialogs).values(step=step, answers=answers))
    message_id, data = ada.last.button("Just sign")
    prefix = data.rsplit(":", 2)[0]
    for old in ("agree", "updates", "other", "sign"):
        answer = await ada.taps_data(message_id, f"{prefix}:{old}")
        assert "Nearly there." in answer.text, old
        assert await stage.signature(ada.id) is None
    assert "You have signed" in (await ada.taps("Just sign")).text
    granted = {purpose: c.granted for purpose, c in (await stage.consents(ada.id)).items()}
    assert granted == {"sign": True, "updates": False}, "what was ticked there is asked again"


async def test_a_second_tap_on_sign_signs_once(stage: Stage, ada: Person) -> None:
    await to_review(ada)
    message_id, data = ada.last.button("Just sign")
    assert "You have signed" in (await ada.taps_data(message_id, data)).text
    again = await ada.taps_data(message_id, data)
    assert again.toast or "signed" in again.text
    assert (await stage.totals()).total == 1


async def test_a_quick_double_tap_is_answered_with_a_toast(stage: Stage, ada: Person) -> None:
    await ada.says("/start")
    await ada.taps("Sign")
    message_id, data = ada.last.button("Use “")
    await ada.taps_data(message_id, data)
    again = await ada.taps_data(message_id, data)
    assert not again.messages
    assert again.toast


async def test_a_stale_button_says_so_and_shows_where_we_are(stage: Stage, ada: Person) -> None:
    await ada.says("/start")
    await ada.taps("Sign")
    old = ada.last
    await ada.says("Ada King")
    await ada.says("sw1a1aa")
    answer = await ada.taps("Use “", on=old)
    assert "earlier question" in answer.toast
    assert "Nearly there." in answer.text
    assert "Ada King" in answer.text


@pytest.mark.parametrize(
    "data", ["form:0:agree", "form:99:sign", "form:1:sign:only", "nonsense", "page:home:99"]
)
async def test_a_button_that_was_never_ours_leads_to_the_front_door(
    stage: Stage, ada: Person, data: str
) -> None:
    welcome = await ada.says("/start")
    answer = await ada.taps_data(welcome.messages[0]["message_id"], data)
    assert "Sign" in " ".join(answer.buttons)


async def test_one_answer_can_be_changed_and_back_keeps_them_all(stage: Stage, ada: Person) -> None:
    await to_review(ada)
    await ada.taps("Change an answer")
    assert "SW1A 1AA" in ada.last.text
    assert "Nearly there." in (await ada.taps("Back")).text
    await ada.taps("Change an answer")
    await ada.taps("Change: Postcode")
    assert "Keep “SW1A 1AA”" in ada.last.buttons
    assert "Nearly there." in (await ada.taps("Back")).text
    await ada.taps("Change an answer")
    await ada.taps("Change: Name")
    assert "Ada King" in (await ada.says("Ada King")).text
    await ada.taps("Just sign")
    signature = await stage.signature(ada.id)
    assert signature is not None
    assert signature.full_name == "Ada King"
    assert signature.postcode == "SW1A 1AA"


async def test_back_from_the_first_question_and_sign_again_goes_on(
    stage: Stage, ada: Person
) -> None:
    await ada.says("/start")
    await ada.taps("Sign")
    await ada.says("Ada King")
    await ada.taps("Back")
    await ada.taps("Back")
    await ada.taps("Sign")
    assert "postcode" in ada.last.text


async def test_cancel_forgets_the_answers(stage: Stage, ada: Person) -> None:
    await ada.says("/sign")
    await ada.says("Ada King")
    assert "deleted your answers" in (await ada.says("/cancel")).text
    await ada.taps("Sign")
    assert "What is your name?" in ada.last.text
    assert "Ada King" not in ada.last.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("😀", "letter"),
        ("https://spam.example", "link"),
        ("x" * 101, "long"),
        ("x" * 4000, "2,000 characters"),
    ],
)
async def test_a_bad_name_is_told_why_and_asked_again(
    stage: Stage, ada: Person, typed: str, says: str
) -> None:
    await ada.says("/sign")
    answer = await ada.says(typed)
    assert says in answer.text.lower()
    assert "What is your name?" in answer.text


async def test_a_bad_postcode_keeps_the_name(stage: Stage, ada: Person) -> None:
    await ada.says("/sign")
    await ada.says("Ada King")
    answer = await ada.says("nowhere")
    assert "UK postcode" in answer.text
    assert "2 of 2" in answer.text
    await ada.says("SW1A 1AA")
    assert "Ada King" in ada.last.text


@pytest.mark.parametrize("what", [{"sticker": True}, {"location": True}, {"contact": "own"}])
async def test_something_else_than_a_name_gets_a_helpful_answer(
    stage: Stage, ada: Person, what: dict[str, object]
) -> None:
    await ada.says("/sign")
    answer = await ada.sends(**what)
    assert "What is your name?" in answer.text
    assert len(answer.text) > len("What is your name?") + 40


async def test_files_get_a_helpful_answer_in_the_middle_and_outside(
    stage: Stage, ada: Person
) -> None:
    for kind in ("photo", "document", "voice", "video"):
        assert (await ada.sends_file(kind, b"\x89PNG....", "caption")).text
    await ada.says("/sign")
    for kind in ("photo", "document", "voice", "video"):
        assert "What is your name?" in (await ada.sends_file(kind, b"\x89PNG....")).text


async def test_an_edited_answer_is_put_right_and_said(stage: Stage, ada: Person) -> None:
    await ada.says("/sign")
    written = await ada.writes("Ada King")
    await ada.reads()
    answer = await ada.edits_last(written["message"]["message_id"], "Somebody Else")
    assert "Somebody Else" in answer.text
    assert "postcode" in answer.text
    await ada.says("SW1A 1AA")
    assert "Name: Somebody Else" in ada.last.text


async def test_help_in_the_middle_helps_and_repeats_the_question(stage: Stage, ada: Person) -> None:
    await ada.says("/sign")
    assert "What is your name?" in (await ada.says("/help")).text
    await ada.says("Ada King")
    assert "postcode" in (await ada.says("/help")).text


async def test_reading_about_it_in_the_middle_loses_nothing(stage: Stage, ada: Person) -> None:
    welcome = await ada.says("/start")
    await ada.taps("Sign")
    await ada.says("Ada King")
    await ada.taps("Read more", on=welcome)
    await ada.taps("Questions")
    await ada.says("/privacy")
    await ada.says("SW1A 1AA")
    assert "Ada King" in ada.last.text


async def test_who_has_signed_sees_when_and_can_change_and_withdraw(
    stage: Stage, ada: Person
) -> None:
    await signs(ada)
    page = await ada.says("/start")
    assert "number 1" in page.text
    await ada.taps("Change my answers")
    await ada.taps("Change: Postcode")
    await ada.says("E1 6AN")
    await ada.taps("Save changes")
    signature = await stage.signature(ada.id)
    assert signature is not None
    assert (signature.postcode, signature.number) == ("E1 6AN", 1)
    await ada.says("/withdraw")
    assert ada.last.acts("Yes, take my name off")["style"] == "danger"
    assert "style" not in ada.last.acts("No, keep my name on")
    await ada.taps("Yes, take my name off")
    assert (await stage.totals()).total == 0
    assert not (await stage.consents(ada.id))["sign"].granted
    await signs(ada)
    assert (await stage.totals()).total == 1


async def test_stop_ends_updates_and_leaves_the_signature(stage: Stage, ada: Person) -> None:
    await to_review(ada)
    await ada.taps("Sign and keep me posted")
    await ada.says("/stop")
    assert not (await stage.consents(ada.id))["updates"].granted
    assert (await stage.totals()).total == 1
    await ada.says("/updates")
    await ada.taps("Send me updates")
    assert (await stage.consents(ada.id))["updates"].granted


async def test_a_closed_campaign_tells_its_outcome_and_lets_nobody_sign(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    ben = await arrives("Ben")
    await signs(ben)
    await to_review(ada)
    texts = {
        language: text.model_copy(update={"outcome": "The unit stays open."})
        for language, text in load_definition(EXAMPLE).text.items()
    }
    await stage.publish(status="closed", text=texts)
    assert "The unit stays open." in (await ada.taps("Just sign")).text
    assert await stage.signature(ada.id) is None
    page = await ada.says("/start")
    assert "The unit stays open." in page.text
    assert not any("Sign" in label for label in page.buttons)
    await ben.says("/withdraw")
    await ben.taps("Yes")
    assert (await stage.totals()).total == 0


async def test_of_several_campaigns_one_is_chosen(stage: Stage, ada: Person) -> None:
    texts = {
        language: text.model_copy(update={"title": f"The directive ({language})"})
        for language, text in load_definition(EXAMPLE).text.items()
    }
    await stage.publish(slug="directive", text=texts)
    choice = await ada.says("/start")
    assert len(choice.buttons) == 3, "both, and the way to /petitions"
    message_id, data = choice.button("The directive (en)")
    await ada.taps_data(message_id, data)
    await ada.taps("Sign")
    assert "What is your name?" in ada.last.text
    link = "https://t.me/clamour_bot?start=directive"
    assert "Sign" in " ".join((await ada.opens(link)).buttons)


async def test_every_field_there_is_can_be_asked(stage: Stage, ada: Person) -> None:
    fields = load_definition(FULL_PROFILE).fields
    await stage.publish(fields=fields)
    await ada.says("/sign")
    answers = {
        "name": "Ada King",
        "postcode": "SW1A 1AA",
        "email": "Ada@Example.org",
        "country": "Cymru",
        "comment": "It matters.",
    }
    for asked in fields:
        if asked.kind == "phone":
            assert "📱 Share my number" in ada.last.keyboard
            bens = {"phone_number": "+447700900999", "first_name": "Ben", "user_id": 1}
            assert "someone else" in (await ada.sends(contact=bens)).text
            assert "type the number" in (await ada.says("07700 900123")).text
            await ada.sends(contact="own")
        else:
            await ada.says(answers[asked.kind])
    await ada.taps("Just sign")
    signature = await stage.signature(ada.id)
    assert signature is not None
    assert signature.email == "Ada@example.org"
    assert signature.phone == "+447700900123"
    assert signature.country == "GB"
    assert signature.comment == "It matters."


async def test_what_is_optional_can_be_skipped(stage: Stage, ada: Person) -> None:
    await stage.publish(
        fields=(
            AskedField(kind="name"),
            AskedField(kind="phone", required=False),
            AskedField(kind="email", required=False),
        )
    )
    await ada.says("/sign")
    await ada.says("Ada King")
    answer = await ada.says("Skip")
    if "email" not in answer.text:
        await ada.reads()
    await ada.taps("Skip")
    await ada.taps("Just sign")
    signature = await stage.signature(ada.id)
    assert signature is not None
    assert (signature.phone, signature.email) == (None, None)


async def test_a_look_alike_is_recorded_counted_and_flagged_and_told_nothing(
    stage: Stage, ada: Person, arrives: Arrives
) -> None:
    await signs(ada)
    other = await arrives("ada", last_name="LOVELACE")
    await signs(other)
    assert (await stage.totals()).total == 2
    signature = await stage.signature(other.id)
    assert signature is not None
    async with stage.database.reading() as db:
        flags = await lookalikes.open_ones(db, signature.campaign_id, 10)
    assert [flag.reason for flag in flags] == ["same_name_and_postcode"]


async def test_fifty_people_at_once_get_fifty_numbers(stage: Stage, arrives: Arrives) -> None:
    people = [await arrives(f"Person {n}") for n in range(50)]
    await asyncio.gather(*(signs(person) for person in people))
    numbers = []
    for person in people:
        signature = await stage.signature(person.id)
        assert signature is not None
        numbers.append(signature.number)
    assert sorted(numbers) == list(range(1, 51))
    assert (await stage.totals()).total == 50


async def test_a_buttons_words_can_be_typed_but_agreeing_and_signing_are_taps(
    stage: Stage, ada: Person
) -> None:
    await stage.publish(signers="anywhere")
    await ada.says("/sign")
    assert "postcode" in (await ada.says("Ada Lovelace")).text
    assert "Which country" in (await ada.says("i live outside the UK")).text
    assert "What is your postcode" in (await ada.says("Back.")).text
    assert "Nearly there." in (await ada.says("no fixed address!")).text
    for words in ("✍️ Just sign", "Sign and keep me posted"):
        assert "Your signature is number" not in (await ada.says(words)).text
    assert (await stage.totals()).live == 0


async def test_who_is_called_back_is_not_sent_back(stage: Stage, ada: Person) -> None:
    await ada.says("/sign")
    assert "What is your postcode" in (await ada.says("Back")).text
