"""Promises of drafts: nothing that staff have written goes without a look at it, what belongs
together stays together, and an edit of a message changes the draft that it went into."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.broadcasts import agreement, excerpts
from campaign.broadcasts.content import Content, Version
from campaign.broadcasts.terms import terms_of
from storage.broadcasts import Broadcast
from storage.database import Database
from tests import engines, migrated
from tests.handlers.routes_harness import message
from tests.handlers.staffroom import ALICE, NOW, Office

LATER = datetime(2009, 11, 27, 10, tzinfo=UTC)


class Writer:
    """Alice, who writes an update message by message."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.number = itertools.count(100)
        self.at = int(NOW.timestamp())

    async def begins(self, text: str) -> int:
        await self.office.taps(ALICE, f"upd:new:{self.office.petition.id}:news")
        return await self.sends(text=text)

    async def sends(self, *, after: int = 60, **content: Any) -> int:
        """A message, so many seconds after the last; gives its number."""
        self.at += after
        number = next(self.number)
        who = self.office.numbers + ALICE
        sent = message(who, **content) | {"message_id": number, "date": self.at}
        await self.office.doors.comes({"message": sent})
        return number

    async def edits(self, number: int, **content: Any) -> None:
        who = self.office.numbers + ALICE
        edited = message(who, **content) | {"message_id": number, "date": self.at}
        await self.office.doors.comes({"edited_message": {**edited, "edit_date": self.at + 9}})

    async def draft(self) -> Broadcast:
        return (await self.office.all())[-1]

    async def taps(self, act: str) -> None:
        await self.office.forges(ALICE, (await self.draft()).id, act)

    async def says(self, language: str = "en") -> Version | None:
        """What the draft says."""
        return Content.from_dict((await self.draft()).content).versions.get(language)

    async def html(self) -> str:
        version = await self.says()
        return version.html if version else ""

    def was_shown(self, template: str) -> bool:
        """Whether it has been, since this was asked last."""
        shown = template in self.office.doors.shown
        self.office.doors.shown.clear()
        return shown


def photo(name: str, **more: Any) -> dict[str, Any]:
    return {
        "photo": [{"file_id": name, "file_unique_id": name, "width": 1, "height": 1}],
        **more,
    }


@pytest.fixture(params=engines.params())
async def alice(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Writer]:
    await engines.require(request.param)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(migrated.migrated_url(request.param, tmp_path))
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        office = await Office.open(stack, database, 1, limit=0)
        await office.join(2)
        yield Writer(office)


async def test_a_time_typed_at_the_last_question_is_the_time_and_the_text_stays(
    alice: Writer,
) -> None:
    await alice.begins("We won!")
    await alice.taps("later")
    await alice.sends(text="tomorrow 9:00")
    await alice.sends(text="tomorrow 10:00")
    assert await alice.html() == "We won!"
    assert (await alice.draft()).due_at == LATER
    await alice.taps("ask")
    await alice.sends(text="tomorrow 10:00")
    assert ((await alice.draft()).due_at, await alice.html()) == (LATER, "We won!")


async def test_a_time_typed_under_the_preview_can_be_taken_for_the_time(alice: Writer) -> None:
    await alice.begins("We won!")
    await alice.sends(text="tomorrow 10:00")
    assert await alice.html() == "We won!"
    await alice.taps("at")
    assert ((await alice.draft()).due_at, await alice.html()) == (LATER, "We won!")


@pytest.mark.parametrize("step", ["look", "ask"])
async def test_another_message_replaces_the_first_only_after_a_look_and_can_be_undone(
    alice: Writer, step: str
) -> None:
    await alice.begins("We won!")
    await alice.taps(step)
    await alice.sends(text="We lost!")
    assert await alice.html() == "We won!"
    assert alice.was_shown("broadcasts/compare")
    await alice.taps("replace")
    assert await alice.html() == "We lost!"
    assert alice.was_shown("broadcasts/changed")
    await alice.taps("undo:en")
    assert await alice.html() == "We won!"
    await alice.taps("undo:en")
    assert await alice.html() == "We lost!"


async def test_a_double_tap_on_replace_or_undo_does_it_once(alice: Writer) -> None:
    await alice.begins("We won!")
    await alice.sends(text="We lost!")
    draft = await alice.draft()
    for _ in range(2):
        await alice.office.taps(ALICE, f"upd:{draft.id}:{draft.version}:replace")
    assert await alice.html() == "We lost!"
    draft = await alice.draft()
    for _ in range(2):
        await alice.office.taps(ALICE, f"upd:{draft.id}:{draft.version}:undo:en")
    assert await alice.html() == "We won!"


