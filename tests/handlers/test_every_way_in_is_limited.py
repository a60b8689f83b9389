"""Promise: every update, whatever its kind, is asked of the flood limits before anything runs."""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
import telegram
from telegram.constants import UpdateType
from telegram.ext import BaseHandler, MessageHandler, TypeHandler, filters

from campaign.rate_limits import RateLimiter, Rates
from channels.telegram.routes import LIMITS_GROUP
from tests.handlers.routes_harness import BOT, RoutesHarness, message, tap, user

FLOOD = 60
ALLOWED = 30
ANSWERS_EACH = 4
"""Calls that one update may cost: a toast, a keyboard put away, a picture, a text."""

WHO = 4242
CHANNEL = {"id": -1001, "type": "channel", "title": "C"}
FILE = {"file_id": "f", "file_unique_id": "u"}
MEMBERSHIP = {"from": user(WHO), "date": 1}
BANNED = {"status": "kicked", "user": BOT, "until_date": 0}
MEMBER = {"status": "member", "user": BOT}
POLL = {
    "id": "1",
    "question": "?",
    "options": [],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
BOOST = {
    "boost_id": "1",
    "add_date": 1,
    "expiration_date": 2,
    "source": {"source": "premium", "user": user(WHO)},
}


def _chat(number: int) -> dict[str, Any]:
    return {"id": number, "type": "private"}


def _changed(number: int) -> dict[str, Any]:
    before, after = (BANNED, MEMBER) if number % 2 else (MEMBER, BANNED)
    change = {"old_chat_member": before, "new_chat_member": after}
    return {**MEMBERSHIP, "chat": _chat(WHO), **change}


def _reaction(who: dict[str, Any]) -> dict[str, Any]:
    return {"chat": _chat(WHO), "message_id": 1, "date": 1, **who}


KINDS: dict[str, Any] = {
    UpdateType.MESSAGE: message(WHO, text="hello"),
    UpdateType.EDITED_MESSAGE: message(WHO, text="hello", edit_date=2),
    UpdateType.CHANNEL_POST: {"message_id": 1, "date": 1, "chat": CHANNEL, "text": "/start"},
    UpdateType.EDITED_CHANNEL_POST: {"message_id": 1, "date": 1, "chat": CHANNEL, "text": "x"},
    UpdateType.INLINE_QUERY: {"id": "1", "from": user(WHO), "query": "", "offset": ""},
    UpdateType.CHOSEN_INLINE_RESULT: {"from": user(WHO), "query": "", "result_id": "campaign:1"},
    UpdateType.CALLBACK_QUERY: tap(WHO, "page:home:1")["callback_query"],
    UpdateType.SHIPPING_QUERY: {
        "id": "1",
        "from": user(WHO),
        "invoice_payload": "x",
        "shipping_address": dict.fromkeys(
            ("country_code", "state", "city", "street_line1", "street_line2", "post_code"), "x"
        ),
    },
    UpdateType.PRE_CHECKOUT_QUERY: {
        "id": "1",
        "from": user(WHO),
        "currency": "XTR",
        "total_amount": 1,
        "invoice_payload": "x",
    },
    UpdateType.POLL: POLL,
    UpdateType.POLL_ANSWER: {
        "poll_id": "1",
        "user": user(WHO),
        "option_ids": [],
        "option_persistent_ids": [],
    },
    UpdateType.MY_CHAT_MEMBER: _changed,
    UpdateType.CHAT_MEMBER: _changed,
    UpdateType.CHAT_JOIN_REQUEST: {**MEMBERSHIP, "chat": CHANNEL, "user_chat_id": WHO},
    UpdateType.CHAT_BOOST: {"chat": CHANNEL, "boost": BOOST},
    UpdateType.REMOVED_CHAT_BOOST: {
        "chat": CHANNEL,
        "boost_id": "1",
        "remove_date": 1,
        "source": BOOST["source"],
    },
    UpdateType.MESSAGE_REACTION: _reaction(
        {"user": user(WHO), "old_reaction": [], "new_reaction": []}
    ),
    UpdateType.MESSAGE_REACTION_COUNT: _reaction({"reactions": []}),
    UpdateType.BUSINESS_CONNECTION: {
        "id": "1",
        "user": user(WHO),
        "user_chat_id": WHO,
        "date": 1,
        "is_enabled": True,
    },
    UpdateType.BUSINESS_MESSAGE: message(WHO, text="/start", business_connection_id="1"),
    UpdateType.EDITED_BUSINESS_MESSAGE: message(WHO, text="x", business_connection_id="1"),
    UpdateType.DELETED_BUSINESS_MESSAGES: {
        "business_connection_id": "1",
        "chat": _chat(WHO),
        "message_ids": [1],
    },
    UpdateType.PURCHASED_PAID_MEDIA: {"from": user(WHO), "paid_media_payload": "x"},
    UpdateType.MANAGED_BOT: {"user": user(WHO), "bot": BOT},
    UpdateType.GUEST_MESSAGE: message(WHO, text="/start"),
}
"""One of each kind that the library knows; a function where the next has to be another one."""

CONTENTS: dict[str, dict[str, Any]] = {
    "command": {"text": "/start"},
    "unknown command": {"text": "/nothing"},
    "staff's command": {"text": "/stats"},
    "campaign file": {"document": {**FILE, "file_name": "campaign.toml"}},
    "campaign file in capitals": {"document": {**FILE, "file_name": "CAMPAIGN.TOML"}},
    "table": {"document": {**FILE, "file_name": "sheet.csv"}},
    "file without a name": {"document": FILE},
    "captioned file": {"document": {**FILE, "file_name": "a.toml"}, "caption": "/start"},
    "photo": {"photo": [{**FILE, "width": 1, "height": 1}]},
    "album": {"photo": [{**FILE, "width": 1, "height": 1}], "media_group_id": "9"},
    "contact": {"contact": {"phone_number": "+4420", "first_name": "A", "user_id": WHO}},
    "voice": {"voice": {**FILE, "duration": 1}},
    "location": {"location": {"latitude": 1.0, "longitude": 1.0}},
    "poll": {"poll": POLL},
    "dice": {"dice": {"emoji": "🎲", "value": 1}},
    "service message": {"pinned_message": message(WHO, text="x")},
    "web app": {"web_app_data": {"data": "x", "button_text": "x"}},
    "nothing": {},
}


class Counting:
    """Counts what gets as far as any handler that does something."""

    def __init__(self, doors: RoutesHarness) -> None:
        self.run = 0
        for group, handlers in doors.application.handlers.items():
            if group != LIMITS_GROUP:
                for handler in handlers:
                    self._count(handler)

    def _count(self, handler: BaseHandler[Any, Any, Any]) -> None:
        act = handler.callback

        async def counted(update: Any, context: Any) -> Any:
            self.run += 1
            return await act(update, context)

        handler.callback = counted


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


@pytest.fixture(scope="module")
def doors(
    runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RoutesHarness]:
    """One bot for all of these: its limits are new for each."""
    stack = AsyncExitStack()

    async def put_up() -> RoutesHarness:
        return await stack.enter_async_context(RoutesHarness.open(tmp_path_factory.mktemp("doors")))

    yield runner.run(put_up())
    runner.run(stack.aclose())


@pytest.fixture
def guarded(doors: RoutesHarness) -> Iterator[RoutesHarness]:
    """With limits as they are by default, at one moment."""
    doors.services.rate_limiter = RateLimiter(Rates(updates=ALLOWED))
    doors.services.monotonic = lambda: 1000.0
    doors.calls.clear()
    before = [
        (handler, group, handler.callback)
        for group, handlers in doors.application.handlers.items()
        for handler in handlers
    ]
    yield doors
    doors.application.handlers.clear()
    for handler, group, callback in before:
        handler.callback = callback
        doors.application.add_handler(handler, group)


def floods(runner: asyncio.Runner, doors: RoutesHarness, kind: str, content: Any) -> Counting:
    counting = Counting(doors)

    async def flood() -> None:
        for number in range(FLOOD):
            await doors.comes({kind: content(number) if callable(content) else content})

    runner.run(flood())
    return counting


def test_every_kind_of_update_that_the_library_knows_is_tried() -> None:
    assert set(KINDS) == set(telegram.Update.ALL_TYPES)


@pytest.mark.parametrize("kind", KINDS)
def test_a_flood_of_any_kind_is_bounded(
    kind: str, runner: asyncio.Runner, guarded: RoutesHarness
) -> None:
    counting = floods(runner, guarded, kind, KINDS[kind])
    assert counting.run <= ALLOWED
    assert guarded.calls.total() <= ALLOWED * ANSWERS_EACH


@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize("group", [False, True], ids=["private", "group"])
def test_a_flood_of_messages_with_anything_in_them_is_bounded(
    name: str, group: bool, runner: asyncio.Runner, guarded: RoutesHarness
) -> None:
    sent = message(WHO, group, **CONTENTS[name])
    counting = floods(runner, guarded, "message", sent)
    assert counting.run <= ALLOWED
    assert guarded.calls.total() <= ALLOWED * ANSWERS_EACH


@pytest.mark.parametrize("query", ["data", "game", "inline", "in a group"])
def test_a_flood_of_taps_without_data_or_message_is_bounded(
    query: str, runner: asyncio.Runner, guarded: RoutesHarness
) -> None:
    tapped = tap(WHO, "x", group=query == "in a group")["callback_query"]
    if query == "game":
        tapped = {**tapped, "game_short_name": "chess"}
        del tapped["data"]
    if query == "inline":
        tapped = {**tapped, "inline_message_id": "1"}
        del tapped["message"]
    assert floods(runner, guarded, "callback_query", tapped).run <= ALLOWED
    assert guarded.calls.total() <= ALLOWED * ANSWERS_EACH


def test_a_flood_of_a_kind_that_nobody_knows_is_bounded(
    runner: asyncio.Runner, guarded: RoutesHarness
) -> None:
    assert floods(runner, guarded, "shiny_new_kind", {"from": user(WHO)}).run <= ALLOWED


def test_kinds_by_turns_share_one_allowance(runner: asyncio.Runner, guarded: RoutesHarness) -> None:
    counting = Counting(guarded)
    private = [message(WHO, **content) for content in CONTENTS.values()]

    async def flood() -> None:
        for sent in itertools.islice(itertools.cycle(private), FLOOD):
            await guarded.comes({"message": sent})
            await guarded.comes(tap(WHO, "page:home:1"))
            await guarded.comes({"inline_query": KINDS["inline_query"]})

    runner.run(flood())
    assert counting.run <= ALLOWED


@pytest.mark.parametrize("group", [0, 1, 99, -999])
def test_a_handler_that_is_added_later_cannot_be_reached_past_the_limits(
    group: int, runner: asyncio.Runner, guarded: RoutesHarness
) -> None:
    reached = 0

    async def act(update: object, context: object) -> None:
        nonlocal reached
        reached += 1

    guarded.application.add_handler(TypeHandler(telegram.Update, act), group=group)
    guarded.application.add_handler(MessageHandler(filters.ALL, act), group=group + 1)
    floods(runner, guarded, "message", message(WHO, text="hello"))
    assert reached <= ALLOWED * 2


def test_nothing_but_the_limits_stands_before_the_conversations(doors: RoutesHarness) -> None:
    groups = doors.application.handlers
    assert min(groups) == LIMITS_GROUP
    (limits,) = groups[LIMITS_GROUP]
    assert isinstance(limits, TypeHandler)
    assert limits.type is telegram.Update
    assert limits.block


def test_limits_that_break_let_nothing_in(
    runner: asyncio.Runner, guarded: RoutesHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: RateLimiter, *sources: object, now: float) -> None:
        raise RuntimeError

    monkeypatch.setattr(RateLimiter, "ask", broken)
    counting = Counting(guarded)
    runner.run(guarded.says(WHO, "hello"))
    assert counting.run == 0


def test_a_group_that_talks_takes_nothing_from_what_its_members_do_in_private(
    runner: asyncio.Runner, guarded: RoutesHarness
) -> None:
    floods(runner, guarded, "message", message(WHO, group=True, text="chatter"))
    counting = Counting(guarded)
    runner.run(guarded.says(WHO, "/start"))
    assert counting.run == 1


def test_many_members_together_get_no_more_answers_in_a_group_than_one(
    runner: asyncio.Runner, guarded: RoutesHarness
) -> None:
    counting = Counting(guarded)

    async def flood() -> None:
        for who in range(100, 100 + FLOOD):
            await guarded.comes({"message": message(who, group=True, text="/start@clamour_bot")})

    runner.run(flood())
    assert counting.run == ALLOWED


def test_that_somebody_lets_the_bot_in_again_is_heard_in_the_middle_of_a_flood(
    runner: asyncio.Runner, guarded: RoutesHarness
) -> None:
    floods(runner, guarded, "message", message(WHO, text="hello"))
    counting = Counting(guarded)
    runner.run(guarded.comes({"my_chat_member": _changed(1)}))
    assert counting.run == 1


def test_a_clock_that_is_put_back_turns_nobody_away(
    runner: asyncio.Runner, guarded: RoutesHarness
) -> None:
    """Five people at an ordinary pace, while the machine's clock jumps by hours."""
    counting, seconds = Counting(guarded), itertools.count(1000)
    guarded.services.monotonic = lambda: float(next(seconds))
    before = guarded.services.clock
    try:
        for step in (0, -1, 5, -9, 0):
            guarded.services.clock = lambda step=step: before() + timedelta(hours=step)  # type: ignore[misc]
            for who in range(50, 55):
                for _ in range(10):
                    runner.run(guarded.says(who, "/help"))
    finally:
        guarded.services.clock = before
    assert counting.run == 5 * 5 * 10
