"""Promises of `approval_above`: what is agreed to is what is sent.

Staff tap real and forged buttons; the sender is the bot's own.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from campaign import digests, erasure, subscriptions, timeline
from campaign.broadcasts import agreement, drafts
from campaign.broadcasts import audience as audiences
from campaign.broadcasts.content import Content, Version
from campaign.broadcasts.terms import SHOWN_DIGITS, digest_of, terms_of
from storage import broadcasts, events
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Database
from tests import engines, migrated
from tests.campaign import petitions
from tests.handlers.readers import Readers
from tests.handlers.staffroom import ALICE, BEN, LIMIT, NOW, OLIVE, Office

pytestmark = pytest.mark.usefixtures("one_at_a_time")


@pytest.fixture(params=engines.params())
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    await engines.require(request.param)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(migrated.migrated_url(request.param, tmp_path))
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        yield await Office.open(stack, database, 1)


async def agreed_and_paused_after(office: Office, sent: int) -> Broadcast:
    """An update of Alice's for all, agreed to by Ben, of which so many have been sent."""
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "yes")
    await office.answers(BEN, update.id)
    await Readers(office.doors.services).go(update.id, sent)
    await office.taps(ALICE, f"steer:{update.id}:pause")
    paused = await office.of(update.id)
    assert (paused.status, paused.sent) == ("paused", sent)
    return paused


async def corrected(office: Office, who: int, broadcast_id: int, text: str) -> Broadcast:
    """A correction, asked to be sent."""
    await office.taps(who, f"after:{broadcast_id}:correct")
    made = (await office.all())[-1]
    assert made.follows == broadcast_id
    await office.says(who, text)
    await office.forges(who, made.id, "replace")
    await office.forges(who, made.id, "yes")
    return await office.of(made.id)


async def moved(office: Office, who: int, broadcast_id: int, time: str) -> Broadcast:
    """Another time for an update, and the yes to it."""
    await office.taps(who, f"desk:move:{broadcast_id}:0:ask")
    await office.says(who, time)
    (yes,) = {data for data in office.doors.buttons() if data.endswith(":yes")}
    await office.taps(who, yes)
    return await office.of(broadcast_id)


async def test_who_agreed_and_moves_the_update_has_worked_on_it(office: Office) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "later")
    await office.says(ALICE, "tomorrow 9:00")
    await office.forges(ALICE, update.id, "yes")
    await office.answers(BEN, update.id)
    by_its_writer = await moved(office, ALICE, update.id, "tomorrow 10:00")
    assert by_its_writer.status == "scheduled", "what Ben agreed to says nothing of the time"
    by_ben = await moved(office, BEN, update.id, "tomorrow 11:00")
    assert by_ben.status == "awaiting_approval"
    await office.answers(BEN, update.id)
    assert (await office.of(update.id)).status == "awaiting_approval"
    await office.answers(OLIVE, update.id)
    agreed = await office.of(update.id)
    assert (agreed.status, agreed.due_at) == ("scheduled", by_ben.due_at)


async def test_words_changed_after_two_messages_need_a_new_agreement(office: Office) -> None:
    await office.join(10)
    update = await agreed_and_paused_after(office, 2)
    correction = await corrected(office, ALICE, update.id, "Beta")
    assert correction.status == "awaiting_approval", "8 more would read it when it goes on"
    await office.taps(ALICE, f"steer:{update.id}:resume")
    readers = Readers(office.doors.services)
    await readers.go(update.id, 2)
    assert all("Beta" not in words for words in readers.of_words)
    await office.taps(ALICE, f"steer:{update.id}:pause")
    await office.answers(BEN, correction.id)
    await office.taps(ALICE, f"steer:{update.id}:resume")
    await readers.go(correction.id)
    await readers.go(update.id)
    beta = [who for words, who in readers.of_words.items() if "Beta" in words]
    assert [len(who) for who in beta] == [10]


async def test_agreeing_to_a_correction_for_later_agrees_to_nothing_that_goes_before(
    office: Office,
) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    await office.redefine(approval_above=0)
    await office.forges(ALICE, update.id, "yes")
    await Readers(office.doors.services).go(update.id, 2)
    await office.taps(ALICE, f"steer:{update.id}:pause")
    await office.redefine(approval_above=LIMIT)
    await office.taps(ALICE, f"after:{update.id}:correct")
    await office.says(ALICE, "Beta")
    await office.forges(ALICE, (await office.all())[-1].id, "replace")
    draft = (await office.all())[-1]
    async with office.database.transaction() as db:
        tomorrow = office.now + timedelta(days=1)
        await broadcasts.change(db, draft.id, draft.version, office.now, due_at=tomorrow)
    await office.forges(ALICE, draft.id, "yes")
    await office.answers(BEN, draft.id)
    assert (await office.of(draft.id)).status == "scheduled"
    await office.taps(ALICE, f"steer:{update.id}:resume")
    assert (await office.of(update.id)).status == "awaiting_approval", "nobody agreed to Alpha"