async def test_left_as_it_is_the_draft_stays_and_the_other_message_is_forgotten(
    alice: Writer,
) -> None:
    await alice.begins("We won!")
    await alice.sends(text="We lost!")
    await alice.taps("look")
    await alice.taps("replace")
    assert await alice.html() == "We won!"


async def test_another_message_can_be_put_behind_the_first(alice: Writer) -> None:
    await alice.begins("We won!")
    await alice.sends(text="Thank you all.")
    await alice.taps("append")
    assert await alice.html() == "We won!\n\nThank you all."
    await alice.taps("undo:en")
    assert await alice.html() == "We won!"


async def test_words_that_staff_asked_to_write_again_can_be_undone(alice: Writer) -> None:
    await alice.begins("We won!")
    await alice.taps("write:en")
    await alice.sends(text="We lost!")
    assert await alice.html() == "We lost!"
    assert alice.was_shown("broadcasts/changed")
    await alice.taps("undo:en")
    assert await alice.html() == "We won!"


async def test_a_photo_followed_by_its_text_is_one_message(alice: Writer) -> None:
    await alice.office.taps(ALICE, f"upd:new:{alice.office.petition.id}:news")
    await alice.sends(**photo("a"))
    await alice.sends(text="In front of the town hall")
    version = await alice.says()
    assert version is not None
    assert (version.html, len(version.media)) == ("In front of the town hall", 1)


async def test_an_album_keeps_its_caption_whichever_picture_has_it(alice: Writer) -> None:
    await alice.office.taps(ALICE, f"upd:new:{alice.office.petition.id}:news")
    await alice.sends(**photo("a", media_group_id="g"))
    await alice.sends(after=0, **photo("b", media_group_id="g", caption="Both of us"))
    await alice.sends(after=0, **photo("c", media_group_id="g"))
    version = await alice.says()
    assert version is not None
    assert (version.html, [one.file_id for one in version.media]) == ("Both of us", ["a", "b", "c"])


async def test_an_album_for_a_draft_that_has_a_text_replaces_it_as_a_whole(alice: Writer) -> None:
    await alice.begins("We won!")
    await alice.sends(**photo("a", media_group_id="g"))
    await alice.sends(after=0, **photo("b", media_group_id="g", caption="Both of us"))
    assert await alice.says() == Version("We won!")
    await alice.taps("compare")
    assert alice.was_shown("broadcasts/compare")
    await alice.taps("replace")
    version = await alice.says()
    assert version is not None
    assert (version.html, len(version.media)) == ("Both of us", 2)


async def test_a_text_that_the_app_has_cut_is_not_taken_by_half(alice: Writer) -> None:
    await alice.office.taps(ALICE, f"upd:new:{alice.office.petition.id}:news")
    first = await alice.sends(text="a" * 4096)
    await alice.sends(after=1, text="b" * 500)
    assert await alice.says() is None
    assert alice.was_shown("broadcasts/problem_parts")
    await alice.edits(first, text="a" * 2100)
    assert await alice.html() == "a" * 2100 + "\n" + "b" * 500


async def test_a_cut_text_takes_the_place_of_an_earlier_one_as_a_whole(alice: Writer) -> None:
    await alice.begins("We won!")
    await alice.sends(text="a" * 4096)
    await alice.sends(after=1, text="b" * 500)
    assert await alice.html() == "We won!"
    await alice.taps("replace")
    assert await alice.html() == "We won!", "it is too long"


async def test_a_second_text_after_a_while_is_none_that_was_cut(alice: Writer) -> None:
    await alice.begins("a" * 4096)
    await alice.sends(after=30, text="b" * 500)
    assert await alice.html() == "a" * 4096
    assert alice.was_shown("broadcasts/compare")


async def test_an_edit_of_the_draft_s_message_changes_the_draft_and_shows_both(
    alice: Writer,
) -> None:
    number = await alice.begins("We one!")
    alice.was_shown("")
    await alice.edits(number, text="We won!")
    assert await alice.html() == "We won!"
    assert alice.was_shown("broadcasts/changed")
    await alice.taps("undo:en")
    assert await alice.html() == "We one!"


