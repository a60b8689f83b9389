"""Promises of signing, as a person sees them."""

import asyncio

import pytest

from campaign.definition.campaign_file import load_definition
from campaign.definition.model import AskedField
from storage import lookalikes, wordings
from tests.campaign import FULL_PROFILE
from tests.conversations.form_steps import signs, to_consent, to_review
from tests.e2e.people import Arrives, Person
from tests.stage.bot import EXAMPLE
from tests.stage.stage import Stage


async def test_six_acts_from_start_to_signed(stage: Stage, ada: Person) -> None:
    welcome = await ada.says("/start")
    assert welcome.has_picture
    assert "Paul Stephenson" in welcome.text
    assert "Nobody has signed yet" in welcome.text
    assert {"Read more", "Questions", "Share", "Privacy"} <= set(welcome.buttons)
    assert welcome.acts("✍️ Sign")["style"] == "primary"
    assert "style" not in welcome.acts("Share")
    question = await ada.taps("Sign")
    assert "What is your name?" in question.text
    question = await ada.taps("Use “Ada Lovelace”")
    assert "postcode" in question.text
    consent = await ada.says("sw1a1aa")
    assert "☐ Tell me what happens" in consent.buttons
    review = await ada.taps("I agree")
    assert "Ada Lovelace" in review.text
    assert "SW1A 1AA" in review.text
    signed = await ada.taps("Sign now")
    assert "Your signature is number 1" in signed.text
    assert "https://t.me/clamour_bot?start=" in signed.text

    signature = await stage.signature(ada.id)
    assert signature is not None
    assert (signature.full_name, signature.postcode) == ("Ada Lovelace", "SW1A 1AA")
    assert (await stage.totals()).total == 1
    granted = {purpose: c.granted for purpose, c in (await stage.consents(ada.id)).items()}
    assert granted == {"sign": True, "updates": False, "other_campaigns": False}


async def test_hearing_updates_is_a_choice_of_its_own(stage: Stage, ada: Person) -> None:
    await to_consent(ada)
    ticked = await ada.taps("☐ Tell me what happens")
    assert "☑ Tell me what happens" in ticked.buttons
    assert "☐ Tell me about other campaigns" in ticked.buttons
    await ada.taps("I agree")
    await ada.taps("Sign now")
    granted = {purpose: c.granted for purpose, c in (await stage.consents(ada.id)).items()}
    assert granted == {"sign": True, "updates": True, "other_campaigns": False}


async def test_the_consent_kept_is_the_wording_that_was_shown(stage: Stage, ada: Person) -> None:
    await to_consent(ada)
    shown = ada.last.text
    await ada.taps("I agree")
    await ada.taps("Sign now")
    async with stage.database.reading() as db:
        signature = await stage.signature(ada.id)
        assert signature is not None
        kept = await wordings.latest(db, signature.campaign_id)
    ledger = await stage.consents(ada.id)
    wording = kept["consent:sign", "en"]
    assert ledger["sign"].wording_id == wording.id
    assert wording.text in shown
    assert signature.petition_wording_id == kept["petition", "en"].id


async def test_a_wording_changed_meanwhile_is_asked_anew(stage: Stage, ada: Person) -> None:
    await to_review(ada)
    texts = load_definition(EXAMPLE).text
    consent = texts["en"].consent.model_copy(update={"sign": "I agree to the new words."})
    english = texts["en"].model_copy(update={"consent": consent})
    await stage.publish(text={**texts, "en": english})
    again = await ada.taps("Sign now")
    assert "I agree to the new words." in again.text
    assert await stage.signature(ada.id) is None
    await ada.taps("I agree")
    assert "You have signed" in (await ada.taps("Sign now")).text


async def test_a_second_tap_on_sign_signs_once(stage: Stage, ada: Person) -> None:
    await to_review(ada)
    message_id, data = ada.last.button("Sign now")
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
    assert "Do you agree" in answer.text
    await ada.taps("I agree")
    assert "Ada King" in ada.last.text


@pytest.mark.parametrize("data", ["form:0:agree", "form:99:sign", "nonsense", "page:home:99"])
async def test_a_button_that_was_never_ours_leads_to_the_front_door(
    stage: Stage, ada: Person, data: str
) -> None:
    welcome = await ada.says("/start")
    answer = await ada.taps_data(welcome.messages[0]["message_id"], data)
    assert "Sign" in " ".join(answer.buttons)


async def test_back_keeps_answers_and_change_alters_one(stage: Stage, ada: Person) -> None:
    await to_review(ada)
    await ada.taps("Back")
    assert "Do you agree" in ada.last.text
    await ada.taps("Back")
    assert "Keep “SW1A 1AA”" in ada.last.buttons
    await ada.taps("Keep")
    await ada.taps("Change: Name")
    await ada.says("Ada King")
    assert "Ada King" in ada.last.text
    await ada.taps("Sign now")
    signature = await stage.signature(ada.id)
    assert signature is not None
    assert signature.full_name == "Ada King"


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
    await ada.taps("I agree")
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
    await ada.taps("I agree")
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
    await ada.taps("Questions", on=welcome)
    await ada.says("/privacy")
    await ada.says("SW1A 1AA")
    await ada.taps("I agree")
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
    await to_consent(ada)
    await ada.taps("☐ Tell me what happens")
    await ada.taps("I agree")
    await ada.taps("Sign now")
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
    assert "The unit stays open." in (await ada.taps("Sign now")).text
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
    await ada.taps("I agree")
    await ada.taps("Sign now")
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
    await ada.taps("I agree")
    await ada.taps("Sign now")
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
    assert "I agree" in (await ada.says("no fixed address!")).buttons
    assert "Sign now" not in " ".join((await ada.says("I agree")).buttons)
    await ada.taps("I agree")
    assert "Your signature is number" not in (await ada.says("✍️ Sign now")).text
    assert (await stage.totals()).live == 0


async def test_who_is_called_back_is_not_sent_back(stage: Stage, ada: Person) -> None:
    await ada.says("/sign")
    assert "What is your postcode" in (await ada.says("Back")).text