async def test_words_changed_when_the_rest_would_not_get_them_need_none(office: Office) -> None:
    await office.join(10)
    update = await agreed_and_paused_after(office, 2)
    await office.taps(ALICE, f"steer:{update.id}:cancel")
    assert (await corrected(office, ALICE, update.id, "Beta")).status == "sending"


async def test_what_more_have_joined_for_waits_when_its_time_comes(office: Office) -> None:
    await office.join(2)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "later")
    await office.says(ALICE, "tomorrow 9:00")
    await office.forges(ALICE, update.id, "yes")
    assert (await office.of(update.id)).status == "scheduled"
    await office.join(8)
    office.now += timedelta(days=1)
    await office.time_comes()
    waiting = await office.of(update.id)
    assert (waiting.status, waiting.paused_why) == ("awaiting_approval", agreement.OUTGREW)
    assert waiting.options["expected"] == 10
    assert await office.told() == {ALICE, BEN, OLIVE}
    await office.answers(ALICE, update.id)
    assert (await office.of(update.id)).status == "awaiting_approval"
    await office.answers(OLIVE, update.id)
    readers = Readers(office.doors.services)
    await readers.go(update.id)
    assert (await office.of(update.id)).sent == 10


async def test_each_week_is_agreed_to_once_more_have_joined(office: Office) -> None:
    await office.join(2)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "later")
    await office.says(ALICE, "tomorrow 9:00")
    await office.forges(ALICE, update.id, "weekly")
    await office.forges(ALICE, update.id, "yes")
    office.now += timedelta(days=1)
    await office.time_comes()
    await Readers(office.doors.services).go(update.id)
    await office.join(8)
    for week, status in ((1, "awaiting_approval"), (2, "sending")):
        office.now += timedelta(days=7)
        await office.time_comes()
        due = (await office.all())[-1 if week == 1 else -2]
        assert due.status == status
        if week == 1:
            await office.answers(ALICE, due.id)
            assert (await office.of(due.id)).status == "awaiting_approval", "of the same writer"
            await office.answers(BEN, due.id)
        await Readers(office.doors.services).go(due.id)
        assert (await office.of(due.id)).sent == 10
    assert (await office.all())[-1].status == "scheduled"


async def test_who_takes_a_colleagues_draft_back_cannot_agree_to_it(office: Office) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "yes")
    await office.taps(BEN, f"steer:{update.id}:edit")
    await office.says(BEN, "Beta")
    await office.forges(BEN, update.id, "yes")
    for who in (BEN, ALICE):
        await office.answers(who, update.id)
        assert (await office.of(update.id)).status == "awaiting_approval"
    await office.answers(OLIVE, update.id)
    assert (await office.of(update.id)).status == "sending"


@pytest.mark.parametrize("touch", ["button:share", "who:signers", "speaks:en", "later"])
async def test_whoever_changes_anything_about_a_draft_cannot_agree_to_it(
    office: Office, touch: str
) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(BEN, update.id, touch)
    await office.says(BEN, "tomorrow 9:00")
    await office.forges(BEN, update.id, "who:everyone")
    await office.forges(ALICE, update.id, "yes")
    await office.answers(BEN, update.id)
    assert (await office.of(update.id)).status == "awaiting_approval"


async def test_nobody_agrees_to_a_draft_of_the_bots_that_they_have_asked_for(
    office: Office,
) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    async with office.database.transaction() as db:
        prepared = await broadcasts.add(
            db,
            campaign_id=office.petition.id,
            kind="milestone",
            author_id=None,
            content=update.content,
            audience=audiences.to_dict(Audience()),
            options={},
            now=NOW,
        )
    await office.forges(BEN, prepared.id, "yes")
    await office.answers(BEN, prepared.id)
    assert (await office.of(prepared.id)).status == "awaiting_approval"
    assert await office.told() == {ALICE, OLIVE}
    await office.answers(ALICE, prepared.id)
    assert (await office.of(prepared.id)).status == "sending"


async def test_an_earlier_question_agrees_to_nothing_newer(office: Office) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha of {{ title }}")
    await office.forges(ALICE, update.id, "yes")
    asked = await office.of(update.id)
    async with office.database.reading() as db:
        given = await terms_of(db, office.petition.id)
    seen = digest_of(asked, given)[:SHOWN_DIGITS]
    older = f"approve:{update.id}:{asked.version}:{seen}:yes"
    await office.retitle("Give us your money")
    for data in (older, f"approve:{update.id}:{asked.version}:yes"):
        await office.taps(BEN, data)
        assert (await office.of(update.id)).status == "awaiting_approval"
    assert office.doors.shown["broadcasts/approve"] > 0, "the question as it is now"
    await office.answers(BEN, update.id)
    assert (await office.of(update.id)).status == "sending"