async def test_an_edit_changes_the_language_that_the_message_was_written_in(
    alice: Writer,
) -> None:
    english = await alice.begins("We one!")
    await alice.taps("write:cy")
    await alice.sends(text="Enillon ni!")
    await alice.edits(english, text="We won!")
    assert (await alice.says("en"), await alice.says("cy")) == (
        Version("We won!"),
        Version("Enillon ni!"),
    )


async def test_an_edited_caption_of_an_album_changes_the_album(alice: Writer) -> None:
    await alice.office.taps(ALICE, f"upd:new:{alice.office.petition.id}:news")
    await alice.sends(**photo("a", media_group_id="g"))
    number = await alice.sends(after=0, **photo("b", media_group_id="g", caption="Boht of us"))
    await alice.edits(number, **photo("b", media_group_id="g", caption="Both of us"))
    version = await alice.says()
    assert version is not None
    assert (version.html, len(version.media)) == ("Both of us", 2)


async def test_reactions_and_link_previews_are_not_answered(alice: Writer) -> None:
    number = await alice.begins("We won! https://example.org")
    photographed = await alice.sends(**photo("a", caption="x"))
    calls = alice.office.doors.calls.copy()
    for _ in range(3):
        await alice.edits(number, text="We won! https://example.org")
        await alice.edits(photographed, **photo("a", caption="x"))
        await alice.edits(77, text="of last year")
        await alice.edits(78, location={"latitude": 1, "longitude": 2})
    assert alice.office.doors.calls == calls
    assert await alice.html() == "We won! https://example.org"


async def test_the_same_edit_is_answered_once(alice: Writer) -> None:
    number = await alice.begins("We one!")
    await alice.edits(number, text="We won!")
    version = (await alice.draft()).version
    calls = alice.office.doors.calls.copy()
    await alice.edits(number, text="We won!")
    assert alice.office.doors.calls == calls
    assert (await alice.draft()).version == version


async def test_an_edited_time_is_the_time(alice: Writer) -> None:
    await alice.begins("We won!")
    await alice.taps("later")
    number = await alice.sends(text="tomorrow 9:00")
    await alice.edits(number, text="tomorrow 10:00")
    assert ((await alice.draft()).due_at, await alice.html()) == (LATER, "We won!")


@pytest.mark.parametrize("sent", ["ask", "later"])
async def test_an_edit_after_the_update_has_gone_or_waits_changes_nothing_and_says_so(
    alice: Writer, sent: str
) -> None:
    number = await alice.begins("We one!")
    await alice.taps(sent)
    if sent == "later":
        await alice.sends(text="tomorrow 10:00")
    await alice.taps("yes")
    assert (await alice.draft()).status == ("sending" if sent == "ask" else "scheduled")
    await alice.edits(number, text="We won!")
    assert await alice.html() == "We one!"
    assert alice.was_shown("broadcasts/edited_late")


async def test_an_edit_of_an_update_that_was_agreed_to_leaves_the_agreement(
    alice: Writer,
) -> None:
    await alice.office.redefine(approval_above=1)
    number = await alice.begins("We one!")
    await alice.taps("later")
    await alice.sends(text="tomorrow 10:00")
    await alice.taps("yes")
    before = await alice.draft()
    assert before.status == "awaiting_approval"
    await alice.edits(number, text="We won!")
    assert alice.was_shown("broadcasts/edited_late")
    await alice.office.answers(2, before.id)
    await alice.edits(number, text="We won!")
    after = await alice.draft()
    assert after.status == "scheduled"
    async with alice.office.database.reading() as db:
        assert await agreement.holds(db, after, await terms_of(db, after.campaign_id))


async def test_a_draft_that_was_put_aside_is_changed_by_an_edit_and_comes_back(
    alice: Writer,
) -> None:
    number = await alice.begins("We one!")
    await alice.sends(text="/cancel")
    assert alice.was_shown("broadcasts/kept")
    await alice.edits(number, text="We won!")
    assert await alice.html() == "We won!"


@given(before=st.text(max_size=500), after=st.text(max_size=500))
def test_a_difference_shows_what_differs(before: str, after: str) -> None:
    was, now = excerpts.difference(before, after)
    assert (was == now) == (before == after) or len(before) > excerpts.LONGEST
    assert max(len(was), len(now)) <= excerpts.LONGEST + 2
