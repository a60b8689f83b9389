"""Promises to staff who tell a campaign's story, and to those who read it."""

import asyncio
from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from storage import audit, broadcasts, events, staff
from tests.conversations.broadcast_steps import listens, sends
from tests.conversations.form_steps import signs
from tests.conversations.timeline_steps import NOW, adds, goes_on, saves
from tests.e2e.people import Answer, Arrives, Person
from tests.stage.stage import Stage


async def endorsed(owner: Person, who: str = "Anti-Slavery International") -> Answer:
    await adds(owner, "Somebody supports us", who, "‹Skip›", "‹Skip›")
    return await saves(owner)


async def test_an_endorsement_is_asked_for_one_question_at_a_time_and_told_in_each_language(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    stage.clock_shows(NOW)
    await listens(ada)
    kinds = await owner.says("/event")
    assert "Somebody supports us" in kinds.buttons
    assert "Who supports us?" in (await owner.taps("Somebody supports us")).text
    assert "In English" in owner.last.text
    assert "What do they say?" in (await owner.says("Two members of the Assembly")).text
    welsh = await owner.says("Keep it {{ open }} & staffed.")
    assert "Now in Cymraeg" in welsh.text
    assert "Now in Cymraeg" in (await owner.says("Dau aelod o’r Cynulliad")).text
    looked = await owner.taps("Skip")
    assert "With us: Two members of the Assembly" in looked.text
    assert "“Keep it {{ open }} & staffed.”" in looked.text
    draft = await saves(owner)
    assert "new support: Two members of the Assembly" in draft.text
    assert "gefnogaeth newydd: Dau aelod o’r Cynulliad" in draft.text
    assert "1 person who chose to hear" in draft.text
    await sends(owner)
    update = await ada.reads()
    assert "new support: Two members of the Assembly" in update.text
    assert "“Keep it {{ open }} & staffed.”" in update.text, "braces are words, not variables"
    news = await ada.says("/news")
    assert "With us: Two members of the Assembly" in news.text
    assert "3 November 2009" in news.text
    await stage_language(ada)
    welsh_news = await ada.says("/news")
    assert "Gyda ni: Dau aelod o’r Cynulliad" in welsh_news.text
    assert "“Keep it {{ open }} & staffed.”" in welsh_news.text, "the first language's words"


async def stage_language(person: Person) -> None:
    await person.says("/language")
    await person.taps("Cymraeg")


async def test_to_others_the_command_does_not_exist_and_its_buttons_lead_nowhere(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    stage.clock_shows(NOW)
    assert "I don’t know /event" in (await ada.says("/event")).text
    viewer = await arrives("Vi")
    await viewer.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, viewer.id, "viewer", NOW)
    assert "Owners and editors do that" in (await viewer.says("/event")).text
    await endorsed(owner)
    shown = await ada.says("/start")
    message = shown.messages[0]["message_id"]
    for data in (
        "event:new:1:news",
        "events:1:0",
        "events:1:add",
        "entry:1:edit",
        "entry:1:remove:yes",
        "entry:1:tell",
        "story:1:save",
        "decided:1:waiting",
        "thanks:1",
    ):
        assert "Keep London" in (await ada.taps_data(message, data)).text, data
    assert "Anti-Slavery" in (await ada.says("/news")).text


async def test_news_and_the_whole_story_come_page_by_page_and_kindly_when_there_is_nothing(
    stage: Stage, owner: Person, ada: Person
) -> None:
    assert "There’s no news yet" in (await ada.says("/news")).text
    assert "There’s no news yet" in (await ada.says("/timeline")).text
    for day in range(4):
        stage.clock_shows(NOW + timedelta(days=day))
        await endorsed(owner, f"Supporter {day}")
    newest = await ada.says("/news")
    assert "Page 1 of 2" in newest.text
    assert newest.text.index("Supporter 3") < newest.text.index("Supporter 2")
    assert "Supporter 0" not in newest.text
    earlier = await ada.taps("‹ Earlier")
    assert "Supporter 0" in earlier.text
    assert "‹ Earlier" not in earlier.buttons
    assert "Supporter 3" in (await ada.taps("Later ›")).text
    whole = await ada.taps("The story so far")
    assert whole.text.index("Supporter 0") < whole.text.index("Supporter 1")
    assert "Supporter 3" in (await ada.taps("Later ›")).text
    far = await ada.taps_data(whole.messages[0]["message_id"], "page:news:1:999")
    assert "Supporter 0" in far.text
    await ada.says("/start")
    await ada.taps("Read more")
    assert "Supporter 3" in (await ada.taps("News")).text


async def test_who_signs_is_told_in_short_what_has_happened_so_far(
    stage: Stage, owner: Person, ada: Person, arrives: Arrives
) -> None:
    stage.clock_shows(NOW)
    await signs(ada)
    assert "so far" not in ada.last.text
    await endorsed(owner, "The Public and Commercial Services Union")
    await adds(owner, "A decision", "The MPA", "Keep the unit?", "16 to 18 November")
    await goes_on(owner, "‹Skip›", "‹Skip›")
    await saves(owner)
    bob = await arrives("Bob")
    await signs(bob)
    assert "What has happened so far" in bob.last.text
    line = "3 November 2009: The Public and Commercial Services Union came out in support"
    assert line in bob.last.text
    assert "Keep the unit?" not in bob.last.text, "that is still to come"


async def test_an_event_goes_into_the_calendar(stage: Stage, owner: Person, ada: Person) -> None:
    stage.clock_shows(NOW)
    await listens(ada)
    await adds(owner, "An event", "Vigil; bring, a candle", "City Hall")
    assert "I need a time of day" in (await owner.says("12 November")).text
    assert "That time has passed" in (await owner.says("2 November 18:00")).text
    await owner.says("12 November 18:30")
    assert "couldn’t find a web address" in (await owner.says("javascript:alert(1)")).text
    await goes_on(owner, "example.org/vigil", "‹Skip›", "‹Skip›")
    assert "12 November 2009, 18:30" in owner.last.text
    await saves(owner)
    await sends(owner)
    update = await ada.reads()
    assert update.buttons["More about it"] == "https://example.org/vigil"
    (moment,) = [one for one in update.messages[0]["entities"] if one["type"] == "date_time"]
    assert datetime.fromtimestamp(moment["unix_time"], UTC) == datetime(
        2009, 11, 12, 18, 30, tzinfo=UTC
    )
    link = update.buttons["📅 Put it in my calendar"]
    sent = await ada.opens(link)
    document = next(m["document"] for m in sent.messages if "document" in m)
    assert document["file_name"] == "keep-the-unit.ics"
    first = await contents(stage, document["file_id"])
    event = first.walk("VEVENT")[0]
    assert event.decoded("dtstart") == datetime(2009, 11, 12, 18, 30, tzinfo=UTC)
    assert str(event["summary"]) == "Vigil; bring, a candle"
    assert str(event["location"]) == "City Hall"
    assert str(event["url"]) == "https://example.org/vigil"
    await ada.says("/news")
    again = await ada.taps("📅 To my calendar: Vigil")
    file = next(m["document"] for m in again.messages if "document" in m)
    same = await contents(stage, file["file_id"])
    assert same.walk("VEVENT")[0]["uid"] == event["uid"]
    stage.clock_shows(NOW + timedelta(days=20))
    assert not [label for label in (await ada.says("/news")).buttons if "📅" in label]


async def contents(stage: Stage, file_id: str) -> Calendar:
    token = stage.settings.telegram.token.get_secret_value()
    asked = f"{stage.address}/bot{token}/getFile?file_id={file_id}"
    async with stage.session.get(asked) as answer:
        path = (await answer.json())["result"]["file_path"]
    async with stage.session.get(f"{stage.address}/file/bot{token}/{path}") as answer:
        return Calendar.from_ical(await answer.read())


async def test_a_calendar_link_of_what_is_gone_leads_to_the_front_door(
    stage: Stage, owner: Person, ada: Person
) -> None:
    await endorsed(owner)
    for payload in ("event_1", "event_999999", "event_x", "event_999999999999999999"):
        answer = await ada.opens(f"https://t.me/clamour_bot?start={payload}")
        assert "Keep London" in answer.text, payload


async def test_wrong_content_is_answered_kindly_and_nothing_given_is_lost(
    stage: Stage, owner: Person
) -> None:
    stage.clock_shows(NOW)
    await owner.says("/event")
    await owner.taps("Somebody supports us")
    assert "Who supports us?" in (await owner.sends(sticker=True)).text
    assert "characters is the most" in (await owner.says("x" * 201)).text
    assert "What do they say?" in (await owner.says("  An <b>MP</b>\n of  ours ")).text
    assert "What do they say?" in (await owner.sends(location=True)).text
    assert "characters is the most" in (await owner.says("y" * 601)).text
    assert "Who supports us?" in (await owner.taps("Back")).text
    await goes_on(owner, "An <b>MP</b> of ours", "‹Skip›", "‹Skip›")
    assert "With us: An <b>MP</b> of ours" in owner.last.text
    assert "tap one of the buttons" in (await owner.says("yes, please")).text
    assert "Who supports us?" in (await owner.taps("Change: who")).text
    assert "With us: A member of ours" in (await owner.says("A member of ours")).text


async def test_stale_and_double_taps_save_once_and_show_where_one_is(
    stage: Stage, owner: Person
) -> None:
    first = await adds(owner, "Other news", "It has begun", "‹Skip›", "‹Skip›")
    changing = await owner.taps("Change: what")
    stale = await owner.taps("Add to the timeline", on=first)
    assert "Got that already" in stale.toast
    await owner.says("It has really begun")
    assert "Got that already" in (await owner.taps("Back", on=changing)).toast
    shown = await owner.taps("Add to the timeline", on=first)
    assert "It has really begun" in shown.text, "where one is"
    looked = owner.last
    data = looked.button("Add to the timeline")
    await saves(owner)
    await owner.taps_data(*data)
    async with stage.database.reading() as db:
        found = await events.of_campaign(db, 1, 10)
        drafts = await broadcasts.in_state(db, "draft")
    assert [one.texts["en"]["what"] for one in found] == ["It has really begun"]
    assert [draft.id for draft in drafts] == [found[0].broadcast_id]


async def test_the_update_that_lies_ready_is_found_again_and_made_anew_once_it_is_sent(
    stage: Stage, owner: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await listens(ada)
    await endorsed(owner)
    await owner.says("/cancel")
    await owner.says("/event")
    await owner.taps("All timeline entries")
    seen = await owner.taps("Anti-Slavery")
    for _ in range(2):
        await owner.taps("Write an update about it", on=seen)
    async with stage.database.reading() as db:
        assert len(await broadcasts.in_state(db, "draft")) == 1
    await sends(owner)
    assert "Anti-Slavery" in (await ada.reads()).text
    stage.clock_shows(NOW + timedelta(hours=1))
    assert "1 person who chose" in (await owner.taps("Write an update", on=seen)).text


async def test_walking_away_and_coming_back_loses_nothing(stage: Stage, owner: Person) -> None:
    await adds(owner, "Somebody supports us", "An MEP")
    assert "What do they say?" in (await owner.says("/event")).text
    kept = await owner.says("/cancel")
    assert "Kept" in kept.text
    assert "/event" in kept.text
    await owner.says("hello")
    assert "What do they say?" in (await owner.says("/event")).text
    assert "An MEP" in (await goes_on(owner, "Keep it.", "‹Skip›", "‹Skip›")).text
    assert "Discarded" in (await owner.taps("Discard it")).text
    assert "What would you like to add" in (await owner.says("/event")).text
    assert "Discarded" in (await asyncio.wait_for(_throws(owner), 120)).text


async def test_an_older_button_does_not_replace_what_is_begun(stage: Stage, owner: Person) -> None:
    kinds = await owner.says("/event")
    await owner.taps("Somebody supports us")
    await owner.says("An MEP")
    for left in ("", "/start", "/cancel"):
        if left:
            await owner.says(left)
        again = await owner.taps("Other news", on=kinds)
        assert "finish this first" in again.toast
        assert "What do they say?" in again.text


async def _throws(owner: Person) -> Answer:
    await owner.taps("Other news")
    return await owner.taps("Cancel")


async def test_an_entry_is_changed_and_taken_out_and_an_older_change_is_refused(
    stage: Stage, owner: Person, eddie: Person, ada: Person
) -> None:
    stage.clock_shows(NOW)
    await endorsed(owner, "An MPP")
    await owner.says("/event")
    await owner.taps("All timeline entries")
    await owner.taps("An MPP")
    await owner.taps("Change it")
    await owner.taps("Change: who")
    await owner.says("An MEP")
    await eddie.says("/event")
    await eddie.taps("All timeline entries")
    await eddie.taps("An MPP")
    await eddie.taps("Change it")
    await eddie.taps("Change: who")
    await eddie.says("An MP")
    assert "With us: An MEP" in (await saves(owner)).text
    refused = await saves(eddie)
    assert "Somebody changed this" in refused.text
    assert "An MEP" in (await ada.says("/news")).text
    await eddie.taps("An MEP")
    assert "Remove this from the timeline" in (await eddie.taps("Remove from timeline")).text
    await eddie.taps("Yes, remove it")
    assert "There’s no news yet" in (await ada.says("/news")).text
    async with stage.database.reading() as db:
        kept = await audit.latest(db, 10)
    assert {"event.added", "event.changed", "event.removed"} <= {one.action for one in kept}
    about = [one for one in kept if "event" in one.subject]
    assert all(set(one.details) <= {"campaign_id", "kind"} for one in about)


async def test_cancel_that_is_typed_keeps_what_is_begun(stage: Stage, owner: Person) -> None:
    await adds(owner, "Somebody supports us", "An MEP")
    assert "Kept" in (await owner.says("Cancel")).text
    assert "What do they say?" in (await owner.says("/event")).text


async def test_skip_that_is_typed_is_no_quote(stage: Stage, owner: Person) -> None:
    await adds(owner, "Somebody supports us", "An MEP", "Keep it.", "skip")
    assert "Now in" not in (await owner.says("Skip")).text
    assert "skip" not in (await owner.says("/event")).text.casefold()
    assert "What do they say" not in owner.last.text