async def test_a_title_that_an_update_quotes_is_agreed_to_with_it(office: Office) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha of {{ title }}")
    await office.forges(ALICE, update.id, "yes")
    await office.answers(BEN, update.id)
    readers = Readers(office.doors.services)
    await readers.go(update.id, 4)
    await office.retitle("Give us your money")
    await readers.go(update.id)
    assert not [words for words in readers.of_words if "money" in words]
    assert (await office.of(update.id)).status == "awaiting_approval"
    await office.answers(BEN, update.id)
    await readers.go(update.id)
    assert (await office.of(update.id)).sent == 10


async def test_the_agreement_of_one_who_has_left_holds_no_more(office: Office) -> None:
    await office.join(10)
    update = await agreed_and_paused_after(office, 4)
    await office.dismiss(BEN)
    await office.taps(ALICE, f"steer:{update.id}:resume")
    assert (await office.of(update.id)).status == "awaiting_approval"


async def test_a_lower_limit_stops_what_is_on_its_way(office: Office) -> None:
    await office.redefine(approval_above=0)
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "yes")
    readers = Readers(office.doors.services)
    await readers.go(update.id, 4)
    await office.redefine(approval_above=LIMIT)
    await readers.go(update.id)
    stopped = await office.of(update.id)
    assert (stopped.status, stopped.sent) == ("awaiting_approval", 4)
    await office.taps(ALICE, f"steer:{update.id}:edit")
    assert (await office.of(update.id)).status == "awaiting_approval", "some have got it"
    await office.redefine(approval_above=0)
    await office.taps(ALICE, f"steer:{update.id}:pause")
    await office.taps(ALICE, f"steer:{update.id}:resume")
    await readers.go(update.id)
    assert (await office.of(update.id)).sent == 10


async def test_an_audience_that_grows_while_it_is_sent_is_bounded(office: Office) -> None:
    await office.join(LIMIT)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "yes")
    assert (await office.of(update.id)).status == "sending"
    await office.join(8)
    readers = Readers(office.doors.services)
    await readers.go(update.id)
    stopped = await office.of(update.id)
    assert (stopped.status, stopped.sent) == ("awaiting_approval", LIMIT)
    await office.told()
    await office.answers(BEN, update.id, "no")
    assert (await office.of(update.id)).status == "paused"
    await office.taps(ALICE, f"steer:{update.id}:resume")
    assert (await office.of(update.id)).status == "awaiting_approval"
    assert BEN in await office.told()


async def test_the_same_words_in_several_updates_are_counted_together(office: Office) -> None:
    await office.join(2)
    readers = Readers(office.doors.services)
    first = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, first.id, "yes")
    await readers.go(first.id)
    async with office.database.transaction() as db:
        for person in range(1, 3):  # those hear no more updates: the next audience is another
            found = await petitions.person(db, office.numbers + 100 + person, NOW)
            await subscriptions.choose(
                db, office.petition, found, hears=False, language="en", now=NOW
            )
    await office.join(2)
    second = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, second.id, "yes")
    assert (await office.of(second.id)).status == "awaiting_approval"
    other = await office.writes(ALICE, "Beta")
    await office.forges(ALICE, other.id, "yes")
    assert (await office.of(other.id)).status == "sending"


async def test_stopping_everything_and_going_on_is_no_way_around(office: Office) -> None:
    await office.join(2)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "later")
    await office.says(ALICE, "tomorrow 9:00")
    await office.forges(ALICE, update.id, "yes")
    async with office.database.transaction() as db:
        await broadcasts.move(db, update.id, ["scheduled"], "paused", paused_why="staff")
    await office.join(8)
    await office.taps(ALICE, f"steer:{update.id}:resume")
    assert (await office.of(update.id)).status == "awaiting_approval"


async def test_of_two_who_agree_at_once_one_does(office: Office) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "yes")
    await asyncio.gather(office.answers(BEN, update.id), office.answers(OLIVE, update.id))
    found = await office.of(update.id)
    assert found.status == "sending"
    assert "error/oops" not in office.doors.shown
    readers = Readers(office.doors.services)
    await readers.go(update.id)
    assert (await office.of(update.id)).sent == 10


async def test_a_test_reaches_no_more_than_those_who_could_agree(office: Office) -> None:
    for viewer in range(50, 50 + LIMIT):
        await office.employ(viewer, "viewer")
        await office.says(viewer, "/start")
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "test:staff")
    assert await office.told("broadcasts/test") == {BEN, OLIVE}, "the other editor and the owner"


async def test_the_weeks_news_is_agreed_to_once_for_each_title(office: Office) -> None:
    await office.join(10)

    async def week(titled: str = "") -> Broadcast:
        """A week later, with news, is the digest made and due."""
        office.now += timedelta(days=7)
        if titled:
            await office.retitle(titled)
        async with office.database.transaction() as db:
            person = await petitions.person(db, office.now.day + 500, office.now)
            await petitions.signs(db, office.petition, person, office.now)
            made = await digests.make(
                db, office.petition, lambda *_: f"{titled}: {office.now}", now=office.now
            )
        assert made is not None
        await office.time_comes()
        return await office.of(made.id)

    first = await week()
    second = await week()
    assert second.status == "awaiting_approval"
    assert (await office.of(first.id)).status == "cancelled", "nobody agreed, and it is over"
    await office.answers(ALICE, second.id)
    assert (await week()).status == "sending"
    assert (await week()).status == "sending"
    assert (await week("Give us your money")).status == "awaiting_approval"


async def test_who_wrote_an_event_cannot_agree_to_the_reminder_that_quotes_it(
    office: Office,
) -> None:
    await office.join(10)
    author = await office.supporter_id(ALICE)
    async with office.database.transaction() as db:
        event = await events.add(
            db,
            campaign_id=office.petition.id,
            kind="decision",
            texts={"en": {"who": "We", "what": "Give us your money"}},
            link=None,
            starts_at=None,
            created_by=author,
            now=NOW,
        )
        content = Content({"en": Version("Give us your money")})
        made = await drafts.make(db, office.petition, "decision", content, author_id=None, now=NOW)
        await agreement.quotes_event(db, made.id, event.id, now=NOW)
        assert not await agreement.start(db, made.id, now=NOW)
    await office.answers(ALICE, made.id)
    assert (await office.of(made.id)).status == "awaiting_approval"
    await office.answers(OLIVE, made.id)
    assert (await office.of(made.id)).status == "sending"


async def test_who_changed_an_event_cannot_agree_to_what_quotes_it(office: Office) -> None:
    await office.join(10)
    alice = await office.supporter_id(ALICE)
    async with office.database.transaction() as db:
        event = await timeline.add(
            db,
            office.petition,
            "news",
            {"en": {"what": "Alpha"}},
            by=alice,
            actor=office.numbers + ALICE,
            now=NOW,
        )
        changed = {"en": {"what": "Beta"}}
        await timeline.change(db, event, changed, actor=office.numbers + BEN, now=NOW)
        content = Content({"en": Version("Beta")})
        made = await drafts.make(db, office.petition, "news", content, author_id=None, now=NOW)
        await agreement.quotes_event(db, made.id, event.id, now=NOW)
        await agreement.start(db, made.id, now=NOW)
    await office.answers(BEN, made.id)
    assert (await office.of(made.id)).status == "awaiting_approval"
    await office.answers(OLIVE, made.id)
    assert (await office.of(made.id)).status == "sending"


async def test_a_writer_who_was_erased_and_came_back_cannot_agree(office: Office) -> None:
    await office.join(10)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "yes")
    await office.dismiss(ALICE)
    before = await office.supporter_id(ALICE)
    async with office.database.transaction() as db:
        await erasure.erase(db, await petitions.person(db, office.numbers + ALICE, NOW), now=NOW)
    office.now += timedelta(hours=1)
    await office.says(ALICE, "/start")
    await office.employ(ALICE, "editor")
    assert await office.supporter_id(ALICE) != before
    await office.answers(ALICE, update.id)
    assert (await office.of(update.id)).status == "awaiting_approval"
    await office.answers(BEN, update.id)
    assert (await office.of(update.id)).status == "sending"


async def test_a_writer_who_came_back_cannot_agree_to_what_is_repeated(office: Office) -> None:
    await office.join(2)
    update = await office.writes(ALICE, "Alpha")
    await office.forges(ALICE, update.id, "later")
    await office.says(ALICE, "tomorrow 9:00")
    await office.forges(ALICE, update.id, "weekly")
    await office.forges(ALICE, update.id, "yes")
    await office.dismiss(ALICE)
    async with office.database.transaction() as db:
        await erasure.erase(db, await petitions.person(db, office.numbers + ALICE, NOW), now=NOW)
    office.now += timedelta(hours=1)
    await office.says(ALICE, "/start")
    await office.employ(ALICE, "editor")
    office.now += timedelta(days=1)
    await office.time_comes()
    await office.join(8)
    office.now += timedelta(days=7)
    await office.time_comes()
    again = (await office.all())[1]
    assert (again.content, again.status) == (update.content, "awaiting_approval")
    await office.answers(ALICE, again.id)
    assert (await office.of(again.id)).status == "awaiting_approval"
    await office.answers(BEN, again.id)
    assert (await office.of(again.id)).status == "sending"
